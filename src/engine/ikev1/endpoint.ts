import { DecodeError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { type IkeHeader, isResponse } from '../../wire/ike/header.js';
import { decodeMessage, type IkeMessage } from '../../wire/ike/message.js';
import type { FragmentV1 } from '../../wire/ike/payloads/fragment-v1.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { defaultIdentity } from '../ike/default-identity.js';
import { DEFAULT_LIMITS, type Limits } from '../ike/limits.js';
import { Registry } from '../ike/registry.js';
import { NOBODY } from '../ike/sa-id.js';
import { SaTable } from '../ike/sa-table.js';
import { StrayBudget } from '../ike/stray-budget.js';
import { out as outV2 } from '../ikev2/payloads.js';
import { answerInClear } from '../ikev2/stray.js';
import type { Environment, Input, Message, Path, Step } from '../step.js';
import { onAggressive1 } from './aggressive-responder.js';
import { methodsOf } from './authentication.js';
import { beginPhase1, runCommand } from './commands.js';
import { Effects } from './effects.js';
import type { Endpoint } from './endpoint-state.js';
import { Reassemblies } from './fragments.js';
import type { Ikev1Command, Ikev1Happening } from './happenings.js';
import type { Incoming } from './incoming.js';
import { onMain1 } from './main-responder.js';
import { firstOf } from './payloads.js';
import { receive } from './receive.js';
import { refusal } from './refusals.js';
import { sendVersionRefused } from './send-informational.js';
import type { Ikev1Settings } from './settings.js';
import type { Ikev1Sa } from './state.js';
import { buryDeleted, evictOlder, forgetSuccessor, settleNewcomer } from './succession.js';
import { onSaTimer } from './timers.js';

/** How an endpoint is set up. */
export interface EndpointOptions {
  readonly settings: Ikev1Settings;
  /** Whether strangers may begin an IKE SA with us. */
  readonly accept: boolean;
  readonly limits?: Partial<Limits>;
}

/** Makes an endpoint without any SA. Throws `UsageError` for settings that cannot be. */
export function createEndpoint({ settings, accept, limits }: EndpointOptions, env: Environment): Endpoint {
  // What cannot be is said now, not when a peer comes.
  if (settings.localId === undefined) defaultIdentity(settings.localAuth, '0.0.0.0');
  methodsOf(settings, accept ? 'responder' : 'initiator');
  const reassemblies = new Reassemblies();
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  return {
    settings,
    accept,
    limits: bounds,
    env,
    registry: new Registry(env, settings),
    table: new SaTable((number) => reassemblies.forget(number)),
    reassemblies,
    strays: new StrayBudget(bounds.strayAnswers),
  };
}

/**
 * One step of an endpoint: `StepFunction` of src/engine/step.ts. Never throws for what a peer sends; commands throw `UsageError` for
 * settings that cannot be. The state that comes back is the one that went in.
 */
export function step(state: Endpoint, input: Input<Ikev1Command>, now: number): Step<Endpoint, Ikev1Happening> {
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
      break;
  }
  return fx.result(state);
}

/** The next state of an SA takes its place; without one it is gone. What came of the step for others is done behind it. */
function update(endpoint: Endpoint, before: Ikev1Sa, after: Ikev1Sa | undefined, fx: Effects): undefined {
  const { table } = endpoint;
  if (after === undefined) {
    table.remove(before);
    forgetSuccessor(table, before);
  } else table.put(after);
  for (const born of fx.born.splice(0)) table.put(born);
  for (const { number, initialContact } of fx.risen.splice(0)) settleNewcomer(table, number, initialContact, fx);
  for (const sa of fx.anew.splice(0)) evictOlder(table, sa, fx);
  for (const sa of fx.deleted.splice(0)) buryDeleted(table, sa, fx);
}

const NO_COOKIE = '0000000000000000';

