import { toHex } from '../../bytes/hex.js';
import { nameOf } from '../../bytes/registry.js';
import type { PacketEnd } from '../../model/endpoint.js';
import type { PayloadNode, PayloadOf } from '../../wire/ike/chain.js';
import { configurationLine } from '../../wire/ike/configuration-text.js';
import type { IkeHeader } from '../../wire/ike/header.js';
import { identityFacts } from '../../wire/ike/identity-facts.js';
import { notifyFacts } from '../../wire/ike/notify-facts.js';
import { proposalFacts, spiText } from '../../wire/ike/proposal-facts.js';
import { selectorFacts } from '../../wire/ike/selector-facts.js';
import { AUTH_METHODS } from '../../wire/ike/tables/authentication.js';
import { CFG_TYPE } from '../../wire/ike/tables/configuration.js';
import { EAP_CODE, EAP_TYPE, EAP_TYPES } from '../../wire/ike/tables/eap.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { V2 } from '../../wire/ike/tables/payload-types.js';
import { IKEV2_PROTOCOLS, PROTOCOL } from '../../wire/ike/tables/protocols.js';
import { KEY_EXCHANGE_METHODS } from '../../wire/ike/tables/transforms.js';
import { describeVendorId } from '../../wire/ike/vendor-ids.js';
import { boundedIdentity, boundedProposals } from './bounds.js';
import { certificateFacts } from './certificates.js';
import { type ChildState, newChild } from './child-state.js';
import type { LoggedExchange, LoggedMessage } from './exchange-log.js';
import { replyOf } from './exchange-log.js';
import type { NatObservation } from './nat-d.js';
import { endOf, type SessionState } from './session-state.js';

/** A message with all that could be read of it: what is inside SK follows in `payloads` when it was opened. */
export interface AppliedMessage {
  readonly frame: number;
  readonly header: IkeHeader;
  readonly src: PacketEnd;
  readonly dst: PacketEnd;
  readonly fromInitiator: boolean;
  readonly response: boolean;
  readonly payloads: readonly PayloadNode[];
  /** It was sealed and a key opened it. */
  readonly opened: boolean;
  /** It is sealed and stays so. */
  readonly hidden: boolean;
  readonly exchange: LoggedExchange;
  readonly message: LoggedMessage;
}

/** What a message of an IKE SA says about another one: the SA that replaces it. */
export interface Replacement {
  readonly spiI: string;
  readonly spiR: string;
}

export const MAX_NAT_OBSERVATIONS = 16;
/** SPIs kept of one delete. */
export const MAX_SPIS = 64;

/**
 * Takes the facts out of one IKEv2 message, copies excluded, and adds them to its session.
 * Returns the SPIs of a new IKE SA when the message completes the rekeying of this one.
 */
export function applyV2(session: SessionState, applied: AppliedMessage): Replacement | undefined {
  const { payloads, fromInitiator, frame } = applied;
  const end = endOf(fromInitiator);
  for (const node of payloads) {
    switch (node.kind) {
      case 'notify':
        applyNotify(session, applied, node);
        break;
      case 'vendor-id':
        session.vendorIds[end].add(vendorText(node.value.id));
        break;
      case 'id':
        if (node.type === V2.IDi || node.type === V2.IDr) {
          session.identities[node.type === V2.IDi ? 'initiator' : 'responder'] = boundedIdentity(identityFacts(node.value));
        }
        break;
      case 'auth':
        session.authMethods[end] = nameOf(AUTH_METHODS, node.value.method);
        break;
      case 'cert': {
        const facts = certificateFacts(node.value, 2);
        if (typeof facts === 'string') session.otherCertificates.push({ frame, fromInitiator, text: facts });
        else session.certificates.push({ frame, fromInitiator, ...facts });
        break;
      }
      case 'eap':
        applyEap(session, node.value.code, node.value.type);
        break;
      case 'cp': {
        const { type, attributes } = node.value;
        const into = type === CFG_TYPE.CFG_REQUEST ? session.configuration.requested : session.configuration.given;
        for (const attribute of attributes) into.add(configurationLine(attribute, 2));
        break;
      }
      case 'delete-sa':
        session.deletes.push({
          frame,
          fromInitiator,
          protocol: nameOf(IKEV2_PROTOCOLS, node.value.protocol),
          spis: node.value.spis.slice(0, MAX_SPIS).map(spiText),
        });
        break;
      default:
        break;
    }
  }
  return applyExchange(session, applied);
}

