import { DecodeError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { type IkeHeader, isFromInitiator, isResponse } from '../../wire/ike/header.js';
import { decodeMessage, type IkeMessage } from '../../wire/ike/message.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { defaultIdentity } from '../ike/default-identity.js';
import { sameId } from '../ike/identity.js';
import { DEFAULT_LIMITS, type Limits } from '../ike/limits.js';
import { Registry } from '../ike/registry.js';
import { NOBODY } from '../ike/sa-id.js';
import { SaTable } from '../ike/sa-table.js';
import type { IkeSettings } from '../ike/settings.js';
import { StrayBudget } from '../ike/stray-budget.js';
import type { Environment, Input, Message, Step, TlsOutput } from '../step.js';
import { runCommand } from './commands.js';
import { Cookies } from './cookies.js';
import { onEapTls } from './eap-initiator.js';
import { onServerTls } from './eap-responder.js';
import { Effects } from './effects.js';
import type { Endpoint } from './endpoint-state.js';
import { onFirstRequest } from './first-request.js';
import type { Ikev2Command, Ikev2Happening } from './happenings.js';
import { beginIke } from './init-initiator.js';
import { nextJob } from './jobs.js';
import { out } from './payloads.js';
import { receive } from './receive.js';
import { goneRefusal, refusal, refusedByNotify } from './refusals.js';
import type { Established, IkeSa } from './state.js';
import { answerInClear } from './stray.js';
import { onSaTimer } from './timers.js';

/** How an endpoint is set up. */
export interface EndpointOptions {
  readonly settings: IkeSettings;
  /** Whether strangers may begin an IKE SA with us. */
  readonly accept: boolean;
  readonly limits?: Partial<Limits>;
}

/** Makes an endpoint without any IKE SA. Throws `UsageError` for settings that cannot be. */
export function createEndpoint({ settings, accept, limits }: EndpointOptions, env: Environment): Endpoint {
  // What cannot be is said now, not when a peer comes.
  if (settings.localId === undefined) defaultIdentity(settings.localAuth, '0.0.0.0');
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  return {
    settings,
    accept,
    limits: bounds,
    env,
    registry: new Registry(env, settings),
    table: new SaTable(),
    cookies: new Cookies(env.random, 0),
    strays: new StrayBudget(bounds.strayAnswers),
  };
}

/**
 * One step of an endpoint: `StepFunction` of src/engine/step.ts. Never throws for what a peer sends; commands throw `UsageError` for
 * settings that cannot be. The state that comes back is the one that went in.
 */
export function step(state: Endpoint, input: Input<Ikev2Command>, now: number): Step<Endpoint, Ikev2Happening> {
  const fx = new Effects(now, state.env, state.registry);
  switch (input.kind) {
    case 'message':
      onMessage(state, input.message, fx);
      break;
    case 'timer':
      onTimer(state, input.id, fx);
      break;
    case 'command':
      onCommand(state, input.command, fx);
      break;
    case 'tls':
      onTls(state, input.output, fx);
      break;
  }
  return fx.result(state);
}

/** The next state of an IKE SA takes its place; without one it is gone. Those born with it are put beside it. */
function update(endpoint: Endpoint, before: IkeSa, after: IkeSa | undefined, fx: Effects): void {
  if (after === undefined) endpoint.table.remove(before);
  else endpoint.table.put(after);
  for (const number of fx.outdated.splice(0)) {
    const old = endpoint.table.byNumber(number);
    if (old?.kind !== 'closing') continue;
    fx.down(old, 'peer');
    endpoint.table.remove(old);
  }
  for (const newcomer of fx.newcomers.splice(0)) evict(endpoint, newcomer, fx);
  for (const born of fx.born.splice(0)) endpoint.table.put(born.kind === 'established' ? nextJob(born, fx) : born);
}

/** RFC 7296 §2.4: the peer has lost what it had. It is not told, as it would not know what about. */
function evict({ table }: Endpoint, newcomer: Established, fx: Effects): void {
  for (const sa of [...table.values()]) {
    if (sa.kind !== 'established' || sa.number === newcomer.number || !sameId(sa.remoteId, newcomer.remoteId)) continue;
    const text = 'the peer began anew and said that this was its first contact';
    fx.down(sa, 'peer', refusal('initial-contact', 'peer', EXCHANGE.IKE_AUTH, text, { notify: NOTIFY.INITIAL_CONTACT }));
    table.remove(sa);
  }
}

const ZERO_SPI = '0000000000000000';

function onMessage(endpoint: Endpoint, datagram: Message, fx: Effects): void {
  let message: IkeMessage;
  try {
    message = decodeMessage(datagram.bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    fx.happen(NOBODY, { kind: 'ignored', reason: `not an IKE message: ${error.message}`, path: datagram.path });
    return;
  }
  const { header } = message;
  const sa = findSa(endpoint, header);
  if (sa !== undefined && message.version === 2) {
    update(endpoint, sa, receive(sa, message, datagram, fx), fx);
    return;
  }
  onStranger(endpoint, message, datagram, fx);
}

/** The IKE SA that a message names by our SPI; the peer's must be right too, as far as we know it. */
function findSa({ table }: Endpoint, header: IkeHeader): IkeSa | undefined {
  const fromInitiator = isFromInitiator(header);
  const sa = table.find(toHex(fromInitiator ? header.spiR : header.spiI));
  if (sa === undefined || (sa.role === 'initiator') === fromInitiator) return undefined;
  const known = sa.kind !== 'expect-init-reply';
  const theirs = fromInitiator ? Buffer.compare(sa.spiI, header.spiI) : Buffer.compare(sa.spiR, header.spiR);
  return !known || theirs === 0 ? sa : undefined;
}

/** A message that belongs to none of our IKE SAs. */
function onStranger(endpoint: Endpoint, message: IkeMessage, datagram: Message, fx: Effects): void {
  const { header } = message;
  const { path } = datagram;
  const ignore = (reason: string) => fx.happen(header, { kind: 'ignored', reason, path });
  if (message.version !== 2) {
    onOtherVersion(endpoint, message, datagram, fx);
    return;
  }
  if (isResponse(header)) {
    ignore('an answer for an IKE SA that is not here');
    return;
  }
  const first = header.exchangeType === EXCHANGE.IKE_SA_INIT && toHex(header.spiR) === ZERO_SPI && header.messageId === 0;
  if (first && endpoint.accept) {
    onFirstRequest(endpoint, message, datagram, fx);
    return;
  }
  ignore(first ? 'we accept no initiators' : 'a request for an IKE SA that is not here');
  if (!first && endpoint.strays.take(fx.now)) answerInClear(header, out.notify(NOTIFY.INVALID_IKE_SPI), path, fx);
}

/**
 * RFC 7296 §2.5. A newer version is told which one we speak; an older one cannot read that. Where our first message is out, an
 * answer of IKEv1 says as much about the peer as an error notify would.
 */
function onOtherVersion(endpoint: Endpoint, { header, version }: IkeMessage, { path }: Message, fx: Effects): void {
  const waiting = endpoint.table.find(toHex(header.spiI));
  if (version === 1 && waiting?.kind === 'expect-init-reply') {
    const why = {
      ...refusedByNotify(NOTIFY.INVALID_MAJOR_VERSION, EXCHANGE.IKE_SA_INIT),
      ours: 'IKE 2.0',
      theirs: `IKE ${header.major}.${header.minor}`,
    };
    update(
      endpoint,
      waiting,
      fx.down(waiting, 'peer', { ...why, text: 'the peer answered with a message of IKEv1: it does not speak IKEv2' }),
      fx,
    );
    return;
  }
  fx.happen(header, { kind: 'ignored', reason: `a message of IKE ${header.major}.${header.minor}`, path });
  if (header.major > 2 && endpoint.accept && endpoint.strays.take(fx.now)) {
    answerInClear(header, out.notify(NOTIFY.INVALID_MAJOR_VERSION), path, fx);
  }
}

/** The TLS stack answers for an EAP conversation; one that is over gets nothing. */
function onTls(endpoint: Endpoint, output: TlsOutput, fx: Effects): void {
  const sa = endpoint.table.byNumber(Number(output.conversation.split('/')[1]));
  if (sa?.kind === 'expect-eap-reply') update(endpoint, sa, onEapTls(sa, output, fx), fx);
  else if (sa?.kind === 'expect-eap-response') update(endpoint, sa, onServerTls(sa, output, fx), fx);
}

/** Timers that were cancelled too late find nothing. */
function onTimer(endpoint: Endpoint, id: string, fx: Effects): void {
  const fired = fx.registry.timers.fire(id);
  const sa = fired === undefined ? undefined : endpoint.table.byNumber(fired.number);
  if (fired !== undefined && sa !== undefined) update(endpoint, sa, onSaTimer(sa, fired.name, fx), fx);
}

function onCommand(endpoint: Endpoint, command: Ikev2Command, fx: Effects): void {
  if (command.kind === 'initiate') {
    endpoint.table.put(beginIke(endpoint.settings, fx));
    return;
  }
  const sa = saOfCommand(endpoint, command);
  if (sa !== undefined) {
    update(endpoint, sa, runCommand(sa, command, fx), fx);
    return;
  }
  fx.happen(NOBODY, { kind: 'ike-down', by: 'us', refusal: goneRefusal('IKE SA') });
}

/** The one named, or the only one: what is being closed does not count where there is another. */
function saOfCommand({ table }: Endpoint, { sa }: Ikev2Command): IkeSa | undefined {
  if (sa !== undefined) return table.find(sa.spiI) ?? table.find(sa.spiR);
  let closing: IkeSa | undefined;
  for (const any of table.values()) {
    if (any.kind !== 'closing') return any;
    closing = any;
  }
  return closing;
}
