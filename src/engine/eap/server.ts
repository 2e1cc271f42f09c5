import { DecodeError } from '../../bytes/errors.js';
import { printableText } from '../../bytes/printable.js';
import { nameOf } from '../../bytes/registry.js';
import type { Eap } from '../../wire/ike/payloads/eap.js';
import { EAP_CODE, EAP_CODES, EAP_TYPE } from '../../wire/ike/tables/eap.js';
import type { Refusal } from '../refusal.js';
import type { EapContext, EapInput, EapReason, EapStep, ServerMethod, ServerTurn } from './contract.js';
import { methodName, methodNames, serverMethod, serverTypes } from './methods.js';
import { ended, failed, MAX_ROUNDS, malformed, refusalOf } from './outcomes.js';
import type { EapServer } from './settings.js';

/** An EAP server between two messages. */
export interface EapServerState {
  readonly settings: EapServer;
  readonly context: EapContext;
  /** Of the request that is to be answered. */
  readonly identifier: number;
  readonly rounds: number;
  readonly phase: Phase;
}

type Phase =
  | { readonly kind: 'identity' }
  /** `refused`: methods that the client declined. */
  | {
      readonly kind: 'method';
      readonly identity: string;
      readonly type: number;
      readonly method: ServerMethod;
      readonly refused: readonly number[];
      /** We have told the client why it is refused. */
      readonly reason?: EapReason;
    }
  | { readonly kind: 'over' };

type MethodPhase = Extract<Phase, { readonly kind: 'method' }>;
type Step = EapStep<EapServerState>;

/** Longest identity that is looked at. */
const MAX_IDENTITY = 256;

/** Begins with the Identity request, which goes out with our AUTH in the response to the first IKE_AUTH (RFC 7296 §2.16). */
export function startEapServer(settings: EapServer, context: EapContext): Step {
  const [identifier = 0] = context.random(1);
  const state: EapServerState = { settings, context, identifier, rounds: 0, phase: { kind: 'identity' } };
  return {
    state,
    send: { code: EAP_CODE.Request, identifier, type: EAP_TYPE.Identity, data: new Uint8Array(0) },
    tls: [],
    texts: ['asked for the EAP identity'],
  };
}

/** Why the client is refused, when it knows already and EAP Failure is not out yet: some break off before. */
export function serverRefusal({ phase }: EapServerState): Refusal | undefined {
  return phase.kind === 'method' && phase.reason !== undefined ? refusalOf(phase.reason) : undefined;
}

/** Never throws for what the client sends. An outcome comes with the Success or Failure that is to be sent. */
export function stepEapServer(state: EapServerState, input: EapInput): Step {
  try {
    if (input.kind === 'message') return onMessage(state, input.eap);
    const { phase } = state;
    if (phase.kind !== 'method' || phase.method.tls === undefined) return { state, tls: [], texts: [] };
    return afterTurn(state, phase, phase.method.tls(input.output));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return refuse(state, malformed('client', error));
  }
}

function onMessage(state: EapServerState, { code, identifier, type, data }: Eap): Step {
  const { phase } = state;
  if (code !== EAP_CODE.Response || type === undefined || identifier !== state.identifier || phase.kind === 'over') {
    const got = `${nameOf(EAP_CODES, code)} ${identifier}`;
    const text = `the client sent an EAP ${got}, where a Response to request ${state.identifier} was due`;
    return refuse(state, { code: 'eap-unexpected', by: 'us', text, ours: `Response ${state.identifier}`, theirs: got });
  }
  if (state.rounds >= MAX_ROUNDS) {
    const text = `the client answered ${MAX_ROUNDS} times without coming to an end`;
    return refuse(state, { code: 'eap-endless', by: 'us', text, ours: `${MAX_ROUNDS} rounds`, theirs: 'more' });
  }
  const next = { ...state, rounds: state.rounds + 1 };
  if (phase.kind === 'identity') return onIdentity(next, type, data);
  if (type === EAP_TYPE.Nak) return onNak(next, phase, data);
  if (type === phase.type) return afterTurn(next, phase, phase.method.response(data, identifier));
  const text = `the client answered ${methodName(phase.type)} by ${methodName(type)}`;
  return refuse(state, { code: 'eap-unexpected', by: 'us', text, ours: methodName(phase.type), theirs: methodName(type) });
}