function applyExchange(session: SessionState, applied: AppliedMessage): Replacement | undefined {
  switch (applied.header.exchangeType) {
    case EXCHANGE.IKE_SA_INIT:
    case EXCHANGE.IKE_SESSION_RESUME:
      applyInit(session, applied);
      return undefined;
    case EXCHANGE.IKE_AUTH:
      applyChild(session, applied, true);
      return undefined;
    case EXCHANGE.CREATE_CHILD_SA: {
      const replacement = ikeRekey(applied);
      if (replacement === 'not an IKE SA') applyChild(session, applied, false);
      return typeof replacement === 'object' ? replacement : undefined;
    }
    default:
      return undefined;
  }
}

function applyInit(session: SessionState, applied: AppliedMessage): void {
  const { payloads, response, frame } = applied;
  const sa = saOf(payloads);
  if (sa !== undefined) {
    const proposals = boundedProposals(proposalFacts(sa.value, sa.body));
    if (!response) session.offered = proposals;
    else if (proposals[0] !== undefined) session.chosen = proposals[0];
  }
  if (!response) {
    for (const node of payloads) {
      if (node.kind !== 'ke') continue;
      const { group } = node.value;
      session.keGroups.push({ frame, group, name: nameOf(KEY_EXCHANGE_METHODS, group) });
    }
  }
  observeNat(session, applied);
}

/** The SA payload, of a broken one the proposals before the fault. */
function saOf(payloads: readonly PayloadNode[]): SaSeen | undefined {
  for (const node of payloads) {
    if (node.kind === 'sa') return node;
    if (node.kind === 'malformed' && node.type === V2.SA && node.value !== undefined) return { value: node.value as SaSeen['value'] };
  }
  return undefined;
}

interface SaSeen {
  readonly value: PayloadOf<'sa'>['value'];
  /** Of a whole one. */
  readonly body?: Uint8Array;
}

function observeNat(session: SessionState, { payloads, header, src, dst, fromInitiator }: AppliedMessage): void {
  const hashes = (type: number) =>
    payloads.flatMap((node) => (node.kind === 'notify' && node.value.type === type ? [Buffer.from(node.value.data)] : []));
  const source = hashes(NOTIFY.NAT_DETECTION_SOURCE_IP);
  const destination = hashes(NOTIFY.NAT_DETECTION_DESTINATION_IP);
  if (source.length + destination.length === 0 || session.natHashes.length >= MAX_NAT_OBSERVATIONS) return;
  const seen: NatObservation = {
    fromInitiator,
    spiI: Buffer.from(header.spiI),
    spiR: Buffer.from(header.spiR),
    src,
    dst,
    source,
    destination,
  };
  session.natHashes.push(seen);
  session.natMethod = 'RFC 7296';
}

function applyNotify(session: SessionState, { frame, fromInitiator, header }: AppliedMessage, { value }: PayloadOf<'notify'>): void {
  const end = endOf(fromInitiator);
  switch (value.type) {
    case NOTIFY.IKEV2_FRAGMENTATION_SUPPORTED:
      session.fragmentation[end] = true;
      break;
    case NOTIFY.MOBIKE_SUPPORTED:
      session.mobike[end] = true;
      break;
    case NOTIFY.UPDATE_SA_ADDRESSES:
      session.mobikeUpdates.push(frame);
      break;
    case NOTIFY.REDIRECT:
      if (header.exchangeType !== EXCHANGE.INFORMATIONAL || !fromInitiator)
        session.redirect = { frame, to: notifyFacts(value).detail ?? '' };
      break;
    default:
      break;
  }
}

function applyEap(session: SessionState, code: number, type: number | undefined): void {
  session.eap ??= { outcome: 'unfinished' };
  if (code === EAP_CODE.Success) session.eap.outcome = 'success';
  if (code === EAP_CODE.Failure) session.eap.outcome = 'failure';
  const method = type !== undefined && type !== EAP_TYPE.Identity && type !== EAP_TYPE.Notification && type !== EAP_TYPE.Nak;
  if (method && code === EAP_CODE.Request) session.eap.method = `EAP-${nameOf(EAP_TYPES, type)}`;
}

function vendorText(id: Uint8Array): string {
  const { name, detail } = describeVendorId(id);
  return detail === undefined ? name : `${name} (${detail})`;
}

/** What a CREATE_CHILD_SA message says of a new IKE SA (RFC 7296 §1.3.2). Hidden ones may be either kind and count as children. */
function ikeRekey(applied: AppliedMessage): Replacement | 'an IKE SA' | 'not an IKE SA' {
  const sa = saOf(applied.payloads);
  const proposal = sa?.value.proposals[0];
  if (proposal?.protocol !== PROTOCOL.IKE) return applied.exchange.replacement === undefined ? 'not an IKE SA' : 'an IKE SA';
  if (!applied.response) {
    applied.exchange.replacement = toHex(proposal.spi);
    return 'an IKE SA';
  }
  const spiI = applied.exchange.replacement;
  return spiI === undefined ? 'an IKE SA' : { spiI, spiR: toHex(proposal.spi) };
}

