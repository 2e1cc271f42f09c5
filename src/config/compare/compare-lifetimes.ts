import type { Sourced } from '../../model/connection.js';
import { commonOffer } from '../effective/common-offer.js';
import { type ConfigEnd, type Product, productNames } from '../effective/config-end.js';
import { offersOf } from '../effective/offer.js';
import { bothPlaces, cell, durationText, row } from './cells.js';
import type { AspectResult, Mismatch, Pair } from './mismatch.js';

/** A tenth is what products add or take off by themselves to keep both ends from rekeying at once. */
const TOLERANCE = 0.1;

/** The guides of ASA and IOS to lifetimes: "uses the smaller of the lifetime value proposed by the peer or the locally configured". */
const YIELDING: ReadonlySet<Product> = new Set<Product>(['asa', 'ios']);

/** racoon.conf(5) `proposal_check strict`, isakmpd.conf(5) "Life" with its range. */
const STRICT: ReadonlySet<Product> = new Set<Product>(['racoon', 'isakmpd']);

/** Lifetimes of one phase. In IKEv1 they are negotiated, in IKEv2 each end keeps to its own. */
export function compareLifetimes({ ours, theirs, version }: Pair, phase: 'ike' | 'child'): AspectResult {
  if (version === undefined) return { rows: [], mismatches: [] };
  const [a, b] = [lifetimeOf(ours, theirs, phase, version), lifetimeOf(theirs, ours, phase, version)];
  if (a === undefined || b === undefined) return { rows: [], mismatches: [] };
  const [left, right] = [cell(a, durationText(a.value)), cell(b, durationText(b.value))];
  const close = a.value === b.value || Math.abs(a.value - b.value) <= TOLERANCE * Math.max(a.value, b.value);
  const label = phase === 'ike' ? 'IKE lifetime' : 'ESP lifetime';
  const agreed = version === 'ikev2' || [ours, theirs].every(({ product }) => YIELDING.has(product));
  const rows = [row(label, left, right, close || agreed)];
  if (close) return { rows, mismatches: [] };
  const shorter = a.value < b.value ? 'our end' : 'the other end';
  const strict = [ours, theirs].filter(({ product }) => STRICT.has(product)).map(({ product }) => productNames[product]);
  const refuses = strict.length === 0 ? '' : `, ${[...new Set(strict)].join(' and ')} may refuse one that is not its own when it answers`;
  const mismatch: Mismatch = {
    code: phase === 'ike' ? 'config/ike-lifetime' : 'config/child-lifetime',
    severity: agreed ? 'info' : 'warning',
    breaks: agreed ? 'nothing' : 'rekey',
    title: `${label} ${durationText(a.value)} at our end, ${durationText(b.value)} at the other`,
    cause: agreed
      ? version === 'ikev2'
        ? `Each end keeps its own lifetime in IKEv2: ${shorter} rekeys for both. Nothing fails by that.`
        : `Both products go on with the shorter one, that of ${shorter}. Nothing fails by that.`
      : `The lifetime is negotiated in IKEv1: most products go on with the shorter one${refuses}, and where each keeps its own, ${shorter} deletes what the other still uses.`,
    evidence: bothPlaces(left, right),
    change: {
      ours: { kind: `${phase}-lifetime`, seconds: b.value },
      theirs: { kind: `${phase}-lifetime`, seconds: a.value },
    },
    refs: ['RFC 2407 §4.5.4', 'RFC 7296 §2.8'],
  };
  return { rows, mismatches: [mismatch] };
}

/** Where each policy has a lifetime of its own: that of the policy both ends would choose. */
function lifetimeOf(end: ConfigEnd, other: ConfigEnd, phase: 'ike' | 'child', version: 'ikev1' | 'ikev2'): Sourced<number> | undefined {
  if (phase === 'child') return end.connection.childLifetime;
  const common = commonOffer(offersOf(end, 'ike', version), offersOf(other, 'ike', version), true);
  return common?.ours.source?.lifetime ?? end.connection.ikeLifetime;
}
