import { DecodeError, UsageError } from '../../bytes/errors.js';
import { nameOf } from '../../bytes/registry.js';
import type { PayloadNode } from '../../wire/ike/chain.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import type { SaV1 } from '../../wire/ike/payloads/sa-v1.js';
import { SITUATION } from '../../wire/ike/tables/attributes-v1.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { DOI, DOIS, PROTOCOL } from '../../wire/ike/tables/protocols.js';
import type { NatVerdict } from '../ike/nat-hash.js';
import { chooseProposal, proposalsText } from '../ike/proposals.js';
import { rekeyDelay } from '../ike/rekey-delay.js';
import type { Refusal } from '../refusal.js';
import type { Path } from '../step.js';
import { methodsOf } from './authentication.js';
import type { Effects } from './effects.js';
import { askedEnd, methodText } from './methods.js';
import { firstOf, nodeOf } from './payloads.js';
import type { PeerFacts } from './peer-facts.js';
import { offerText, type Phase1Suite, phase1Proposals, phase1Transforms, readPhase1, whyNotPhase1 } from './phase1-suite.js';
import { refusal } from './refusals.js';
import { NOTHING_SENT } from './sending.js';
import type { Ikev1Settings } from './settings.js';
import type { Established, Gate, Phase1Offer, Rejection, SaBase, SecuredSa } from './state.js';

/** Bytes of our nonces; 8 to 256 are allowed (RFC 2409 §5). */
export const NONCE_LENGTH = 32;
const SHORTEST_NONCE = 8;
const LONGEST_NONCE = 256;

/** Seconds that we propose where the settings do not rekey by themselves. */
const LIFETIME = 86_400;

export function phase1Lifetime({ lifetimes }: Ikev1Settings): number {
  return lifetimes.ike > 0 ? lifetimes.ike : LIFETIME;
}

/** Where phase 1 begins. Throws `UsageError` when there is no way at all. */
export function firstPath({ paths }: Ikev1Settings): Path {
  const path = paths.ike ?? paths.natt;
  if (path === undefined) throw new UsageError('there is no UDP path to the peer: IKEv1 knows no other');
  return path;
}

/** What every SA has when it is new. */
export function freshSa(
  settings: Ikev1Settings,
  role: SaBase['role'],
  path: Path,
  spis: Pick<SaBase, 'spiI' | 'spiR'>,
  fx: Effects,
): SaBase {
  return {
    number: fx.registry.nextNumber(),
    role,
    exchange: settings.exchange,
    ...spis,
    settings,
    path,
    hearsay: [],
    garbled: 0,
    sending: NOTHING_SENT,
  };
}

/** Reads the answer to our offer: one transform, as we offered it (RFC 2408 §4.2). */
export function readChoice(offer: Phase1Offer, payloads: readonly PayloadNode[], exchange: number): Phase1Suite | Refusal {
  const answer = firstOf(payloads, 'sa-v1');
  const chosen = answer === undefined ? [] : phase1Transforms(answer);
  const [transform] = chosen;
  const offered = phase1Transforms(offer.sa);
  const suite = transform === undefined ? undefined : readPhase1(transform);
  const wrong = (text: string) =>
    refusal('invalid-choice', 'us', exchange, text, {
      ours: offerText(offer.sa),
      ...(answer === undefined ? {} : { theirs: offerText(answer) }),
    });
  if (transform === undefined || chosen.length > 1) return wrong(`the answer holds ${chosen.length} transforms instead of one`);
  if (suite === undefined) return wrong('the answer chooses what we do not have');
  const same = (other: Phase1Suite | undefined) =>
    other !== undefined &&
    other.cipher === suite.cipher &&
    other.keyLength === suite.keyLength &&
    other.hash === suite.hash &&
    other.keyExchange === suite.keyExchange &&
    other.method === suite.method;
  return offered.some((own) => same(readPhase1(own))) ? suite : wrong('the answer chooses what was not offered');
}

/** What the responder takes of an offer: the transform is echoed as it came (RFC 2408 §4.2). */
export interface Phase1Choice {
  readonly suite: Phase1Suite;
  readonly answer: SaV1;
}

