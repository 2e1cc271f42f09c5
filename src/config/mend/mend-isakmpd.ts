import { formatNetwork, maskOf, type Network } from '../../wire/ip/network.js';
import type { ConfigEnd } from '../effective/config-end.js';
import { type Cipher, type Offer, offersOf } from '../effective/offer.js';
import { keyIdOf } from '../identity-words.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import type { Change, Edit } from './change.js';
import { IsakmpdLines } from './isakmpd-lines.js';

/** Corrected lines of an isakmpd.conf (isakmpd.conf(5)). */
export function mendIsakmpd(end: ConfigEnd, change: Change): readonly Edit[] | undefined {
  const { connection, texts } = end;
  const lines = new IsakmpdLines(connection.file, texts.get(connection.file) ?? '');
  const net = connection.name;
  const peer = lines.get(net, 'ISAKMP-peer') ?? '';
  const phase1 = new Phase1(lines, peer);
  const own = offersOf(end, 'esp', 'ikev1')[0];
  const suites = (offer: Offer | undefined, groups: readonly number[] | undefined, transport = connection.mode.value === 'transport') => {
    const name = offer === undefined ? undefined : suiteName(offer, groups, transport);
    const quick = lines.get(net, 'Configuration');
    return name === undefined || quick === undefined ? undefined : lines.set(quick, 'Suites', name);
  };
  const pfs = connection.pfs.value ? (own?.groups ?? []) : undefined;
  switch (change.kind) {
    case 'aggressive':
      return phase1.set('EXCHANGE_TYPE', change.value ? 'AGGRESSIVE' : 'ID_PROT');
    case 'ike-proposals':
      return phase1.propose(change.offer);
    case 'esp-proposals':
      return suites(change.offer, change.groups === undefined ? pfs : change.groups.length > 0 ? change.groups : undefined);
    case 'pfs':
      return suites(change.offer ?? own, change.group === undefined ? undefined : [change.group]);
    case 'mode':
      return suites(own, pfs, change.value === 'transport');
    case 'ike-lifetime':
      return phase1.live(change.seconds);
    case 'child-lifetime':
      return lines.set('General', 'Default-phase-2-lifetime', within(change.seconds));
    case 'dpd':
      return lines.set('General', 'DPD-check-interval', `${change.delay}`);
    case 'secret':
      return lines.has(peer) ? lines.set(peer, 'Authentication', SECRET_PLACEHOLDER) : undefined;
    case 'remote-address': {
      const address = connection.remote.addresses[0]?.value ?? '';
      const named = lines.get(peer, 'Address') === undefined ? [] : lines.set(peer, 'Address', change.value);
      return [...named, ...lines.rename('Phase 1', address, change.value)];
    }
    case 'local-id':
    case 'remote-id': {
      const tag = change.kind === 'local-id' ? 'ID' : 'Remote-ID';
      const name = lines.get(peer, tag);
      const [type, value] = identity(change.value);
      if (!lines.has(peer)) return undefined;
      const which = type === 'IPV4_ADDR' ? 'Address' : 'Name';
      if (name !== undefined && lines.has(name)) return [...lines.set(name, 'ID-type', type), ...lines.set(name, which, value)];
      const fresh = `${peer}-${change.kind}`;
      return [
        ...lines.set(peer, tag, fresh),
        ...lines.append(fresh, [
          ['ID-type', type],
          [which, value],
        ]),
      ];
    }
    case 'selectors': {
      const [pair, second] = change.pairs;
      if (pair === undefined || second !== undefined || pair.localPort !== undefined || pair.remotePort !== undefined) return undefined;
      const edits = [selector(lines, lines.get(net, 'Local-ID'), pair.local), selector(lines, lines.get(net, 'Remote-ID'), pair.remote)];
      return edits.includes(undefined) ? undefined : edits.flatMap((each) => each ?? []);
    }
    default:
      return undefined;
  }
}

/** The section that says how phase 1 is done, and its first transform. */
class Phase1 {
  readonly #lines: IsakmpdLines;
  readonly #name: string;
  /** Whether the peer names it. */
  readonly #named: boolean;
  readonly #peer: string;

  constructor(lines: IsakmpdLines, peer: string) {
    this.#lines = lines;
    this.#peer = peer;
    const configuration = lines.get(peer, 'Configuration');
    this.#named = configuration !== undefined;
    this.#name = configuration ?? 'Default-main-mode';
  }

