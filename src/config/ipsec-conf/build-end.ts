import type { ConnectionAuth, ConnectionEnd, Sourced } from '../../model/connection.js';
import { splitSelectors } from '../selectors.js';
import type { IpsecConfProduct } from './document.js';
import type { Effective } from './settings.js';

/** The keys that `buildEnd` puts into a `ConnectionEnd`; all others of an end stay in `other`. */
export const endKeys: ReadonlySet<string> = new Set(
  [
    '',
    'id',
    'cert',
    'rsasigkey',
    'sigkey',
    'ecdsakey',
    'eddsakey',
    'pubkey',
    'subnet',
    'subnets',
    'subnetwithin',
    'sourceip',
    'protoport',
  ].flatMap((key) => [`left${key}`, `right${key}`]),
);

/** One side of a connection. `addressesOf` of an absent side: `%any`. */
export function buildEnd(side: 'left' | 'right', effective: Effective, product: IpsecConfProduct, unsaid: Sourced<string>): ConnectionEnd {
  const get = (key: string) => effective.get(`${side}${key}`)?.[0];
  const key = get('rsasigkey') ?? get('sigkey') ?? get('ecdsakey') ?? get('eddsakey') ?? get('pubkey');
  const publicKey = key === undefined || key.value.startsWith('%') ? undefined : key;
  const certificate = get('cert');
  const id = get('id');
  const sourceIp = get('sourceip');
  const selectors = ['subnet', 'subnets', 'subnetwithin'].flatMap((name) => (effective.get(`${side}${name}`) ?? []).map(splitSelectors));
  const protoPort = get('protoport') ?? selectors.map((selector) => selector.protoPort).find((within) => within !== undefined);
  return {
    addresses: addressesOf(side, effective, product, unsaid),
    ...(id !== undefined && { id }),
    auth: authOf(side, effective, product, unsaid, publicKey !== undefined && certificate === undefined),
    ...(certificate !== undefined && { certificate }),
    ...(publicKey !== undefined && { publicKey }),
    subnets: selectors.flatMap(({ subnets }) => subnets),
    ...(sourceIp !== undefined && { sourceIp }),
    ...(protoPort !== undefined && { protoPort }),
  };
}

/** Addresses of a side in the order given; strongSwan takes several, and `%any` where there is none. */
export function addressesOf(
  side: 'left' | 'right',
  effective: Effective,
  product: IpsecConfProduct,
  unsaid: Sourced<string>,
): readonly Sourced<string>[] {
  const given = effective.get(side)?.[0];
  if (given === undefined) return product === 'strongswan' ? [{ ...unsaid, value: '%any' }] : [];
  return product === 'strongswan' ? splitList(given) : [given];
}

/** `10.0.0.0/8,192.168.0.0/16`, `{10.0.0.0/8 192.168.0.0/16}`. */
function splitList(list: Sourced<string>): readonly Sourced<string>[] {
  return list.value
    .split(/[\s,]+/)
    .filter((item) => item !== '')
    .map((value) => ({ ...list, value }));
}

/** `authby=`, `leftauth=` and XAUTH, in the words of the model; what is not understood leaves no trace here and stays in `other`. */
function authOf(
  side: 'left' | 'right',
  effective: Effective,
  product: IpsecConfProduct,
  unsaid: Sourced<string>,
  rawKey: boolean,
): readonly Sourced<ConnectionAuth>[] {
  const own = effective.get(`${side}auth`)?.[0];
  const second = effective.get(`${side}auth2`)?.[0];
  const authby = effective.get('authby')?.[0];
  const said = own ?? authby;
  const result: Sourced<ConnectionAuth>[] = [];
  const add = (value: ConnectionAuth, from: Sourced<string>) => {
    const exact = value === 'pubkey' && rawKey ? 'rsa-raw' : value;
    if (!result.some((auth) => auth.value === exact)) result.push({ ...from, value: exact });
  };
  if (said === undefined) add('pubkey', unsaid);
  for (const from of [said, second])
    if (from !== undefined)
      for (const word of from.value.toLowerCase().split(/[|,+\s]+/)) for (const auth of authOfWord(word)) add(auth, from);
  if (product !== 'strongswan')
    for (const key of ['xauthserver', 'xauthclient'])
      for (const end of ['left', 'right'] as const) {
        const xauth = effective.get(`${end}${key}`)?.[0];
        // The client is the one that proves itself.
        const here = key === 'xauthclient' ? end === side : end !== side;
        if (here && xauth !== undefined && /^(y|yes|true|on|1)$/i.test(xauth.value)) add('xauth', xauth);
      }
  return result;
}

function authOfWord(word: string): readonly ConnectionAuth[] {
  if (word === 'secret' || word === 'psk') return ['psk'];
  if (word === 'never') return ['never'];
  if (word === 'null') return ['null'];
  if (word === 'xauthpsk') return ['psk', 'xauth'];
  if (word === 'xauthrsasig') return ['pubkey', 'xauth'];
  if (word.startsWith('xauth')) return ['xauth'];
  if (word.startsWith('eap')) return ['eap'];
  // rsa-4096-sha256, ecdsa, rsa-sha2_256, ike:pubkey-sha256, ed25519
  if (/^(ike:)?(rsa|ecdsa|pubkey|ed25519|ed448|eddsa|bliss)/.test(word)) return ['pubkey'];
  return [];
}
