import { DecodeError } from '../../bytes/errors.js';
import { keyExchangeByIkev1 } from '../../crypto/key-exchange/key-exchanges.js';
import { aggressiveQuestion, endQuestion, mainModeQuestion } from '../../probes/ike/shared/ikev1-question.js';
import {
  commonSuites,
  everySuite,
  type Ikev1Suite,
  likeliestSuites,
  METHOD,
  suiteOf,
  suiteOffer,
  suitesOfGroup,
  suiteText,
  thatFit,
} from '../../probes/ike/shared/ikev1-suite.js';
import type { Ikev1Scan } from '../../report/scan-report-ikev1.js';
import { systemClock } from '../../transport/clock.js';
import { systemEnvironment } from '../../transport/environment.js';
import { decodeMessage, type IkeMessage } from '../../wire/ike/message.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { QUESTION_MARK } from '../../wire/ike/question-mark.js';
import { patternOf, settled } from './back-off.js';
import type { ScanAsker } from './scan-asker.js';
import { Found, modeReport } from './scan-found-ikev1.js';

/** Bytes of a message that travels in one IP packet, headers of UDP, IPv6 and PPPoE left away. */
const ONE_PACKET = 1400;
/** The header of IKE, and the vendor id that marks a question. */
const IKE_HEADER = 28 + 4 + QUESTION_MARK.length;
const KE_AND_NONCE = 64;
/** Combinations that are asked for one by one; of a peer that takes more, each algorithm is still found. */
const MOST_COMBINATIONS = 80;
/** Groups that aggressive mode is tried with. */
const MOST_GROUPS = 6;
const USUAL_GROUPS = [2, 14, 5];
/** A method that nobody has: who takes it does not look at the method before it is used. */
const NO_METHOD = 65_499;
/** Methods that are asked for beside that of the first answer. */
const METHODS = [1, 3, 65001, 64221, 2, 4, 5, 9, 10, 11, 65003, 65005, 64223];
/** Times that aggressive mode, where the peer has to compute a public value, takes longer than main mode. */
const COMPUTES = 1.5;
/** What a scan is to look at besides. */
export interface Ikev1ScanOptions {
  /** Who we say we are in aggressive mode. */
  readonly id: Id;
  /** Milliseconds to listen how the peer repeats its answer. */
  readonly backOff?: number;
}

/** What came of one question. */
type Answer =
  | { readonly kind: 'chosen'; readonly message: IkeMessage; readonly suite: Ikev1Suite }
  | { readonly kind: 'refused'; readonly message: IkeMessage; readonly notify?: number }
  | { readonly kind: 'silent' };

/** Makes the message of one mode around an offer. */
interface Mode {
  /** Bytes that stand beside the SA payload. */
  readonly beside: number;
  /** See `ScanAsker.enough`. */
  readonly work: number;
  question(sa: ReturnType<typeof suiteOffer>): Uint8Array;
}

/**
 * What a peer accepts for phase 1 of IKEv1. Many transforms stand in one message; the peer names the one it takes, which is left out
 * of the next: a peer with n combinations is known after n answers and as many refusals as the rest takes packets.
 */
export async function scanIkev1(asker: ScanAsker, options: Ikev1ScanOptions): Promise<Ikev1Scan> {
  const start = systemClock.now();
  const before = asker.sent;
  const scan = new Scan(asker);
  const main = await scan.main();
  const aggressive = asker.signal.aborted ? undefined : await scan.aggressive(main, options.id);
  const { first } = main;
  const listened = first !== undefined && options.backOff !== undefined && !asker.signal.aborted;
  const times = listened ? await scan.listen(first, options.backOff) : undefined;
  const pattern = times === undefined ? undefined : patternOf(times);
  return {
    main: modeReport(main),
    ...(aggressive === undefined ? {} : { aggressive: modeReport(aggressive) }),
    ...(times === undefined ? {} : { backOff: { times, ...(pattern === undefined ? {} : { pattern }) } }),
    methodsChecked: scan.methodsChecked,
    messages: asker.sent - before,
    seconds: (systemClock.now() - start) / 1000,
    interrupted: asker.signal.aborted,
  };
}