function onIdentity(state: EapServerState, type: number, data: Uint8Array): Step {
  if (type !== EAP_TYPE.Identity) {
    const text = `the client answered the question for its identity by ${methodName(type)}`;
    return refuse(state, { code: 'eap-unexpected', by: 'us', text, ours: 'Identity', theirs: methodName(type) });
  }
  const identity = data.length === 0 ? state.context.ikeIdentity : printableText(data.subarray(0, MAX_IDENTITY));
  const [first] = serverTypes(state.settings);
  if (first === undefined) return refuse(state, { code: 'eap-method-not-allowed', by: 'us', text: 'we have no EAP method to offer' });
  const step = begin(state, identity, first, []);
  return { ...step, texts: [`the client calls itself "${identity}" in EAP`, ...step.texts] };
}

function begin(state: EapServerState, identity: string, type: number, refused: readonly number[]): Step {
  return afterTurn(state, { identity, type, refused }, serverMethod(type, state.settings, identity, state.context));
}

/** The client's wishes in its order, of those we have and have not tried (RFC 3748 §5.3.1). */
function onNak(state: EapServerState, { identity, type, refused }: MethodPhase, wishes: Uint8Array): Step {
  const tried = [...refused, type];
  const ours = serverTypes(state.settings);
  const next = [...wishes].find((wish) => ours.includes(wish) && !tried.includes(wish));
  const wanted = methodNames([...wishes].filter((wish) => wish !== 0));
  if (next !== undefined) {
    const step = begin(state, identity, next, tried);
    return { ...step, texts: [`the client declined ${methodName(type)} and wants ${wanted}`, ...step.texts] };
  }
  return refuse(state, {
    code: 'eap-method-not-allowed',
    by: 'peer',
    text: `no EAP method in common: we have ${methodNames(ours)}, the client wants ${wanted}`,
    ours: methodNames(ours),
    theirs: wanted,
  });
}

function afterTurn(state: EapServerState, phase: Omit<MethodPhase, 'kind' | 'method' | 'reason'>, turn: ServerTurn): Step {
  const { identity, type, refused } = phase;
  switch (turn.kind) {
    case 'request': {
      const identifier = (state.identifier + 1) & 0xff;
      return {
        state: {
          ...state,
          identifier,
          phase: { kind: 'method', identity, type, refused, method: turn.next, ...(turn.refused && { reason: turn.refused }) },
        },
        send: { code: EAP_CODE.Request, identifier, type, data: turn.data },
        tls: [],
        texts: turn.text === undefined ? [] : [turn.text],
      };
    }
    case 'tls':
      return { state: { ...state, phase: { kind: 'method', identity, type, refused, method: turn.next } }, tls: [turn.input], texts: [] };
    case 'accept': {
      const { msk } = turn;
      const over = end(state, EAP_CODE.Success);
      return {
        ...ended(over.state, { ok: true, method: methodName(type), identity: turn.identity ?? identity, ...(msk && { msk }) }),
        send: over.send,
      };
    }
    case 'refuse':
      return refuse(state, turn.reason);
  }
}

function refuse(state: EapServerState, reason: EapReason): Step {
  const over = end(state, EAP_CODE.Failure);
  return { ...failed(over.state, reason), send: over.send };
}

/** Success and Failure bear the identifier of the response they answer (RFC 3748 §4.2). */
function end(state: EapServerState, code: number): { readonly state: EapServerState; readonly send: Eap } {
  return { state: { ...state, phase: { kind: 'over' } }, send: { code, identifier: state.identifier, data: new Uint8Array(0) } };
}
