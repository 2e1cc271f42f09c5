import { isWithin } from '../../wire/ip/network.js';
import { keyIdOf } from '../identity-words.js';
import { canonicalAddress } from '../ipsec-conf/local-side.js';
import type { SecretEntry, SecretKind } from '../secret-entry.js';

/** How an entry came to be the one: both identities named, one of them, or none. */
export interface FoundSecret {
  readonly entry: SecretEntry;
  readonly match: 'both' | 'one' | 'any';
  /** Other entries that fit as well and hold another secret: which one counts is a matter of their order. */
  readonly rivals: readonly SecretEntry[];
}

/**
 * One spelling for every spelling of an identity: addresses as numbers, names without `@`, distinguished names without blanks
 * around their parts, key ids as `keyid:text`. `%any`, `0.0.0.0` and `::` are `any`.
 */
export function canonicalIdentity(id: string): string {
  const text = id.trim().replace(/^"(.*)"$/, '$1');
  if (/^(%any[46]?|\*|0\.0\.0\.0|::|0::0)$/i.test(text)) return 'any';
  const address = canonicalAddress(text);
  if (address !== undefined && !text.includes('/')) return address;
  if (/^[A-Za-z]+\s*=/.test(text) || text.startsWith('/'))
    return `dn:${text
      .split(/[,/]/)
      .map((part) => part.trim().replace(/\s*=\s*/, '='))
      .filter((part) => part !== '')
      .join(',')
      .toLowerCase()}`;
  const keyId = keyIdOf(text);
  if (keyId !== undefined) return `keyid:${keyId}`;
  return text
    .replace(/^(fqdn|rfc822|email|userfqdn|ipv4|ipv6|dns):/i, '')
    .replace(/^@/, '')
    .toLowerCase();
}

/**
 * The secret that a product takes for a pair of identities, by its own rules. Several spellings of an identity may be given (an id
 * and the address): the best match of any pair counts.
 *
 * Openswan, libreswan (lib/libswan/secrets.c): all identities of the entry are looked through; both named beats one named beside
 * `%any`, beats one that is alone in its entry, beats `%any`, beats an entry without identities; one named beside others that do
 * not match does not count. strongSwan (mem_cred, credential_manager): an entry that names either of both fits; the better match
 * of our identity wins, then that of the other. Cisco, racoon and isakmpd look for the peer, or for a network it is in.
 */
export function findSecret(
  entries: readonly SecretEntry[],
  kinds: readonly SecretKind[],
  local: readonly string[],
  remote: readonly string[],
): FoundSecret | undefined {
  const ours = new Set(local.map(canonicalIdentity));
  const theirs = new Set(remote.map(canonicalIdentity));
  let best: { entry: SecretEntry; rank: number; match: FoundSecret['match'] } | undefined;
  let rivals: SecretEntry[] = [];
  for (const entry of entries) {
    if (!kinds.includes(entry.kind)) continue;
    const ids = entry.selectors.map(({ value }) => canonicalIdentity(value));
    const fit = {
      local: ids.some((id) => ours.has(id)),
      remote: ids.some((id) => theirs.has(id)),
      any: ids.includes('any'),
      none: ids.length === 0,
      alone: ids.length === 1,
    };
    const rank = rankOf(entry.dialect, fit, () => entry.selectors.some(({ value }) => remote.some((peer) => isWithin(peer, value))));
    if (rank === 0) continue;
    if (best !== undefined && rank === best.rank) {
      if (!sameSecret(best.entry, entry)) rivals.push(entry);
      continue;
    }
    if (best !== undefined && rank < best.rank) continue;
    rivals = [];
    best = { entry, rank, match: fit.local && fit.remote ? 'both' : fit.local || fit.remote ? 'one' : 'any' };
  }
  return best === undefined ? undefined : { entry: best.entry, match: best.match, rivals };
}

function rankOf(dialect: SecretEntry['dialect'], fit: Fit, within: () => boolean): number {
  if (dialect === 'stroke' || dialect === 'swanctl') return rankOfStrongswan(fit);
  // These ask for the peer alone, and may have a key for a network of peers.
  if (dialect === 'cisco-asa' || dialect === 'racoon' || dialect === 'isakmpd')
    return fit.remote ? 3 : within() ? 2 : fit.any || fit.none ? 1 : 0;
  return rankOfSwan(fit);
}

interface Fit {
  readonly local: boolean;
  readonly remote: boolean;
  readonly any: boolean;
  readonly none: boolean;
  readonly alone: boolean;
}

/** Bits as pluto has them: default 1, any 2, remote 4, local 8. */
function rankOfSwan({ local, remote, any, none, alone }: Fit): number {
  if (none) return 1;
  if (local && remote) return 12;
  if (local && any) return 10;
  if (local && alone) return 9;
  if (remote && any) return 6;
  return any && !local && !remote ? 2 : 0;
}

/** Our identity first: perfect 20, any 1, not named 0. */
function rankOfStrongswan({ local, remote, any, none }: Fit): number {
  const anybody = any || none ? 1 : 0;
  const [me, other] = [local ? 20 : anybody, remote ? 20 : anybody];
  return me === 0 && other === 0 ? 0 : me * 100 + other;
}

function sameSecret(a: SecretEntry, b: SecretEntry): boolean {
  if (a.secret === undefined || b.secret === undefined) return a.secret === b.secret && a.keyFile?.value === b.keyFile?.value;
  return Buffer.compare(a.secret.reveal(), b.secret.reveal()) === 0;
}
