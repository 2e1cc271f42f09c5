import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../../bytes/errors.js';
import { cipherByIkev2, ciphers } from '../../crypto/ciphers.js';
import { integrities } from '../../crypto/integrity.js';
import { keyExchanges } from '../../crypto/key-exchange/key-exchanges.js';
import { prfs } from '../../crypto/prf.js';
import type { Path } from '../../engine/step.js';
import { encodeScanQuestion, scanProposals, scanQuestion } from '../../probes/ike/shared/scan-question.js';
import { SharedTransport } from '../../probes/ike/shared/shared-transport.js';
import { gradedTransform, type ScanReport, type ScanResult, scanRecord, scanText } from '../../report/scan-report.js';
import { createStyle } from '../../report/style.js';
import { systemClock } from '../../transport/clock.js';
import { findRoute } from '../../transport/route.js';
import { decodeMessage, type IkeMessage } from '../../wire/ike/message.js';
import { payloadName } from '../../wire/ike/payload-name.js';
import type { Transform } from '../../wire/ike/payloads/sa.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { TRANSFORM, TRANSFORM_ATTRIBUTE } from '../../wire/ike/tables/transforms.js';
import { addressOf, hostOf, patienceOf, portOf, versionOf } from './flags.js';
import { type ProbeIo, processIo } from './io.js';
import { openSockets, resolveName } from './peer.js';
import { systemEnvironment } from './run.js';
import { searchAccepted } from './scan-search.js';

/** The flags of `vpndoctor probe scan`, as commander gives them. */
export interface ScanFlags {
  readonly ikePort?: string;
  readonly nattPort?: string;
  readonly source?: string;
  readonly rate?: string;
  readonly timeout?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

const IKE_PORT = 500;
const NATT_PORT = 4500;
const DEFAULT_RATE = 10;
const MOST_RATE = 100;
/** Cookies that one question may be asked to return. */
const MOST_COOKIES = 2;
/** Wait before the first repetition, in milliseconds. */
const FIRST_WAIT = 700;
/** Seconds that one question is waited for when nothing is said. */
const DEFAULT_SECONDS = '4';

/** What came of one question. */
type Answer =
  | { readonly kind: 'chosen'; readonly message: IkeMessage; readonly transforms: readonly Transform[] }
  | { readonly kind: 'other-group'; readonly group: number }
  | { readonly kind: 'refused'; readonly message: IkeMessage }
  | { readonly kind: 'silent' };

/**
 * Finds what a peer accepts for the IKE SA: one full offer for its first choice and for what it tells of itself, then sets of
 * algorithms halved until each accepted one is alone. Nearly all questions leave nothing behind at the peer.
 * @returns exit status: 0 nothing weak accepted, 1 something weak, 2 no answer
 * @throws UsageError, EnvironmentError
 */
export async function probeScan(peer: string, flags: ScanFlags, io: ProbeIo = processIo()): Promise<number> {
  const host = hostOf(peer);
  const version = versionOf(host, flags);
  const rate = rateOf(flags.rate);
  const { patience } = patienceOf(flags.timeout ?? DEFAULT_SECONDS);
  const ports = { ike: portOf(flags.ikePort, '--ike-port') ?? IKE_PORT, natt: portOf(flags.nattPort, '--natt-port') ?? NATT_PORT };
  const source = addressOf(flags.source, '--source');
  const addresses = await resolveName(host);
  const address = addresses.find((one) => version === undefined || one.includes(':') === (version === 6));
  if (address === undefined) throw new UsageError(`${host} has no address of that version, only ${addresses.join(', ')}`);
  const transport = await openSockets(address, source ?? (await findRoute(address)).source, ports);
  const shared = new SharedTransport(transport, systemClock);
  const local = transport.paths.ike;
  if (local === undefined) throw new UsageError('no socket for IKE');
  const scan = new Scan(shared, { channel: 'ike', local, remote: { address, port: ports.ike } }, rate, patience, io.signal);
  if (flags.json !== true) io.warn(`vpndoctor: asking ${address}, at most ${rate} messages a second`);
  try {
    const report = await scan.run(host, address);
    const lines =
      flags.json === true ? [JSON.stringify(scanRecord(report))] : scanText(report, createStyle(io, !flags.color), flags.verbose === true);
    for (const line of lines) io.output.line(line);
    io.output.flush();
    if (report.outcome !== 'answered') return 2;
    return report.results.some(({ accepted }) => accepted.some(({ grade }) => grade === 'obsolete' || grade === 'broken')) ? 1 : 0;
  } finally {
    await shared.close();
  }
}

function rateOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_RATE;
  const rate = Number(text);
  if (!(rate > 0 && rate <= MOST_RATE))
    throw new UsageError(`--rate ${text} is not a number of messages a second`, `above 0, ${MOST_RATE} at most`);
  return rate;
}