/** An offer of another domain than IPsec's, or for labels and secrecy levels, which nobody has (RFC 2407 §4.2). */
function whyForeign({ doi, situation }: SaV1, exchange: number): Rejection | undefined {
  const reject = (code: string, notify: number, text: string) => ({ notify, refusal: refusal(code, 'us', exchange, text, { notify }) });
  if (doi !== DOI.IPSEC) return reject('doi-not-supported', NOTIFY_V1['DOI-NOT-SUPPORTED'], `the offer is of the DOI ${nameOf(DOIS, doi)}`);
  if (situation === SITUATION.SIT_IDENTITY_ONLY) return undefined;
  const text = `the offer is for the situation 0x${situation.toString(16)}; we have SIT_IDENTITY_ONLY (0x1)`;
  return reject('situation-not-supported', NOTIFY_V1['SITUATION-NOT-SUPPORTED'], text);
}

/** Chooses from the initiator's offer. */
export function chooseSuite(settings: Ikev1Settings, sa: SaV1, exchange: number): Phase1Choice | Rejection {
  const foreign = whyForeign(sa, exchange);
  if (foreign !== undefined) return foreign;
  const notify = NOTIFY_V1['NO-PROPOSAL-CHOSEN'];
  const ours = phase1Proposals(settings.ikeProposals);
  const methods = methodsOf(settings, 'responder');
  const read = phase1Transforms(sa).map((transform, i) => readPhase1(transform, i + 1));
  const usable = read.flatMap((suite) => (suite !== undefined && methods.includes(suite.method) ? [suite] : []));
  const choice = chooseProposal(
    ours,
    usable.map(({ proposal }) => proposal),
  );
  if (choice.ok) {
    const at = choice.chosen.number - 1;
    const suite = read[at];
    const transform = phase1Transforms(sa)[at];
    const from = sa.proposals.find(({ transforms }) => transform !== undefined && transforms.includes(transform));
    if (suite !== undefined && transform !== undefined && from !== undefined) {
      return { suite, answer: { ...sa, proposals: [{ ...from, transforms: [transform] }] } };
    }
  }
  return {
    notify,
    refusal: refusal('no-proposal-chosen', 'us', exchange, whyNone(sa, read, methods, choice.ok ? undefined : choice.text), {
      // As it was configured: each combination for itself would be a page.
      ours: proposalsText(settings.ikeProposals),
      theirs: offerText(sa),
      notify,
    }),
  };
}

/** Reasons that are told of an offer. */
const MAX_REASONS = 3;

/** Why nothing of an offer will do: its algorithms, its methods, or each transform for itself. */
function whyNone(sa: SaV1, read: readonly (Phase1Suite | undefined)[], methods: readonly number[], algorithms: string | undefined): string {
  const known = read.filter((suite) => suite !== undefined);
  if (known.some(({ method }) => methods.includes(method))) return algorithms ?? 'the chosen transform is gone';
  const own = `ours: ${methods.map(methodText).join(', ')}`;
  if (known.length > 0) {
    const theirs = [...new Set(known.map(({ method }) => methodText(method)))].join(', ');
    return `none of the transforms is for an authentication method that we have; ${own}; offered: ${theirs}`;
  }
  const reasons = new Set(phase1Transforms(sa).flatMap((transform) => whyNotPhase1(transform) ?? []));
  const told = [...reasons].slice(0, MAX_REASONS);
  if (told.length === 0) return 'the offer holds no transform of phase 1';
  return `none of the transforms can be run: ${told.join('; ')}${reasons.size > told.length ? '; …' : ''}`;
}

/** What both ends agreed on, with all that was offered. */
export function announceSuite(sa: Pick<SaBase, 'spiI' | 'spiR'>, suite: Phase1Suite, offer: Phase1Offer, fx: Effects): void {
  const offered = phase1Transforms(offer.sa).flatMap((transform, i) => readPhase1(transform, i + 1)?.proposal ?? []);
  fx.happen(sa, { kind: 'ike-proposal', chosen: suite.proposal, offered });
}

/** KE and nonce of a message, or why they will not do. */
export function readKeyExchange(
  payloads: readonly PayloadNode[],
  exchange: number,
): { readonly ke: Uint8Array; readonly nonce: Uint8Array } | Refusal {
  const ke = firstOf(payloads, 'ke-v1')?.data;
  const nonce = firstOf(payloads, 'nonce')?.nonce;
  if (ke === undefined || nonce === undefined) {
    return refusal('invalid-syntax', 'us', exchange, `the message has no ${ke === undefined ? 'KE' : 'NONCE'} payload`);
  }
  if (nonce.length < SHORTEST_NONCE || nonce.length > LONGEST_NONCE) {
    return refusal(
      'invalid-syntax',
      'us',
      exchange,
      `the nonce has ${nonce.length} bytes, ${SHORTEST_NONCE} to ${LONGEST_NONCE} are allowed`,
    );
  }
  return { ke: ke.slice(), nonce: nonce.slice() };
}

