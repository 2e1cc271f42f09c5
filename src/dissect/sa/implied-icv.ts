import type { ImpliedIcv } from '../../model/sa.js';

type Candidate = ImpliedIcv['candidates'][number];

/** What is in use: a family of ciphers with its alignment, IV and the ICV lengths it comes with, in bytes. */
interface Family {
  readonly name: string;
  readonly block: number;
  readonly iv: number;
  readonly icvs: readonly number[];
}

/**
 * RFC 3602 (AES-CBC), RFC 2451 (3DES and other 64-bit blocks), RFC 4106 and 4309 (GCM, CCM), RFC 7634 (ChaCha20),
 * RFC 3686 (CTR), RFC 2410 (NULL); ICVs of RFC 2403, 2404, 3566 (12), RFC 4868 (16, 24, 32). An ICV of 12 with SHA2-256
 * is the truncation of the draft that came before RFC 4868.
 */
const FAMILIES: readonly Family[] = [
  { name: 'AES-CBC', block: 16, iv: 16, icvs: [12, 16, 24, 32] },
  { name: '3DES', block: 8, iv: 8, icvs: [12, 16, 24, 32] },
  { name: 'GCM, CCM or ChaCha20', block: 4, iv: 8, icvs: [8, 12, 16] },
  { name: 'CTR', block: 4, iv: 8, icvs: [12, 16, 24, 32] },
  { name: 'NULL', block: 4, iv: 0, icvs: [12, 16, 24, 32] },
];

const SPI_AND_SEQUENCE = 8;
/** So many different lengths that happen to fit a block by chance are rare enough: (1/2)^4 for a block of 8, (1/4)^4 for 16. */
const ENOUGH_LENGTHS = 5;

/** The lengths of an SA's ESP packets, SPI to end, in bytes. */
export interface EspLengths {
  /** Packets by (length mod 16). */
  readonly residues: ArrayLike<number>;
  readonly shortest: number;
  /** Different lengths seen; a count that stops at some bound is good enough. */
  readonly different: number;
}

/**
 * Which ciphers and ICV lengths the packet lengths allow. An ESP packet is 8 bytes of SPI and sequence number, the IV,
 * whole blocks of ciphertext (at least 4-byte aligned) and the ICV (RFC 4303 §2), so its length modulo the block tells
 * the ICV. Undefined without packets. Lengths cannot tell GCM from CTR or NULL, nor their ICVs, and traffic of few
 * lengths fits a larger block than the cipher's: then all that fit are listed.
 */
export function impliedIcv({ residues, shortest, different }: EspLengths): ImpliedIcv | undefined {
  const seen: number[] = [];
  let packets = 0;
  for (let residue = 0; residue < 16; residue++) {
    const count = residues[residue] ?? 0;
    packets += count;
    if (count > 0) seen.push(residue);
  }
  if (packets === 0) return undefined;
  if (seen.some((residue) => residue % 4 !== 0)) {
    return { packets, candidates: [], text: 'lengths that are no multiple of 4: not ESP as RFC 4303 §2.4 pads it' };
  }
  const fitting = FAMILIES.map((family) => ({ ...family, icvs: family.icvs.filter((icv) => fits(family, icv, seen, shortest)) }));
  const largest = Math.max(4, ...fitting.filter(({ icvs }) => icvs.length > 0).map(({ block }) => block));
  const sure = different >= ENOUGH_LENGTHS;
  const families = fitting.filter(({ block, icvs }) => icvs.length > 0 && (!sure || block === largest));
  const candidates: Candidate[] = [];
  for (const { block, iv, icvs } of families) {
    for (const icv of icvs) {
      if (!candidates.some((c) => c.block === block && c.iv === iv && c.icv === icv)) candidates.push({ block, iv, icv });
    }
  }
  return { packets, candidates, text: describe(families, sure, largest) };
}

function fits(family: Family, icv: number, seen: readonly number[], shortest: number): boolean {
  const overhead = SPI_AND_SEQUENCE + family.iv + icv;
  // The ciphertext holds at least pad length and next header, so it is never empty.
  return shortest >= overhead + family.block && seen.every((residue) => (residue - overhead) % family.block === 0);
}

function describe(families: readonly Family[], sure: boolean, largest: number): string {
  if (families.length === 0) return 'lengths fit no cipher and ICV known here';
  if (sure && largest === 4) return 'lengths aligned to 4: GCM, CCM, ChaCha20, CTR or NULL; they do not tell the ICV';
  const parts = families.filter(({ block }) => block > 4).map(({ name, icvs }) => `${name} with ICV ${icvs.join(' or ')}`);
  if (sure) return `lengths fit a block of ${largest}: ${parts.join(', ')}`;
  if (families.some(({ block }) => block === 4)) parts.push('GCM, CCM, ChaCha20, CTR or NULL');
  return `too few different lengths to tell the cipher: ${parts.join(', or ')}`;
}
