import type { ChildFacts, IkeSession } from '../model/ike-session.js';
import type { ImpliedIcv, SaFacts } from '../model/sa.js';
import { finding, type Rule } from './rule.js';
import { otherDirection, type Peers, peersOf } from './shared/peers.js';

const LEAST_PACKETS = 3;
/** HMAC_SHA2_256_128 as IKEv2's transform and as IKEv1's attribute. */
const SHA2_256 = { ikev2: 12, ikev1: 5 } as const;
const FULL = 16;
const TRUNCATED = 12;

interface Mismatch {
  readonly sas: readonly SaFacts[];
  readonly title: string;
  readonly why: string;
  readonly confidence: number;
}

/** F51: SHA2-256 cut to 96 bits by one end and to 128 by the other shows in the packet lengths. */
export const rule: Rule = {
  code: 'esp/icv-length-mismatch',
  title: 'The two ends use ICVs of different length',
  severity: 'error',
  refs: ['RFC 4868 §2.3', 'RFC 4868 §2.6', 'RFC 4303 §2'],
  dependsOn: [],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      const hit = betweenDirections(peers) ?? againstNegotiated(peers);
      if (hit === undefined) continue;
      yield finding(rule, {
        severity: 'error',
        confidence: hit.confidence,
        subject: peers.subject,
        title: hit.title,
        cause: `${hit.why} Both directions of a CHILD_SA use the same algorithms, so one end cuts HMAC-SHA2-256 to 96 bits as an old draft (and Linux before 2.6.33, and some phones and routers) did, the other to 128 bits as RFC 4868 says. IKE does not notice, and each end drops every packet of the other silently (Linux: XfrmInStateProtoError).`,
        evidence: hit.sas.map((sa) => ({
          frame: sa.firstFrame,
          field: 'ESP length',
          text: `SPI ${sa.spi} from ${sa.src}: ${sa.impliedIcv?.text ?? `${sa.minLength} to ${sa.maxLength} bytes`}`,
        })),
        fix: [
          {
            end: 'ours',
            text: 'to talk to the end that cuts to 96: ipsec.conf (libreswan) sha2-truncbug=yes; swanctl.conf esp_proposals = aes256-sha256_96',
          },
          {
            end: 'theirs',
            text: 'better, at both ends: an algorithm without the doubt, ipsec.conf esp=aes_gcm256, swanctl.conf esp_proposals = aes256gcm16; or SHA1: esp=aes256-sha1',
          },
        ],
        retest: 'vpndoctor sniff --esp --summary: the same ICV length for both directions, and answers to a ping through the tunnel',
      });
    }
  },
};

const icvs = ({ candidates }: ImpliedIcv): ReadonlySet<number> => new Set(candidates.map(({ icv }) => icv));

function betweenDirections(peers: Peers): Mismatch | undefined {
  for (const sa of peers.sas) {
    const other = otherDirection(peers, sa);
    if (other === undefined || sa.impliedIcv === undefined || other.impliedIcv === undefined) continue;
    if (Math.min(sa.packets, other.packets) < LEAST_PACKETS) continue;
    const [a, b] = [icvs(sa.impliedIcv), icvs(other.impliedIcv)];
    if (a.size === 0 || b.size === 0) continue;
    if ([...a].some((icv) => b.has(icv))) {
      const cut = fourShort(sa, other);
      if (cut === undefined) continue;
      return cut;
    }
    const words = (set: ReadonlySet<number>) => [...set].join(' or ');
    return {
      sas: [sa, other],
      title: `ESP from ${sa.src} (${sa.spi}) has an ICV of ${words(a)} bytes, from ${other.src} (${other.spi}) of ${words(b)}`,
      why: 'The packet lengths of the two directions of one tunnel fit no common ICV length.',
      confidence: 0.88,
    };
  }
  return undefined;
}

/**
 * Each direction has one length throughout, the two differ by 4, and fit AES-CBC with an ICV of 12 here and of 16 there:
 * the same inner packet, a ping, with the ICV cut by one end. With a cipher aligned to 4 bytes it would be a coincidence.
 */
function fourShort(sa: SaFacts, other: SaFacts): Mismatch | undefined {
  const [short, full] = sa.maxLength < other.maxLength ? [sa, other] : [other, sa];
  const alike = [short, full].every(({ minLength, maxLength }) => minLength === maxLength);
  if (!alike || full.maxLength - short.maxLength !== FULL - TRUNCATED) return undefined;
  if (short.maxLength % AES_BLOCK !== (SPI_AND_SEQUENCE + TRUNCATED) % AES_BLOCK) return undefined;
  return {
    sas: [short, full],
    title: `ESP from ${short.src} (${short.spi}) is 4 bytes shorter than ESP from ${full.src} (${full.spi}): an ICV of 12 bytes here and of 16 there`,
    why: `Packets of ${short.maxLength} bytes fit AES-CBC with an ICV of 12, packets of ${full.maxLength} bytes the same with one of 16. (The ESP algorithms are negotiated under encryption, so that it is AES-CBC is read from the lengths.)`,
    confidence: 0.75,
  };
}

/** SHA2-256 was negotiated in the open, or decrypted, and a sender's lengths say 12. */
function againstNegotiated(peers: Peers): Mismatch | undefined {
  for (const session of peers.sessions) {
    for (const child of session.children) {
      if (!usesSha2(session, child)) continue;
      for (const spi of [child.spiInitiator, child.spiResponder]) {
        const sa = peers.sas.find((candidate) => candidate.spi === spi && candidate.protocol === 'esp');
        if (sa === undefined || sa.packets < LEAST_PACKETS || !cutShort(sa, child)) continue;
        return {
          sas: [sa],
          title: `HMAC_SHA2_256_128 was negotiated, and ESP from ${sa.src} (${sa.spi}) has an ICV of 12 bytes`,
          why: `The negotiation in packet ${child.frame} chose an ICV of 16 bytes; the lengths of this sender's packets leave 12.`,
          confidence: 0.92,
        };
      }
    }
  }
  return undefined;
}

const usesSha2 = ({ protocol }: IkeSession, { chosen }: ChildFacts): boolean =>
  chosen?.transforms.some(({ type, id }) => type === 'INTEG' && id === SHA2_256[protocol]) ?? false;

/** With the cipher known the length modulo its block is the ICV's: RFC 4303 §2. */
function cutShort(sa: SaFacts, { chosen }: ChildFacts): boolean {
  const cipher = chosen?.transforms.find(({ type }) => type === 'ENCR');
  const block = cipher?.id === AES_CBC ? AES_BLOCK : cipher?.id === TRIPLE_DES ? DES_BLOCK : undefined;
  if (block === undefined) return false;
  // SPI and sequence number 8; IV and ciphertext are whole blocks.
  const residueOf = (icv: number) => (SPI_AND_SEQUENCE + icv) % block;
  const packets = (icv: number) => sa.lengthResidues.reduce((sum, n, residue) => sum + (residue % block === residueOf(icv) ? n : 0), 0);
  return packets(TRUNCATED) === sa.packets && residueOf(TRUNCATED) !== residueOf(FULL);
}

const AES_CBC = 12;
const TRIPLE_DES = 3;
const AES_BLOCK = 16;
const DES_BLOCK = 8;
const SPI_AND_SEQUENCE = 8;
