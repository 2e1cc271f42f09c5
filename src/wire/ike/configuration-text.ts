import { DecodeError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { isPrintable, printableText } from '../../bytes/printable.js';
import { ByteReader } from '../../bytes/reader.js';
import { nameOf, type Registry } from '../../bytes/registry.js';
import { Secret } from '../../bytes/secret.js';
import { addressText, subnetText } from './address-text.js';
import type { Attribute } from './attribute.js';
import {
  CFG_ATTRIBUTE,
  CFG_ATTRIBUTE_V1,
  IKEV1_CFG_ATTRIBUTES,
  IKEV2_CFG_ATTRIBUTES,
  XAUTH_STATUSES,
  XAUTH_TYPES,
} from './tables/configuration.js';

/** A configuration attribute in words. The value is empty where it is only asked for. */
export interface ConfigurationText {
  readonly name: string;
  readonly value: string;
}

/** What a value is made of. */
type Form = 'address' | 'prefix' | 'subnet' | 'text' | 'number' | 'xauth-type' | 'xauth-status' | 'secret' | 'attributes' | 'split';

const FORMS: Readonly<Record<number, Form>> = {
  [CFG_ATTRIBUTE.INTERNAL_IP4_ADDRESS]: 'address',
  [CFG_ATTRIBUTE.INTERNAL_IP4_NETMASK]: 'address',
  [CFG_ATTRIBUTE.INTERNAL_IP4_DNS]: 'address',
  [CFG_ATTRIBUTE.INTERNAL_IP4_NBNS]: 'address',
  [CFG_ATTRIBUTE.INTERNAL_ADDRESS_EXPIRY]: 'number',
  [CFG_ATTRIBUTE.INTERNAL_IP4_DHCP]: 'address',
  [CFG_ATTRIBUTE.APPLICATION_VERSION]: 'text',
  [CFG_ATTRIBUTE.INTERNAL_IP6_ADDRESS]: 'prefix',
  [CFG_ATTRIBUTE_V1.INTERNAL_IP6_NETMASK]: 'address',
  [CFG_ATTRIBUTE.INTERNAL_IP6_DNS]: 'address',
  [CFG_ATTRIBUTE.INTERNAL_IP6_NBNS]: 'address',
  [CFG_ATTRIBUTE.INTERNAL_IP6_DHCP]: 'address',
  [CFG_ATTRIBUTE.INTERNAL_IP4_SUBNET]: 'subnet',
  [CFG_ATTRIBUTE.SUPPORTED_ATTRIBUTES]: 'attributes',
  [CFG_ATTRIBUTE.INTERNAL_IP6_SUBNET]: 'prefix',
  [CFG_ATTRIBUTE.P_CSCF_IP4_ADDRESS]: 'address',
  [CFG_ATTRIBUTE.P_CSCF_IP6_ADDRESS]: 'address',
  [CFG_ATTRIBUTE.INTERNAL_DNS_DOMAIN]: 'text',
  [CFG_ATTRIBUTE_V1.XAUTH_TYPE]: 'xauth-type',
  [CFG_ATTRIBUTE_V1.XAUTH_USER_NAME]: 'text',
  [CFG_ATTRIBUTE_V1.XAUTH_USER_PASSWORD]: 'secret',
  [CFG_ATTRIBUTE_V1.XAUTH_PASSCODE]: 'secret',
  [CFG_ATTRIBUTE_V1.XAUTH_MESSAGE]: 'text',
  [CFG_ATTRIBUTE_V1.XAUTH_DOMAIN]: 'text',
  [CFG_ATTRIBUTE_V1.XAUTH_STATUS]: 'xauth-status',
  [CFG_ATTRIBUTE_V1.XAUTH_NEXT_PIN]: 'secret',
  [CFG_ATTRIBUTE_V1.XAUTH_ANSWER]: 'secret',
  [CFG_ATTRIBUTE.UNITY_BANNER]: 'text',
  [CFG_ATTRIBUTE.UNITY_SAVE_PASSWD]: 'number',
  [CFG_ATTRIBUTE.UNITY_DEF_DOMAIN]: 'text',
  [CFG_ATTRIBUTE.UNITY_SPLITDNS_NAME]: 'text',
  [CFG_ATTRIBUTE.UNITY_SPLIT_INCLUDE]: 'split',
  [CFG_ATTRIBUTE.UNITY_NATT_PORT]: 'number',
  [CFG_ATTRIBUTE.UNITY_LOCAL_LAN]: 'split',
  [CFG_ATTRIBUTE.UNITY_PFS]: 'number',
  [CFG_ATTRIBUTE.UNITY_BACKUP_SERVERS]: 'text',
  [CFG_ATTRIBUTE.UNITY_DDNS_HOSTNAME]: 'text',
};

/** An attribute of a CP payload (version 2) or of a Transaction (version 1) in words; passwords print as secrets. */
export function configurationText(attribute: Attribute, version: 1 | 2): ConfigurationText {
  const names: Registry = version === 1 ? IKEV1_CFG_ATTRIBUTES : IKEV2_CFG_ATTRIBUTES;
  return { name: nameOf(names, attribute.type), value: valueText(attribute, names) };
}

/** The same in one text: `INTERNAL_IP4_ADDRESS 10.3.0.1`, `XAUTH_STATUS OK`; the name alone where it asks for a value. */
export function configurationLine(attribute: Attribute, version: 1 | 2): string {
  const { name, value } = configurationText(attribute, version);
  return value === '' ? name : `${name} ${value}`;
}

function valueText({ type, value }: Attribute, names: Registry): string {
  const form = FORMS[type];
  if (typeof value === 'number') return form === 'secret' ? '[secret]' : numberText(form, value);
  if (value.length === 0) return '';
  try {
    return bytesText(form, value, names);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return `0x${toHex(value)}`;
  }
}

function numberText(form: Form | undefined, value: number): string {
  if (form === 'xauth-type') return nameOf(XAUTH_TYPES, value);
  if (form === 'xauth-status') return nameOf(XAUTH_STATUSES, value);
  return String(value);
}

function bytesText(form: Form | undefined, value: Uint8Array, names: Registry): string {
  const r = new ByteReader(value);
  switch (form) {
    case 'address':
      return addressText(value);
    case 'prefix': {
      const address = addressText(r.bytes(16, 'address'));
      return r.remaining === 0 ? address : `${address}/${r.u8('prefix length')}`;
    }
    case 'subnet':
      return subnetText(r.bytes(4, 'address'), r.bytes(4, 'netmask'));
    case 'text':
      return printableText(value);
    case 'secret':
      return new Secret(value).toString();
    case 'number':
    case 'xauth-type':
    case 'xauth-status':
      return value.length > 6
        ? `0x${toHex(value)}`
        : numberText(
            form,
            value.reduce((number, byte) => number * 256 + byte, 0),
          );
    case 'attributes':
      return attributeNames(r, names);
    case 'split':
      return splitNetworks(r);
    default:
      return isPrintable(value) ? printableText(value) : `0x${toHex(value)}`;
  }
}

function attributeNames(r: ByteReader, names: Registry): string {
  const found: string[] = [];
  while (r.remaining > 0) found.push(nameOf(names, r.u16('attribute type') & 0x7fff));
  return found.join(', ');
}

/** Cisco: network, mask, then protocol and two ports, which nobody fills. */
function splitNetworks(r: ByteReader): string {
  const found: string[] = [];
  while (r.remaining > 0) {
    found.push(subnetText(r.bytes(4, 'network'), r.bytes(4, 'netmask')));
    r.skip(6, 'protocol and ports');
  }
  return found.join(', ');
}
