import { cipherByIkev2, ciphers } from '../../crypto/ciphers.js';
import { integrities } from '../../crypto/integrity.js';
import { keyExchanges } from '../../crypto/key-exchange/key-exchanges.js';
import { prfs } from '../../crypto/prf.js';
import { encodeScanQuestion, scanProposals, scanQuestion } from '../../probes/ike/shared/scan-question.js';
import { gradedTransform, type Ikev2Scan, type ScanResult } from '../../report/scan-report.js';
import { systemClock } from '../../transport/clock.js';
import { systemEnvironment } from '../../transport/environment.js';
import { decodeMessage, type IkeMessage } from '../../wire/ike/message.js';
import { payloadName } from '../../wire/ike/payload-name.js';
import type { Transform } from '../../wire/ike/payloads/sa.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { TRANSFORM, TRANSFORM_ATTRIBUTE } from '../../wire/ike/tables/transforms.js';
import { keyLengthOf } from '../../wire/ike/transform-name.js';
import type { ScanAsker } from './scan-asker.js';
import { searchAccepted } from './scan-search.js';

/** Cookies that one question may be asked to return. */
const MOST_COOKIES = 2;

/** What came of one question. */
type Answer =
  | { readonly kind: 'chosen'; readonly message: IkeMessage; readonly transforms: readonly Transform[] }
  | { readonly kind: 'other-group'; readonly group: number }
  | { readonly kind: 'refused'; readonly message: IkeMessage }
  | { readonly kind: 'silent' };

/**
 * What a peer accepts for the IKE SA of IKEv2: one full offer for its first choice and for what it tells of itself, then sets of
 * algorithms halved until each accepted one is alone. Nearly all questions leave nothing behind at the peer.
 */
export function scanIkev2(asker: ScanAsker): Promise<Ikev2Scan> {
  return new Scan(asker).run();
}

class Scan {
  #cookies = 0;
  /** Groups that the peer chose when it could: it would set up half of an IKE SA for a public value of one of them. */
  readonly #taken = new Set<number>();

  constructor(private readonly asker: ScanAsker) {}

  async run(): Promise<Ikev2Scan> {
    const { asker } = this;
    const start = systemClock.now();
    const before = asker.sent;
    let all = everything();
    let first = await this.#askFirst(all);
    // A peer that insists on an additional key exchange refuses everything without.
    if (first.kind === 'refused') {
      const answer = await this.#askFirst([...all, ...ADDITIONAL]);
      if (answer.kind === 'chosen') {
        first = answer;
        all = [...all, ...ADDITIONAL];
      }
    }
    const results: ScanResult[] = [];
    const done = (outcome: Ikev2Scan['outcome']): Ikev2Scan => ({
      outcome,
      results,
      messages: asker.sent - before,
      seconds: (systemClock.now() - start) / 1000,
      cookies: this.#cookies > 0,
      ...(first.kind === 'chosen' ? { first: first.transforms, ...told(first.message) } : {}),
      ...(first.kind === 'refused' ? told(first.message) : {}),
      interrupted: asker.signal.aborted,
    });
    if (first.kind === 'silent') return done('silent');
    if (first.kind === 'refused') return done('refused');
    for (const type of [TRANSFORM.ENCR, TRANSFORM.PRF, TRANSFORM.INTEG, TRANSFORM.KE]) {
      const others = all.filter((transform) => transform.type !== type);
      const { accepted, unknown } = await searchAccepted(
        all.filter((transform) => transform.type === type),
        (set) => this.#accepts([...others.filter((other) => goesWith(other, type)), ...set]),
      );
      results.push(resultOf(type, ...withChoice(first.kind === 'chosen' ? first.transforms : [], type, accepted, unknown)));
      if (asker.signal.aborted) break;
    }
    const beside = (set: readonly Transform[]) => this.#accepts([...all.filter(({ type }) => type !== TRANSFORM.ADDKE1), ...set]);
    const { accepted, unknown } = await searchAccepted(ADDITIONAL, beside);
    // Most peers do not know the kind; who accepts a method of nobody passes over it against RFC 7296 §3.3.6.
    if (accepted.length > 0 && (await beside([NOBODYS])) === false) results.push(resultOf(TRANSFORM.ADDKE1, accepted, unknown));
    return done('answered');
  }

  /** With a public value of a group that the peer may like, and of that which it asks for. */
  async #askFirst(transforms: readonly Transform[]): Promise<Answer> {
    const answer = await this.#ask(withGroupFirst(transforms, USUAL_GROUP), false);
    return answer.kind === 'other-group' ? this.#ask(withGroupFirst(transforms, answer.group), false) : answer;
  }

  async #accepts(transforms: readonly Transform[]): Promise<boolean | undefined> {
    if (this.asker.signal.aborted) return undefined;
    const answer = await this.#ask(transforms, true);
    return answer.kind === 'silent' ? undefined : answer.kind !== 'refused';
  }

  async #ask(transforms: readonly Transform[], stateless: boolean): Promise<Answer> {
    const proposals = scanProposals(transforms, isCombined);
    if (proposals.length === 0) return { kind: 'silent' };
    const question = scanQuestion(proposals, stateless, systemEnvironment.random, this.#taken);
    let cookie: Uint8Array | undefined;
    for (let tries = 0; tries <= MOST_COOKIES; tries++) {
      const answer = await this.asker.ask(encodeScanQuestion(question, cookie));
      if (answer.kind !== 'answered') return { kind: 'silent' };
      const message = decodeMessage(answer.bytes);
      const demanded = notify(message, NOTIFY.COOKIE);
      if (demanded === undefined) return this.#noted(readAnswer(message));
      this.#cookies++;
      cookie = demanded;
    }
    return { kind: 'silent' };
  }

  #noted(answer: Answer): Answer {
    if (answer.kind === 'other-group') this.#taken.add(answer.group);
    if (answer.kind === 'chosen') for (const { type, id } of answer.transforms) if (type === TRANSFORM.KE) this.#taken.add(id);
    return answer;
  }
}