class Scan {
  /** Some peers take no transform without. */
  #withLifetime = true;
  methodsChecked = true;
  /** It says no where it could say nothing. */
  #refuses = false;

  constructor(private readonly asker: ScanAsker) {}

  async main(): Promise<Found> {
    const mode: Mode = { beside: IKE_HEADER, work: 1, question: (sa) => mainModeQuestion(sa, systemEnvironment.random) };
    const found = new Found();
    const methods = Object.values(METHOD);
    // One method a message: libreswan says nothing to several, unless one connection takes them all.
    const answers = await this.#askEach(mode, methods.map(likeliestSuites), found);
    if (found.outcome === 'silent') return found;
    const { first } = found;
    if (first !== undefined) {
      await this.#lookAtLifetime(mode, first);
      await this.#lookAtMethods(mode, first, found);
    }
    if (first !== undefined && !this.methodsChecked) found.forgetOthers(first.method);
    const taken = new Set([...found.accepted.values()].map(({ method }) => method));
    const thorough = taken.size === 0 ? new Set<number>([METHOD.psk]) : taken;
    for (const method of thorough) await this.#enumerate(mode, everySuite(method), found);
    if (this.methodsChecked) {
      const worthMore = methods.filter((method, i) => answers[i] !== 'silent' && !thorough.has(method));
      for (const method of worthMore) await this.#enumerate(mode, commonSuites(method), found, true);
    }
    return found;
  }

  async aggressive(main: Found, id: Id): Promise<Found> {
    const found = new Found();
    const groups = [...new Set([...main.accepted.values()].map(({ group }) => group))];
    const methods = [...new Set([...main.accepted.values()].map(({ method }) => method))];
    for (const method of methods.length === 0 ? [METHOD.psk, METHOD.xauthPsk, METHOD.rsa] : methods) {
      for (const group of (groups.length === 0 ? USUAL_GROUPS : groups).slice(0, MOST_GROUPS)) {
        const publicValue = keyExchangeByIkev1(group)?.initiate(systemEnvironment.random).publicValue;
        if (publicValue === undefined) continue;
        const mode: Mode = {
          beside: IKE_HEADER + KE_AND_NONCE + publicValue.length + id.data.length,
          work: COMPUTES,
          question: (sa) => aggressiveQuestion(sa, publicValue, id, systemEnvironment.random),
        };
        const silent = await this.#enumerate(mode, suitesOfGroup(group, method), found, true);
        // Neither has to do with the group.
        if (silent || found.outcome === 'name-refused' || this.asker.signal.aborted) break;
      }
    }
    return found;
  }

  /** How a peer that got no third message repeats its second: seconds of each. */
  async listen(suite: Ikev1Suite, milliseconds = 0): Promise<readonly number[]> {
    const question = mainModeQuestion(suiteOffer([suite], this.#withLifetime), systemEnvironment.random);
    const times = await this.asker.listen(question, milliseconds, (sofar) => settled(sofar.map((time) => time / 1000)));
    return times.map((time) => time / 1000);
  }

  /** The same suite without: if it is still taken, more of them fit into a packet. */
  async #lookAtLifetime(mode: Mode, suite: Ikev1Suite): Promise<void> {
    this.#withLifetime = false;
    const answer = await this.#ask(mode, [suite]);
    this.#withLifetime = answer.kind !== 'chosen';
  }

  async #lookAtMethods(mode: Mode, first: Ikev1Suite, found: Found): Promise<void> {
    this.methodsChecked = (await this.#ask(mode, [{ ...first, method: NO_METHOD }])).kind !== 'chosen';
    if (!this.methodsChecked) return;
    const others = METHODS.map((method) => ({ ...first, method })).filter((suite) => !found.accepted.has(suiteText(suite)));
    await this.#askEach(
      mode,
      others.map((suite) => [suite]),
      found,
    );
  }