  set(tag: string, value: string): readonly Edit[] | undefined {
    if (!this.#lines.has(this.#peer)) return undefined;
    const naming = this.#named || this.#lines.has(this.#name) ? [] : this.#lines.set(this.#peer, 'Configuration', this.#name);
    return [...naming, ...this.#lines.set(this.#name, tag, value)];
  }

  /** The algorithms of its transform where that is a section, else a transform by its name. */
  propose({ ciphers, hashes, groups }: Offer): readonly Edit[] | undefined {
    const [cipher, hash] = [ciphers[0] === undefined ? undefined : cipherWord(ciphers[0]), HASHES[hashes[0] ?? 0]];
    const bits = MODP_BITS[groups[0] ?? 0];
    if (cipher === undefined || hash === undefined || bits === undefined) return undefined;
    const own = this.#transform();
    if (own === undefined) return this.set('Transforms', `${cipher}-${hash}-GRP${groups[0]}`);
    const length = /-(\d+)$/.exec(cipher)?.[1];
    return [
      ...this.#lines.set(own, 'ENCRYPTION_ALGORITHM', LONG_CIPHERS.get(cipher) ?? 'AES_CBC'),
      ...(length === undefined ? [] : this.#lines.set(own, 'KEY_LENGTH', `${length},${length}:${length}`)),
      ...this.#lines.set(own, 'HASH_ALGORITHM', hash.replace('-', '_')),
      ...this.#lines.set(own, 'GROUP_DESCRIPTION', `MODP_${bits}`),
    ];
  }

  /** Where the transform has a lifetime of its own, that; else the one of all transforms that isakmpd makes up. */
  live(seconds: number): readonly Edit[] {
    const own = this.#transform();
    const life = own === undefined ? undefined : this.#lines.get(own, 'LIFE');
    return life !== undefined && this.#lines.has(life)
      ? this.#lines.set(life, 'LIFE_DURATION', within(seconds))
      : this.#lines.set('General', 'Default-phase-1-lifetime', within(seconds));
  }

  #transform(): string | undefined {
    const [first = ''] = (this.#lines.get(this.#name, 'Transforms') ?? '').split(/[\s,]+/);
    return this.#lines.has(first) ? first : undefined;
  }
}

/** What is offered, and the range that is taken. */
function within(seconds: number): string {
  return `${seconds},60:${Math.max(seconds, 86_400)}`;
}

const HASHES: Readonly<Record<number, string>> = { 1: 'MD5', 2: 'SHA', 12: 'SHA2-256', 13: 'SHA2-384', 14: 'SHA2-512' };
const CIPHERS: Readonly<Record<number, string>> = { 2: 'DES', 3: '3DES', 6: 'CAST', 7: 'BLF' };
const LONG_CIPHERS: ReadonlyMap<string, string> = new Map(
  Object.entries({ DES: 'DES_CBC', '3DES': '3DES_CBC', CAST: 'CAST_CBC', BLF: 'BLOWFISH_CBC' }),
);
const MODP_BITS: Readonly<Record<number, number>> = { 1: 768, 2: 1024, 5: 1536, 14: 2048, 15: 3072, 16: 4096, 17: 6144, 18: 8192 };

function cipherWord({ id, keyLength }: Cipher): string | undefined {
  return id === 12 ? `AES-${keyLength ?? 128}` : CIPHERS[id];
}

/** `QM-ESP-AES-256-SHA2-256-PFS-GRP14-SUITE`; `groups` undefined: without PFS. */
function suiteName({ ciphers, hashes }: Offer, groups: readonly number[] | undefined, transport: boolean): string | undefined {
  const [cipher, hash] = [ciphers[0] === undefined ? undefined : cipherWord(ciphers[0]), HASHES[hashes[0] ?? 0]];
  if (cipher === undefined || hash === undefined) return undefined;
  const pfs = groups === undefined ? [] : ['PFS', ...(groups[0] === undefined ? [] : [`GRP${groups[0]}`])];
  return ['QM-ESP', ...(transport ? ['TRP'] : []), cipher, hash, ...pfs, 'SUITE'].join('-');
}

function identity(value: string): readonly [type: string, text: string] {
  const keyId = keyIdOf(value);
  if (keyId !== undefined) return ['KEY_ID', keyId];
  if (/^[\d.]+$/.test(value)) return ['IPV4_ADDR', value];
  return value.slice(1).includes('@') ? ['USER_FQDN', value] : ['FQDN', value.replace(/^@/, '')];
}

/** The network of a section of identities. */
function selector(lines: IsakmpdLines, section: string | undefined, network: Network): readonly Edit[] | undefined {
  if (section === undefined || network.family !== 4 || !lines.has(section)) return undefined;
  const address = formatNetwork(network).replace(/\/.*$/, '');
  const single = lines.get(section, 'Address') !== undefined;
  if (network.prefix === 32 && single) return lines.set(section, 'Address', address);
  // An address and a network in one section would contradict.
  if (single) return undefined;
  return [
    ...(lines.get(section, 'ID-type') === undefined ? [] : lines.set(section, 'ID-type', 'IPV4_ADDR_SUBNET')),
    ...lines.set(section, 'Network', address),
    ...lines.set(section, 'Netmask', maskOf(network.prefix)),
  ];
}