function readAnswer(message: IkeMessage): Answer {
  const wanted = notify(message, NOTIFY.INVALID_KE_PAYLOAD);
  if (wanted !== undefined) return { kind: 'other-group', group: ((wanted[0] ?? 0) << 8) | (wanted[1] ?? 0) };
  for (const node of message.payloads) {
    if (node.kind === 'sa') return { kind: 'chosen', message, transforms: node.value.proposals[0]?.transforms ?? [] };
  }
  return { kind: 'refused', message };
}

function notify(message: IkeMessage, type: number): Uint8Array | undefined {
  for (const node of message.payloads) if (node.kind === 'notify' && node.value.type === type) return node.value.data;
  return undefined;
}

/** Vendor ids and the order of what it sent: who it may be. */
function told(message: IkeMessage): Pick<Ikev2Scan, 'vendorIds' | 'payloads' | 'wantsCertificates' | 'hashes'> {
  const hashes = notify(message, NOTIFY.SIGNATURE_HASH_ALGORITHMS);
  return {
    vendorIds: message.payloads.flatMap((node) => (node.kind === 'vendor-id' ? [node.value.id] : [])),
    payloads: message.payloads.map((node) => payloadName(2, node.type, 'value' in node ? node.value : undefined)),
    wantsCertificates: message.payloads.some(({ kind }) => kind === 'certreq'),
    ...(hashes === undefined
      ? {}
      : { hashes: Array.from({ length: hashes.length >> 1 }, (_, i) => ((hashes[2 * i] ?? 0) << 8) | (hashes[2 * i + 1] ?? 0)) }),
  };
}

/** All that we could run ourselves, by IKEv2's numbers. */
function everything(): readonly Transform[] {
  const plain = (type: number, id: number | undefined): Transform[] => (id === undefined ? [] : [{ type, id, attributes: [] }]);
  const encryption = ciphers.flatMap(({ ikev2, keyLengths, implicitIv }) => {
    if (ikev2 === undefined || NOT_FOR_IKE.has(ikev2) || implicitIv) return [];
    const bits = keyLengths.filter((length) => [16, 24, 32].includes(length));
    // A single length is not stated (RFC 7296 §3.3.5).
    return keyLengths.length === 1 ? plain(TRANSFORM.ENCR, ikev2) : bits.map((length) => withLength(ikev2, length * 8));
  });
  return [
    ...encryption,
    ...prfs.flatMap(({ ikev2 }) => plain(TRANSFORM.PRF, ikev2)),
    ...integrities.flatMap(({ ikev2, saltLength }) =>
      ikev2 === undefined || ikev2 === 0 || saltLength > 0 ? [] : plain(TRANSFORM.INTEG, ikev2),
    ),
    // ML-KEM comes beside another one only (RFC 9370).
    ...keyExchanges.flatMap(({ ikev2 }) => (ikev2 >= FIRST_ML_KEM ? [] : plain(TRANSFORM.KE, ikev2))),
  ];
}

/** NULL and GMAC without encryption are for ESP. */
const NOT_FOR_IKE = new Set([11, 21]);
const FIRST_ML_KEM = 35;
/** The first guess of a group: CURVE25519. */
const USUAL_GROUP = 31;

/** The first additional key exchange. */
const ADDITIONAL: readonly Transform[] = keyExchanges.flatMap(({ ikev2 }) =>
  ikev2 < FIRST_ML_KEM ? [] : [{ type: TRANSFORM.ADDKE1, id: ikev2, attributes: [] }],
);

const NOBODYS: Transform = { type: TRANSFORM.ADDKE1, id: 1023, attributes: [] };

function withLength(id: number, bits: number): Transform {
  return { type: TRANSFORM.ENCR, id, attributes: [{ type: TRANSFORM_ATTRIBUTE.KEY_LENGTH, value: bits }] };
}

function isCombined({ id }: Transform): boolean {
  return (cipherByIkev2(id)?.icvLength ?? 0) > 0;
}

/** Integrity is looked for beside ciphers that need one: combined ones would be accepted without. */
function goesWith(other: Transform, type: number): boolean {
  return !(type === TRANSFORM.INTEG && other.type === TRANSFORM.ENCR && isCombined(other));
}

/** What the peer chose of everything it accepts, whether or not it answered again. */
function withChoice(
  choice: readonly Transform[],
  type: number,
  accepted: readonly Transform[],
  unknown: readonly Transform[],
): [accepted: readonly Transform[], unknown: readonly Transform[]] {
  const isChosen = (one: Transform) =>
    choice.some((chosen) => chosen.type === type && chosen.id === one.id && keyLengthOf(chosen) === keyLengthOf(one));
  return [[...accepted, ...unknown.filter(isChosen)], unknown.filter((one) => !isChosen(one))];
}

function resultOf(type: number, accepted: readonly Transform[], unknown: readonly Transform[]): ScanResult {
  return { type, accepted: accepted.map(gradedTransform), unknown: unknown.map(gradedTransform) };
}

/** The public value goes with the group that stands first. */
function withGroupFirst(transforms: readonly Transform[], group: number): readonly Transform[] {
  const isIt = ({ type, id }: Transform) => type === TRANSFORM.KE && id === group;
  return [...transforms.filter(isIt), ...transforms.filter((transform) => !isIt(transform))];
}
