import { Secret } from '../../src/bytes/secret.js';
import type { ChildSettings, IkeSettings, RemoteAuth } from '../../src/engine/ike/settings.js';
import type { Path } from '../../src/engine/step.js';
import type { Id } from '../../src/wire/ike/payloads/id.js';
import type { Proposal, Transform } from '../../src/wire/ike/payloads/sa.js';
import type { AddressSelector } from '../../src/wire/ike/payloads/ts.js';
import { ID_TYPE, TS_TYPE } from '../../src/wire/ike/tables/identities.js';
import { PROTOCOL } from '../../src/wire/ike/tables/protocols.js';
import { TRANSFORM, TRANSFORM_ATTRIBUTE, TRANSFORM_IDS } from '../../src/wire/ike/tables/transforms.js';

const TYPES: readonly number[] = [TRANSFORM.ENCR, TRANSFORM.PRF, TRANSFORM.INTEG, TRANSFORM.KE, TRANSFORM.SN];

/** A transform by its name in the tables: `AES_GCM_16_256`, `CURVE25519`, `ADDKE1:ML_KEM_768`, `PRF_HMAC_SHA2_256`, `ESN`. */
function transform(word: string): Transform {
  const [prefix, after] = word.split(':');
  const name = after ?? word;
  const wanted = after === undefined ? TYPES : [TRANSFORM[prefix as keyof typeof TRANSFORM]];
  for (const type of wanted) {
    for (const [id, known] of Object.entries(TRANSFORM_IDS[type] ?? {})) {
      if (known === name) return { type, id: Number(id), attributes: [] };
      const bits = name.startsWith(`${known}_`) ? Number(name.slice(known.length + 1)) : Number.NaN;
      if (type === TRANSFORM.ENCR && bits >= 128)
        return { type, id: Number(id), attributes: [{ type: TRANSFORM_ATTRIBUTE.KEY_LENGTH, value: bits }] };
    }
  }
  throw new TypeError(`no transform is called ${word}`);
}

/** `proposal('IKE', 'AES_GCM_16_256 PRF_HMAC_SHA2_256 CURVE25519')`. */
export function proposal(protocol: keyof typeof PROTOCOL, words: string): Proposal {
  return { number: 1, protocol: PROTOCOL[protocol], spi: new Uint8Array(0), transforms: words.split(' ').map(transform) };
}

export const IKE = 'AES_GCM_16_256 PRF_HMAC_SHA2_256 CURVE25519';
export const ESP = 'AES_GCM_16_256 NO_ESN';

/** `10.1.0.0/16`, or `10.1.0.5/32 17 53` with protocol and port. */
export function selector(text: string): AddressSelector {
  const [net = '', protocol = '0', port] = text.split(' ');
  const [address = '', bits = '32'] = net.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const bytes = (n: number) => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
  return {
    type: TS_TYPE.TS_IPV4_ADDR_RANGE,
    protocol: Number(protocol),
    startPort: port === undefined ? 0 : Number(port),
    endPort: port === undefined ? 65535 : Number(port),
    start: bytes(number),
    end: bytes(number + size - 1),
  };
}

export const fqdn = (name: string): Id => ({ type: ID_TYPE.ID_FQDN, data: new TextEncoder().encode(name) });
export const secret = (text: string): Secret => new Secret(new TextEncoder().encode(text));

export const I500: Path = {
  channel: 'ike',
  local: { address: '192.0.2.1', port: 500 },
  remote: { address: '198.51.100.2', port: 500 },
};
export const I4500: Path = {
  channel: 'natt',
  local: { address: '192.0.2.1', port: 4500 },
  remote: { address: '198.51.100.2', port: 4500 },
};
export const ITCP: Path = { ...I4500, channel: 'tcp' };

export const pskRemote = (key: string, more: Partial<RemoteAuth> = {}): RemoteAuth => ({
  ids: [],
  secrets: [{ secret: secret(key) }],
  authorities: [],
  intermediates: [],
  revocationLists: [],
  rawKeys: [],
  allowNull: false,
  acceptUnverified: false,
  ...more,
});

const child = (local: string, remote: string): ChildSettings => ({
  proposals: [proposal('ESP', ESP)],
  localSelectors: [selector(local)],
  remoteSelectors: [selector(remote)],
  mode: 'tunnel',
  compress: false,
});

const common = (id: string): Omit<IkeSettings, 'child' | 'paths'> => ({
  ikeProposals: [proposal('IKE', IKE)],
  localId: fqdn(id),
  localAuth: { method: 'psk', secret: secret('test-psk') },
  remoteAuth: pskRemote('test-psk'),
  encapsulation: 'auto',
  fragmentSize: 1280,
  mobike: false,
  vendorIds: [],
  retransmit: { first: 500, factor: 2, tries: 5 },
  lifetimes: { ike: 0, child: 0 },
  dpdDelay: 0,
});

/** Settings of both ends that agree: pre-shared key, tunnel mode. */
export function initiatorSettings(change: Partial<IkeSettings> = {}): IkeSettings {
  return { ...common('initiator.example'), child: child('10.1.0.0/16', '10.2.0.0/16'), paths: { ike: I500, natt: I4500 }, ...change };
}

export function responderSettings(change: Partial<IkeSettings> = {}): IkeSettings {
  return { ...common('responder.example'), child: child('10.2.0.0/16', '10.1.0.0/16'), paths: {}, ...change };
}
