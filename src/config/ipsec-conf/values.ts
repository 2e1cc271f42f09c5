import { olderThan } from '../versions.js';
import type { IpsecConfProduct } from './document.js';

/** Words for yes and no: strongSwan takes these two only, the others what people write in configurations. */
export function readBoolean(text: string, product: IpsecConfProduct): boolean | undefined {
  const word = product === 'strongswan' ? text : text.toLowerCase();
  if (word === 'yes') return true;
  if (word === 'no') return false;
  if (product === 'strongswan') return undefined;
  if (['y', 'true', 'on', '1'].includes(word)) return true;
  return ['n', 'false', 'off', '0'].includes(word) ? false : undefined;
}

const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `8h`, `3600`, `30m`, `1.5h` (libreswan): seconds; undefined when it is no time. */
export function readSeconds(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([smhdw]?)$/i.exec(text.trim());
  const unit = units[(match?.[2] ?? '').toLowerCase()];
  if (match === null || unit === undefined) return undefined;
  const seconds = Number(match[1]) * unit;
  return Number.isSafeInteger(Math.round(seconds)) ? Math.round(seconds) : undefined;
}

/** Words a keyword takes, for those where a wrong one keeps the connection from loading. Canonical keys. */
const words: Readonly<Record<IpsecConfProduct, Readonly<Record<string, string>>>> = {
  openswan: {
    auto: 'ignore add route start up manual',
    type: 'tunnel transport udp udpencap pass passthrough reject drop',
    authby: 'never rsasig secret',
    ikev2: 'never permit propose insist yes always no',
    keyexchange: 'ike ikev1 isakmp oakley ikev2 rfc7296',
    dpdaction: 'hold clear restart restart_by_peer',
    phase2: 'ah+esp esp ah default',
    failureshunt: 'none passthrough drop reject',
    protostack: 'none auto klips mast netkey native bsd kame bsdkame win2k',
  },
  libreswan: {
    auto: 'ignore add ondemand route start up keep',
    type: 'tunnel transport pass passthrough reject drop',
    ikev2: 'never permit propose insist yes always no y n',
    keyexchange: 'ike ikev1 ikev2',
    dpdaction: 'hold clear restart restart_by_peer',
    phase2: 'esp ah default ah+esp',
    protostack: 'auto xfrm netkey klips mast bsdkame bsd native none pfkeyv2',
    encapsulation: 'yes no auto true false on off',
    'ikev1-policy': 'accept reject drop',
  },
  strongswan: {
    auto: 'ignore add route start',
    type: 'tunnel transport transport_proxy beet passthrough pass drop reject',
    authby: 'psk secret pubkey rsa rsasig ecdsa ecdsasig xauthpsk xauthrsasig never',
    keyexchange: 'ike ikev1 ikev2',
    dpdaction: 'none clear hold restart',
    closeaction: 'none clear hold restart',
    fragmentation: 'no accept yes force',
    modeconfig: 'push pull',
    xauth: 'server client',
  },
};

const booleans: Readonly<Record<IpsecConfProduct, ReadonlySet<string>>> = {
  openswan: new Set('pfs compress rekey forceencaps aggrmode aggressive overlapip nat_traversal oe uniqueids'.split(' ')),
  libreswan: new Set('pfs compress rekey forceencaps aggrmode aggressive overlapip uniqueids narrowing'.split(' ')),
  strongswan: new Set('compress rekey reauth forceencaps aggressive installpolicy mobike sha256_96 leftfirewall rightfirewall'.split(' ')),
};

const times: ReadonlySet<string> = new Set(
  'ikelifetime lifetime keylife salifetime ipsec-lifetime dpddelay dpdtimeout rekeymargin margintime inactivity crlcheckinterval'.split(
    ' ',
  ),
);

/**
 * What is wrong with a value, and what it might be; undefined when nothing is, or when we do not judge the keyword. `version`
 * undefined: the newest.
 */
export function faultOfValue(key: string, value: string, product: IpsecConfProduct, version?: string): string | undefined {
  if (value === '') return undefined;
  if (key === 'keyexchange' && product === 'libreswan' && olderThan(version, '5.0') && value.toLowerCase() !== 'ike')
    return 'is no value but ike before libreswan 5.0; the version is set with ikev2=insist or ikev2=no';
  const known = Object.hasOwn(words[product], key) ? words[product][key] : undefined;
  if (known !== undefined) {
    const list = known.split(' ');
    const word = product === 'strongswan' ? value : value.toLowerCase();
    return list.includes(word) ? undefined : `is none of ${list.join(', ')}`;
  }
  if (booleans[product].has(key)) return readBoolean(value, product) === undefined ? 'is neither yes nor no' : undefined;
  if (times.has(key)) return readSeconds(value) === undefined ? 'is no time (3600, 60m, 8h)' : undefined;
  return undefined;
}
