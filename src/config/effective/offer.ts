import type { SourcedProposal } from '../../model/connection.js';
import { prfOfHash } from '../proposal-tokens.js';
import { parseProposal } from '../proposals.js';
import type { ConfigEnd } from './config-end.js';
import { defaultOffers, fillers } from './default-offers.js';

/** A cipher by IKEv2's number; bits where it has several. */
export interface Cipher {
  readonly id: number;
  readonly keyLength?: number;
}

/** What one proposal offers, completed with the product's defaults: any cipher with any hash and any group. */
export interface Offer {
  readonly ciphers: readonly Cipher[];
  /** Empty: none, as with AES-GCM. */
  readonly hashes: readonly number[];
  /** IKEv2, phase 1; empty: follows from the hashes, or not known. */
  readonly prfs: readonly number[];
  /** Empty: none. */
  readonly groups: readonly number[];
  /** What it was read from; absent for the product's own list. */
  readonly source?: SourcedProposal;
}

/** Ciphers that carry their own integrity. */
const COMBINED = new Set([14, 15, 16, 18, 19, 20, 25, 26, 27, 28]);

/** The offers of an end, in its order of preference, for one IKE version. */
export function offersOf(end: ConfigEnd, use: 'ike' | 'esp', version: 'ikev1' | 'ikev2'): readonly Offer[] {
  const { connection } = end;
  const written = (use === 'ike' ? connection.ikeProposals : connection.espProposals).filter(
    ({ ikeVersion }) => ikeVersion === undefined || ikeVersion === version,
  );
  if (written.length > 0) return written.map((proposal) => readOffer(proposal, end, use, version));
  return defaultOffers(end.product, end.version, use, version).map((text) =>
    withoutSource(readOffer({ value: text, file: '', line: 0 }, end, use, version)),
  );
}

function withoutSource({ ciphers, hashes, prfs, groups }: Offer): Offer {
  return { ciphers, hashes, prfs, groups };
}

function readOffer(source: SourcedProposal, end: ConfigEnd, use: 'ike' | 'esp', version: 'ikev1' | 'ikev2'): Offer {
  const { transforms } = parseProposal(source.value, use);
  const of = (type: string) => transforms.filter((transform) => transform.type === type);
  const filler = fillers(end.product, end.version, use, version);
  const ciphers = of('ENCR').flatMap(({ id, keyLength }): readonly Cipher[] => {
    // AES and Camellia come in three lengths; strongSwan's `aes` is 128, libreswan's is each that it likes.
    if (keyLength !== undefined) return [{ id, keyLength }];
    return KEYED.has(id) ? filler.keyLengths.map((bits) => ({ id, keyLength: bits })) : [{ id }];
  });
  const combined = ciphers.length > 0 && ciphers.every(({ id }) => COMBINED.has(id));
  const integ = of('INTEG')
    .map(({ id }) => id)
    .filter((id) => id !== 0);
  const hashes = integ.length > 0 ? integ : combined ? [] : filler.hashes;
  const prfs = of('PRF').map(({ id }) => id);
  const groups = of('KE').map(({ id }) => id);
  return {
    // AH encrypts nothing.
    ciphers: use === 'esp' && end.connection.protocol.value === 'ah' ? [] : ciphers.length > 0 ? ciphers : filler.ciphers,
    hashes: combined && use === 'esp' ? [] : hashes,
    prfs: prfs.length > 0 || use === 'esp' || version === 'ikev1' ? prfs : hashes.flatMap((hash) => prfOfHash[hash] ?? []),
    groups: groups.length > 0 || use === 'esp' ? groups.filter((id) => id !== 0) : filler.groups,
    source,
  };
}

const KEYED = new Set([12, 13, 14, 15, 16, 18, 19, 20, 21, 23, 24, 25, 26, 27]);