/** Runs a computation on a public value of the peer: its `DecodeError` becomes a refusal. */
export function withPublicValue<T>(exchange: number, compute: () => T): T | Refusal {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return refusal('invalid-ke-data', 'us', exchange, error.message);
  }
}

export function isRefusal(value: object): value is Refusal {
  return 'code' in value && 'by' in value;
}

/** ID payload of phase 1: the identity and its body, which hashes cover. */
export function readIdentity(payloads: readonly PayloadNode[]): { readonly id: Id; readonly body: Uint8Array } | undefined {
  const node = nodeOf(payloads, 'id-v1');
  if (node === undefined) return undefined;
  return { id: { type: node.value.type, data: Uint8Array.from(node.value.data) }, body: Uint8Array.from(node.body) };
}

/** To UDP 4500 where there is a NAT, or one is pretended (RFC 3947 §4); the oldest drafts stay on port 500. */
export function pathAfterNat(path: Path, nat: NatVerdict, peer: PeerFacts, { paths, encapsulation }: Ikev1Settings): Path {
  const wanted =
    nat.supported &&
    peer.nat?.floats !== false &&
    encapsulation !== 'never' &&
    (nat.usBehindNat || nat.peerBehindNat || encapsulation === 'force');
  return wanted && path.channel === 'ike' && paths.natt !== undefined ? paths.natt : path;
}

/** SPI of an IKE SA in notifies and deletions: both cookies (RFC 2408 §3.15). */
export function cookiesOf({ spiI, spiR }: Pick<SaBase, 'spiI' | 'spiR'>): { readonly protocol: number; readonly spi: Uint8Array } {
  return { protocol: PROTOCOL.IKE, spi: Buffer.concat([spiI, spiR]) };
}

/** Behind XAuth: an initiator that wants an address asks or waits for it, a responder that gives them unasked does so. */
export function firstGate({ role, settings, replaces }: Pick<SaBase, 'role' | 'settings' | 'replaces'>): Gate {
  const gives = settings.pool !== undefined && settings.modeConfig === 'push';
  return replaces === undefined && (role === 'initiator' ? settings.request !== undefined : gives) ? 'config' : 'ready';
}

/** Both ends are proved: timers begin. Whoever steps the endpoint looks what the new SA replaces. */
export function establish(
  sa: SecuredSa & { readonly localId: Id; readonly remoteId: Id },
  initialContact: boolean,
  fx: Effects,
): Established {
  fx.timer(sa, 'half-open');
  const { localId, remoteId, number, role, exchange, spiI, spiR, settings, path, suite, keys, key, chain, offer, values, peer, nat } = sa;
  const up: Established = {
    kind: 'established',
    number,
    role,
    exchange,
    spiI,
    spiR,
    settings,
    path,
    hearsay: [],
    garbled: 0,
    sending: sa.sending,
    ...(sa.replaces === undefined ? {} : { replaces: sa.replaces }),
    suite,
    keys,
    key,
    chain,
    offer,
    values,
    peer,
    nat,
    localId,
    remoteId,
    children: new Map(),
    quick: new Map(),
    transactions: new Map(),
    gate: askedEnd(suite.method) !== undefined ? 'xauth' : firstGate(sa),
    sequence: Buffer.from(fx.env.random(4)).readUInt32BE() >>> 1,
    heardAt: fx.now,
  };
  const { lifetimes, dpdDelay } = settings;
  if (lifetimes.ike > 0) {
    fx.timer(up, 'rekey-ike', rekeyDelay(lifetimes.ike, fx));
    fx.timer(up, 'expire-ike', lifetimes.ike * 1000);
  }
  if (dpdDelay > 0) fx.timer(up, 'dpd', dpdDelay * 1000);
  // Before XAuth the peer may be anybody who has the secret, or, in hybrid, anybody.
  const later = initialContact && up.gate === 'xauth';
  fx.risen.push({ number: up.number, initialContact: initialContact && !later });
  return later ? { ...up, firstContact: true } : up;
}