class Scan {
  #sent = 0;
  #cookies = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly shared: SharedTransport,
    private readonly path: Path,
    private readonly rate: number,
    private readonly patience: number,
    private readonly signal: AbortSignal,
  ) {}

  async run(host: string, address: string): Promise<ScanReport> {
    const start = systemClock.now();
    const all = everything();
    let first = await this.#ask(withGroupFirst(all, USUAL_GROUP), false);
    if (first.kind === 'other-group') first = await this.#ask(withGroupFirst(all, first.group), false);
    const results: ScanResult[] = [];
    const done = (outcome: ScanReport['outcome']): ScanReport => ({
      host,
      address,
      outcome,
      results,
      messages: this.#sent,
      seconds: (systemClock.now() - start) / 1000,
      cookies: this.#cookies > 0,
      ...(first.kind === 'chosen' ? { first: first.transforms, ...told(first.message) } : {}),
      ...(first.kind === 'refused' ? told(first.message) : {}),
      interrupted: this.signal.aborted,
    });
    if (first.kind === 'silent') return done('silent');
    if (first.kind === 'refused') return done('refused');
    for (const type of [TRANSFORM.ENCR, TRANSFORM.PRF, TRANSFORM.INTEG, TRANSFORM.KE]) {
      const others = all.filter((transform) => transform.type !== type);
      const { accepted, unknown } = await searchAccepted(
        all.filter((transform) => transform.type === type),
        (set) => this.#accepts([...others.filter((other) => goesWith(other, type)), ...set]),
      );
      results.push(resultOf(type, accepted, unknown));
      if (this.signal.aborted) break;
    }
    return done('answered');
  }

  async #accepts(transforms: readonly Transform[]): Promise<boolean | undefined> {
    if (this.signal.aborted) return undefined;
    const answer = await this.#ask(transforms, true);
    return answer.kind === 'silent' ? undefined : answer.kind !== 'refused';
  }

  async #ask(transforms: readonly Transform[], stateless: boolean): Promise<Answer> {
    const proposals = scanProposals(transforms, isCombined);
    if (proposals.length === 0) return { kind: 'silent' };
    const question = scanQuestion(proposals, stateless, systemEnvironment.random);
    let cookie: Uint8Array | undefined;
    for (let tries = 0; tries <= MOST_COOKIES; tries++) {
      await this.#pace();
      const answer = await this.shared.ask(this.path, encodeScanQuestion(question, cookie), FIRST_WAIT, this.patience, this.signal);
      if (answer.kind !== 'answered') return { kind: 'silent' };
      const message = decodeMessage(answer.bytes);
      const demanded = notify(message, NOTIFY.COOKIE);
      if (demanded === undefined) return readAnswer(message);
      this.#cookies++;
      cookie = demanded;
    }
    return { kind: 'silent' };
  }

  /** Keeps to the rate. */
  async #pace(): Promise<void> {
    const wait = this.#last + 1000 / this.rate - systemClock.now();
    if (wait > 0) await sleep(wait, undefined, { signal: this.signal }).catch(() => {});
    this.#last = systemClock.now();
    this.#sent++;
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
function told(message: IkeMessage): Pick<ScanReport, 'vendorIds' | 'payloads' | 'wantsCertificates' | 'hashes'> {
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

function resultOf(type: number, accepted: readonly Transform[], unknown: readonly Transform[]): ScanResult {
  return { type, accepted: accepted.map(gradedTransform), unknown: unknown.map(gradedTransform) };
}

/** The public value goes with the group that stands first. */
function withGroupFirst(transforms: readonly Transform[], group: number): readonly Transform[] {
  const isIt = ({ type, id }: Transform) => type === TRANSFORM.KE && id === group;
  return [...transforms.filter(isIt), ...transforms.filter((transform) => !isIt(transform))];
}