function onMessage(endpoint: Endpoint, datagram: Message, fx: Effects): undefined {
  const { path, bytes } = datagram;
  let message: IkeMessage;
  try {
    message = decodeMessage(bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    fx.happen(NOBODY, { kind: 'ignored', reason: `not an IKE message: ${error.message}`, path });
    return undefined;
  }
  const { header, payloads, encrypted } = message;
  const ignore = (reason: string): undefined => {
    fx.happen(header, { kind: 'ignored', reason, path });
  };
  if (message.version !== 1) {
    ignore(`IKE version ${header.major}.${header.minor}`);
    return onNewerVersion(endpoint, header, path, fx);
  }
  if (message.malformed !== undefined) return ignore(message.malformed.message);
  const incoming: Incoming = { header, payloads, bytes, path, ...(encrypted === undefined ? {} : { encrypted }) };
  const sa = findSa(endpoint, header) ?? findNameless(endpoint, incoming);
  const fragment = firstOf(payloads, 'fragment-v1');
  if (fragment !== undefined) return onFragment(endpoint, sa, fragment, datagram, fx);
  if (sa !== undefined) update(endpoint, sa, receive(sa, incoming, fx), fx);
  else onStranger(endpoint, incoming, fx);
}

/**
 * Initiators of IKEv2 read only IKEv2: strongSwan drops what RFC 2408 §5.2 has for them, and asks on. They are told in their own version;
 * later ones in ours, which names the one that we speak (RFC 7296 §2.5).
 */
function onNewerVersion({ settings, accept, strays }: Endpoint, header: IkeHeader, path: Path, fx: Effects): undefined {
  if (!accept || header.major < 2 || isResponse(header) || !strays.take(fx.now)) return;
  if (header.major === 2) answerInClear(header, outV2.notify(NOTIFY.INVALID_MAJOR_VERSION), path, fx);
  else sendVersionRefused({ ...header, path, settings }, fx);
}

/** The SA that a message names by our cookie; the peer's must be right too, as far as we know it. */
function findSa({ table }: Endpoint, { spiI, spiR }: IkeHeader): Ikev1Sa | undefined {
  const sa = table.find(toHex(spiR)) ?? table.find(toHex(spiI));
  if (sa === undefined || Buffer.compare(sa.spiI, spiI) !== 0) return undefined;
  const known = sa.kind !== 'expect-main-2' && sa.kind !== 'expect-aggressive-2';
  return !known || Buffer.compare(sa.spiR, spiR) === 0 ? sa : undefined;
}

/**
 * Openswan and libreswan refuse a first message with both cookies zero when they have made no state for it: whose it is, its sender tells.
 */
function findNameless({ table }: Endpoint, { header, encrypted, path: { remote } }: Incoming): Ikev1Sa | undefined {
  const { exchangeType, spiI, spiR } = header;
  if (exchangeType !== EXCHANGE_V1.Informational || encrypted !== undefined) return undefined;
  if (toHex(spiI) !== NO_COOKIE || toHex(spiR) !== NO_COOKIE) return undefined;
  return [...table.values()].find(
    ({ kind, path }) =>
      (kind === 'expect-main-2' || kind === 'expect-aggressive-2') &&
      path.remote.address === remote.address &&
      path.remote.port === remote.port,
  );
}

/** A piece of a message: with the last missing one the message is there. */
function onFragment(endpoint: Endpoint, sa: Ikev1Sa | undefined, fragment: FragmentV1, { path }: Message, fx: Effects): undefined {
  if (sa === undefined) {
    fx.happen(NOBODY, { kind: 'ignored', reason: 'a fragment for an IKE SA that is not here', path });
    return;
  }
  const whole = endpoint.reassemblies.add(sa.number, fragment);
  // A fragment within a fragment is none: each level takes bytes away, so that this ends.
  if (whole !== undefined) onMessage(endpoint, { path, bytes: whole }, fx);
}

const FIRST: readonly number[] = [EXCHANGE_V1['Identity Protection (Main Mode)'], EXCHANGE_V1.Aggressive];

/** A message that belongs to none of our SAs. It is not answered unless it begins one: old SAs are found out by dead peer detection. */
function onStranger(endpoint: Endpoint, incoming: Incoming, fx: Effects): undefined {
  const { header, path, encrypted, bytes } = incoming;
  const { table, accept, limits, settings } = endpoint;
  const ignore = (reason: string): undefined => {
    fx.happen(header, { kind: 'ignored', reason, path });
  };
  const first =
    FIRST.includes(header.exchangeType) && toHex(header.spiR) === NO_COOKIE && header.messageId === 0 && encrypted === undefined;
  if (!first) return ignore('a message for an IKE SA that is not here');
  if (!accept) return ignore('we accept no initiators');
  const key = `${toHex(header.spiI)} ${path.remote.address} ${path.remote.port}`;
  const known = table.byFirstMessage(key);
  if (known !== undefined)
    return update(endpoint, known, receive(known, { ...incoming, header: { ...header, spiR: known.spiR }, bytes }, fx), fx);
  if (table.size - table.halfOpen >= limits.established) return ignore('there are too many IKE SAs');
  while (table.halfOpen >= limits.halfOpen) dropOldest(endpoint, fx);
  const main = header.exchangeType === EXCHANGE_V1['Identity Protection (Main Mode)'];
  const sa = (main ? onMain1 : onAggressive1)(settings, incoming, limits.halfOpenTime, fx);
  if (sa !== undefined) table.put(sa, key);
}

function dropOldest({ table }: Endpoint, fx: Effects): void {
  const oldest = table.oldestHalfOpen();
  if (oldest === undefined) return;
  fx.down(oldest, 'us', refusal('half-open-limit', 'us', oldest.sending.exchange, 'others came before the initiator went on'));
  table.remove(oldest);
}

/** Timers that were cancelled too late find nothing. */
function onTimer(endpoint: Endpoint, id: string, fx: Effects): void {
  const fired = endpoint.registry.timers.fire(id);
  const sa = fired === undefined ? undefined : endpoint.table.byNumber(fired.number);
  if (fired !== undefined && sa !== undefined) update(endpoint, sa, onSaTimer(sa, fired.name, fx), fx);
}

function onCommand(endpoint: Endpoint, command: Ikev1Command, fx: Effects): void {
  if (command.kind === 'initiate') {
    endpoint.table.put(beginPhase1(endpoint.settings, fx));
    return;
  }
  const sa = saOfCommand(endpoint, command);
  if (sa !== undefined) {
    update(endpoint, sa, runCommand(sa, command, fx), fx);
    return;
  }
  const gone = refusal('not-there', 'us', EXCHANGE_V1.Informational, 'there is no IKE SA (any more)');
  fx.happen(NOBODY, { kind: 'ike-down', by: 'us', refusal: gone });
}

/** The one named, or the first that stands, or any. */
function saOfCommand({ table }: Endpoint, { sa }: Ikev1Command): Ikev1Sa | undefined {
  if (sa !== undefined) return table.find(sa.spiI) ?? table.find(sa.spiR);
  const all = [...table.values()];
  return all.find(({ kind }) => kind === 'established') ?? all[0];
}