  /** Several questions at once: those that are not answered are waited for together. */
  async #askEach(mode: Mode, sets: readonly (readonly Ikev1Suite[])[], found: Found): Promise<readonly Answer['kind'][]> {
    const answers = await Promise.all(sets.map((set) => this.#ask(mode, thatFit(set, ONE_PACKET - mode.beside, this.#withLifetime))));
    for (const answer of answers) {
      if (answer.kind === 'chosen') found.add(answer.suite, answer.message);
      else if (answer.kind === 'refused') found.refused(answer.message, answer.notify);
    }
    return answers.map(({ kind }) => kind);
  }

  /**
   * All of these that are accepted: first those that tell of another algorithm, then the other combinations.
   * @param stop at silence: a peer that says nothing to one offer of this method has nothing to say to the others
   * @returns whether it stopped
   */
  async #enumerate(mode: Mode, suites: readonly Ikev1Suite[], found: Found, stop = false): Promise<boolean> {
    let pending = suites.filter((suite) => !found.accepted.has(suiteText(suite)));
    while (pending.length > 0 && !this.asker.signal.aborted) {
      const news = pending.filter((suite) => found.isNews(suite));
      if (news.length === 0 && found.accepted.size >= MOST_COMBINATIONS) {
        found.complete = false;
        break;
      }
      const set = new Set(thatFit(news.length > 0 ? news : pending, ONE_PACKET - mode.beside, this.#withLifetime));
      let answer = await this.#ask(mode, [...set]);
      // Who refuses what he does not want has not heard what he says nothing to, or is slow for once.
      if (answer.kind === 'silent' && !stop && this.#refuses) answer = await this.#ask(mode, [...set], () => this.asker.patience);
      if (answer.kind === 'silent') {
        if (stop) return true;
        found.unanswered += set.size;
      }
      const chosen = answer.kind === 'chosen' ? [...set].find((suite) => suiteText(suite) === suiteText(answer.suite)) : undefined;
      if (answer.kind === 'chosen') found.add(answer.suite, answer.message);
      if (answer.kind === 'refused') found.refused(answer.message, answer.notify);
      if (found.outcome === 'name-refused') break;
      pending = pending.filter((suite) => (chosen === undefined ? !set.has(suite) : suite !== chosen));
    }
    return false;
  }

  async #ask(mode: Mode, suites: readonly Ikev1Suite[], patience = () => this.asker.enough(mode.work)): Promise<Answer> {
    const question = mode.question(suiteOffer(suites, this.#withLifetime));
    const answer = await this.asker.ask(question, patience);
    if (answer.kind !== 'answered') return { kind: 'silent' };
    const read = readAnswer(answer.bytes);
    if (read.kind === 'refused') this.#refuses = true;
    if (read.kind === 'chosen') {
      const { spiI, spiR } = read.message.header;
      await this.asker.tell(endQuestion(spiI, spiR, systemEnvironment.random));
    }
    return read;
  }
}

function readAnswer(bytes: Uint8Array): Answer {
  let message: IkeMessage;
  try {
    message = decodeMessage(bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { kind: 'silent' };
  }
  for (const node of message.payloads) {
    const suite = node.kind === 'sa-v1' ? suiteOf(node.value.proposals[0]?.transforms[0] ?? NO_TRANSFORM) : undefined;
    if (suite !== undefined) return { kind: 'chosen', message, suite };
  }
  for (const node of message.payloads) if (node.kind === 'notify-v1') return { kind: 'refused', message, notify: node.value.type };
  return { kind: 'refused', message };
}

const NO_TRANSFORM = { number: 0, id: 0, attributes: [] };