/** IKE_AUTH makes one child over all its rounds, CREATE_CHILD_SA one an exchange (RFC 7296 §1.2, §1.3). */
function applyChild(session: SessionState, applied: AppliedMessage, inAuth: boolean): void {
  const { exchange, response, frame, hidden } = applied;
  const sa = saOf(applied.payloads);
  let child = inAuth ? session.authChild : exchange.child;
  if (child === undefined) {
    // An opened IKE_AUTH request without SA asks for none (RFC 6023), and later rounds carry none.
    if (response || (!hidden && sa === undefined)) return;
    child = newChild(frame, exchange.fromInitiator);
    session.children.push(child);
    exchange.child = child;
    if (inAuth) session.authChild = child;
  }
  if (hidden) {
    if (response && (!inAuth || replyOf(exchange) !== undefined)) markAnswered(child, applied, 'hidden');
    return;
  }
  if (response) applyChildReply(child, applied);
  else applyChildRequest(child, applied);
}

function markAnswered(child: ChildState, { frame }: AppliedMessage, outcome: ChildState['outcome']): void {
  child.outcome = outcome;
  child.answerFrame = frame;
}

function applyChildRequest(child: ChildState, applied: AppliedMessage): void {
  const sa = saOf(applied.payloads);
  if (sa !== undefined) {
    child.offered = boundedProposals(proposalFacts(sa.value, sa.body));
    child.protocol = nameOf(IKEV2_PROTOCOLS, sa.value.proposals[0]?.protocol ?? 0);
    setSpi(child, applied.fromInitiator, sa.value.proposals[0]?.spi);
  }
  applyCommon(child, applied);
  for (const node of applied.payloads) {
    if (node.kind === 'notify' && node.value.type === NOTIFY.REKEY_SA) child.rekeys = spiText(node.value.spi);
  }
}

function applyChildReply(child: ChildState, applied: AppliedMessage): void {
  const sa = saOf(applied.payloads);
  const error = applied.message.notifies.find((notify) => notify.isError);
  if (sa?.value.proposals[0] !== undefined) {
    const [chosen] = boundedProposals(proposalFacts(sa.value, sa.body));
    if (chosen !== undefined) child.chosen = chosen;
    child.protocol = nameOf(IKEV2_PROTOCOLS, sa.value.proposals[0].protocol);
    setSpi(child, applied.fromInitiator, sa.value.proposals[0].spi);
    child.mode = applied.payloads.some((node) => node.kind === 'notify' && node.value.type === NOTIFY.USE_TRANSPORT_MODE)
      ? 'transport'
      : 'tunnel';
    applyCommon(child, applied);
    markAnswered(child, applied, 'established');
  } else if (
    error !== undefined &&
    (applied.header.exchangeType !== EXCHANGE.IKE_AUTH || applied.payloads.some(({ kind }) => kind === 'auth'))
  ) {
    // Without AUTH it is the IKE SA that was refused.
    markAnswered(child, applied, 'refused');
    const detail = error.detail === undefined ? '' : ` ${error.detail}`;
    child.refusal = { frame: applied.frame, name: error.name, text: `${error.name}${detail}` };
  }
}

/** Selectors and KE, which the reply narrows. TSi belongs to whoever began the exchange. */
function applyCommon(child: ChildState, { payloads }: AppliedMessage): void {
  for (const node of payloads) {
    if (node.kind === 'ts') {
      const ofInitiator = (node.type === V2.TSi) === (child.fromInitiator ?? true);
      child[ofInitiator ? 'selectorsInitiator' : 'selectorsResponder'] = selectorFacts(node.value);
    } else if (node.kind === 'ke') child.pfsGroup = nameOf(KEY_EXCHANGE_METHODS, node.value.group);
    else if (node.kind === 'notify' && node.value.type === NOTIFY.IPCOMP_SUPPORTED && !child.protocol.endsWith('IPCOMP')) {
      child.protocol += ' + IPCOMP';
    }
  }
}

function setSpi(child: ChildState, fromInitiator: boolean, spi: Uint8Array | undefined): void {
  if (spi === undefined || spi.length === 0) return;
  child[fromInitiator ? 'spiInitiator' : 'spiResponder'] = spiText(spi);
}
