import { DecodeError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { isPrintable, printableText } from '../../bytes/printable.js';
import { nameOf } from '../../bytes/registry.js';
import type { NotifyFacts } from '../../model/ike-session.js';
import { addressText } from './address-text.js';
import { lifetimeText } from './lifetime.js';
import { decodeNotifyData, decodeNotifyDataV1, type NotifyData } from './notify-data.js';
import type { Notify } from './payloads/notify.js';
import type { NotifyV1 } from './payloads/notify-v1.js';
import { spiText } from './proposal-facts.js';
import {
  AUTH_METHODS,
  GATEWAY_IDENTITY_TYPES,
  HASH_ALGORITHMS,
  IPCOMP_TRANSFORMS,
  PPK_ID_TYPES,
  SECURE_PASSWORD_METHODS,
} from './tables/authentication.js';
import { IKEV2_NOTIFY_TYPES, isErrorNotify } from './tables/notify.js';
import { IKEV1_NOTIFY_TYPES } from './tables/notify-v1.js';
import { IKEV2_PAYLOAD_TYPES } from './tables/payload-types.js';
import { KEY_EXCHANGE_METHODS, PRFS } from './tables/transforms.js';

/** The plain facts of an IKEv2 notify. */
export function notifyFacts(notify: Notify): NotifyFacts {
  return facts(notify, nameOf(IKEV2_NOTIFY_TYPES, notify.type), () => decodeNotifyData(notify));
}

/** The plain facts of an IKEv1 notify. */
export function notifyFactsV1(notify: NotifyV1): NotifyFacts {
  return facts(notify, nameOf(IKEV1_NOTIFY_TYPES, notify.type), () => decodeNotifyDataV1(notify));
}

function facts(notify: Notify | NotifyV1, name: string, read: () => NotifyData | undefined): NotifyFacts {
  const spi = spiText(notify.spi);
  const { detail, value } = describe(read);
  return {
    type: notify.type,
    name,
    isError: isErrorNotify(notify.type),
    ...(spi === '' ? {} : { spi }),
    ...(detail === undefined ? {} : { detail }),
    ...(value === undefined ? {} : { value }),
  };
}

interface Description {
  readonly detail?: string;
  readonly value?: number;
}

function describe(read: () => NotifyData | undefined): Description {
  try {
    const data = read();
    return data === undefined ? {} : describeData(data);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { detail: `malformed: ${error.message}` };
  }
}

function describeData(data: NotifyData): Description {
  switch (data.kind) {
    case 'key-exchange':
      return { detail: `group ${data.method} (${nameOf(KEY_EXCHANGE_METHODS, data.method)})`, value: data.method };
    case 'payload-type':
      return { detail: `payload ${data.type} (${nameOf(IKEV2_PAYLOAD_TYPES, data.type)})`, value: data.type };
    case 'message-id':
      return { detail: `message ID ${data.messageId}`, value: data.messageId };
    case 'window':
      return { detail: `${data.size} messages`, value: data.size };
    case 'seconds':
      return { detail: `${data.seconds} s`, value: data.seconds };
    case 'ipcomp':
      return { detail: `CPI 0x${data.cpi.toString(16).padStart(4, '0')}, ${nameOf(IPCOMP_TRANSFORMS, data.transform)}`, value: data.cpi };
    case 'hash-algorithms':
      return { detail: data.ids.map((id) => nameOf(HASH_ALGORITHMS, id)).join(', ') };
    case 'password-methods':
      return { detail: data.ids.map((id) => nameOf(SECURE_PASSWORD_METHODS, id)).join(', ') };
    case 'auth-methods':
      return { detail: data.methods.map(({ method }) => nameOf(AUTH_METHODS, method)).join(', ') };
    case 'address':
      return { detail: addressText(data.address) };
    case 'gateway':
      return { detail: `${gatewayText(data.type, data.gateway)}` };
    case 'ticket':
      return { detail: `valid for ${data.lifetime} s`, value: data.lifetime };
    case 'ppk':
      return { detail: `${nameOf(PPK_ID_TYPES, data.type)} ${bytesText(data.identity)}` };
    case 'puzzle':
      return { detail: `${data.difficulty} zero bits of ${nameOf(PRFS, data.prf)}`, value: data.difficulty };
    case 'message-id-sync':
      return { detail: `next request sent ${data.expectSend}, received ${data.expectReceive}` };
    case 'dpd':
      return { detail: `sequence ${data.sequence}`, value: data.sequence };
    case 'lifetimes':
      return { detail: data.lifetimes.map(lifetimeText).join(', ') };
    case 'replay':
      return { detail: data.enabled ? 'enabled' : 'disabled' };
    case 'address-hash':
    case 'opaque':
      return { detail: bytesText(data.kind === 'opaque' ? data.data : data.hash) };
  }
}

const FQDN = 3;

function gatewayText(type: number, identity: Uint8Array): string {
  return type === FQDN ? printableText(identity) : `${addressText(identity)}${type in GATEWAY_IDENTITY_TYPES ? '' : ` (type ${type})`}`;
}

/** Text where it is text, otherwise hex; long data is cut, as nobody reads it. */
function bytesText(bytes: Uint8Array): string {
  if (isPrintable(bytes)) return `"${printableText(bytes)}"`;
  return bytes.length > 32 ? `0x${toHex(bytes.subarray(0, 32))}… (${bytes.length} bytes)` : `0x${toHex(bytes)}`;
}
