import { putBounded } from '../../bytes/put-bounded.js';
import { nameOf } from '../../bytes/registry.js';
import type { ProposalFacts } from '../../model/ike-session.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { attributeNumber } from '../../wire/ike/attribute.js';
import type { PayloadNode, PayloadOf } from '../../wire/ike/chain.js';
import { configurationLine } from '../../wire/ike/configuration-text.js';
import { identityFactsV1 } from '../../wire/ike/identity-facts.js';
import { notifyFactsV1 } from '../../wire/ike/notify-facts.js';
import { proposalFactsV1, spiText } from '../../wire/ike/proposal-facts.js';
import { selectorFactsV1 } from '../../wire/ike/selector-facts.js';
import { CFG_ATTRIBUTE_V1, CFG_TYPE, XAUTH_STATUSES } from '../../wire/ike/tables/configuration.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { V1 } from '../../wire/ike/tables/payload-types.js';
import { IKEV1_PROTOCOLS } from '../../wire/ike/tables/protocols.js';
import { describeVendorId } from '../../wire/ike/vendor-ids.js';
import { type AppliedMessage, MAX_NAT_OBSERVATIONS, MAX_SPIS } from './apply-v2.js';
import { boundedIdentity, boundedProposals } from './bounds.js';
import { certificateFacts } from './certificates.js';
import { type ChildState, newChild } from './child-state.js';
import { Phase1Proof } from './phase1-proof.js';
import { endOf, type SessionState } from './session-state.js';

/** A refusal follows its quick mode message at once; what comes later is about something else, e.g. dead peer detection. */
const REFUSAL_SECONDS = 2;

const MODES: Readonly<Record<number, string>> = {
  [EXCHANGE_V1['Identity Protection (Main Mode)']]: 'Main',
  [EXCHANGE_V1.Aggressive]: 'Aggressive',
  [EXCHANGE_V1.Base]: 'Base',
};

/** Takes the facts out of one IKEv1 message, copies excluded, and adds them to its session. */
export function applyV1(session: SessionState, applied: AppliedMessage): void {
  const { payloads, fromInitiator, frame, header } = applied;
  const end = endOf(fromInitiator);
  session.mode ??= MODES[header.exchangeType];
  for (const node of payloads) {
    switch (node.kind) {
      case 'notify-v1':
        applyNotify(session, applied, node.value);
        break;
      case 'vendor-id': {
        const { name, detail } = describeVendorId(node.value.id);
        session.vendorIds[end].add(detail === undefined ? name : `${name} (${detail})`);
        if (name === 'IKE fragmentation') session.fragmentation[end] = true;
        break;
      }
      case 'cert': {
        const facts = certificateFacts(node.value, 1);
        if (typeof facts === 'string') session.otherCertificates.push({ frame, fromInitiator, text: facts });
        else session.certificates.push({ frame, fromInitiator, ...facts });
        break;
      }
      case 'attributes-v1':
        applyConfiguration(session, node.value);
        break;
      case 'delete-sa-v1':
        session.deletes.push({
          frame,
          fromInitiator,
          protocol: nameOf(IKEV1_PROTOCOLS, node.value.protocol),
          spis: node.value.spis.slice(0, MAX_SPIS).map(spiText),
        });
        break;
      default:
        break;
    }
  }
  applyExchange(session, applied);
}

function applyExchange(session: SessionState, applied: AppliedMessage): void {
  switch (applied.header.exchangeType) {
    case EXCHANGE_V1['Identity Protection (Main Mode)']:
    case EXCHANGE_V1.Aggressive:
    case EXCHANGE_V1.Base:
    case EXCHANGE_V1['Authentication Only']:
      applyPhase1(session, applied);
      break;
    case EXCHANGE_V1['Quick Mode']:
      applyQuickMode(session, applied);
      break;
    case EXCHANGE_V1.Informational:
      applyRefusal(session, applied);
      break;
    default:
      break;
  }
}

function applyPhase1(session: SessionState, applied: AppliedMessage): void {
  const { payloads, fromInitiator, frame, message } = applied;
  message.number = phase1Number(applied);
  session.proof ??= new Phase1Proof();
  session.proof.observe(payloads, fromInitiator, frame);
  const sa = saOf(payloads);
  if (sa !== undefined) {
    const proposals = boundedProposals(proposalFactsV1(sa.value, sa.body));
    if (fromInitiator) {
      session.offered = proposals;
      for (const lifetime of lifetimesOf(proposals)) if (!session.lifetimes.items.includes(lifetime)) session.lifetimes.push(lifetime);
    } else if (proposals[0] !== undefined) session.chosen = proposals[0];
  }
  const id = payloads.find((node) => node.kind === 'id-v1');
  if (id !== undefined) session.identities[endOf(fromInitiator)] = boundedIdentity(identityFactsV1(id.value));
  const ke = payloads.find((node) => node.kind === 'ke-v1');
  const group = groupOf(session);
  if (ke !== undefined) session.publicValues[endOf(fromInitiator)] = Buffer.from(ke.value.data);
  if (ke !== undefined && fromInitiator && group !== undefined) session.keGroups.push({ frame, group: group.id, name: group.name });
  observeNat(session, applied);
}

/**
 * The place of a message in its exchange by what is in it: a capture may begin in the middle.
 * Main mode (RFC 2409 §5): 1 and 2 SA, 3 and 4 KE, 5 and 6 sealed. Aggressive: 1 and 2 SA, 3 the rest. By order otherwise.
 */
function phase1Number({ payloads, fromInitiator, opened, hidden, header, exchange, message }: AppliedMessage): number {
  const second = fromInitiator ? 0 : 1;
  const has = (kind: PayloadNode['kind']) => payloads.some((node) => node.kind === kind);
  if (header.exchangeType === EXCHANGE_V1['Identity Protection (Main Mode)']) {
    if (hidden || opened) return 5 + second;
    if (has('sa-v1')) return 1 + second;
    if (has('ke-v1')) return 3 + second;
  }
  if (header.exchangeType === EXCHANGE_V1.Aggressive) {
    if (has('sa-v1')) return 1 + second;
    if (fromInitiator) return 3;
  }
  return exchange.messages.indexOf(message) + 1;
}

/** The group chosen, or the one offered when all offers agree, as they must in aggressive mode. */
function groupOf({ chosen, offered }: SessionState): ProposalFacts['transforms'][number] | undefined {
  const of = (proposal: ProposalFacts | undefined) => proposal?.transforms.find((transform) => transform.type === 'GROUP');
  if (chosen !== undefined) return of(chosen);
  const first = of(offered[0]);
  return offered.every((proposal) => of(proposal)?.id === first?.id) ? first : undefined;
}

function lifetimesOf(proposals: readonly ProposalFacts[]): string[] {
  const all = proposals.flatMap(({ transforms }) => transforms.filter(({ type }) => type === 'LIFE').map(({ name }) => name));
  return [...new Set(all)];
}

/** The SA payload, of a broken one the proposals before the fault. */
function saOf(payloads: readonly PayloadNode[]): SaSeen | undefined {
  for (const node of payloads) {
    if (node.kind === 'sa-v1') return node;
    if (node.kind === 'malformed' && node.type === V1.SA && node.value !== undefined) return { value: node.value as SaSeen['value'] };
  }
  return undefined;
}

interface SaSeen {
  readonly value: PayloadOf<'sa-v1'>['value'];
  /** Of a whole one. */
  readonly body?: Uint8Array;
}

/** RFC 3947 §3.2: the first hash is the destination's, all others are of the sender's addresses. */
function observeNat(session: SessionState, { payloads, header, src, dst, fromInitiator }: AppliedMessage): void {
  const nodes = payloads.filter((node) => node.kind === 'nat-d');
  const [destination, ...source] = nodes.map((node) => Buffer.from(node.value.hash));
  if (destination === undefined || session.natHashes.length >= MAX_NAT_OBSERVATIONS) return;
  const spis = { spiI: Buffer.from(header.spiI), spiR: Buffer.from(header.spiR) };
  session.natHashes.push({ fromInitiator, ...spis, src, dst, source, destination: [destination] });
  session.natMethod = natMethod(session, nodes[0]?.type === V1['NAT-D']);
}

/** What both ends announced; the RFC's payload number settles it, drafts 00 to 03 share theirs. */
function natMethod({ vendorIds }: SessionState, rfc: boolean): string {
  if (rfc) return 'RFC 3947';
  const both = [...vendorIds.initiator.items].filter((name) => vendorIds.responder.items.has(name) && /nat-t-ike-0[0-3]$/.test(name));
  return both.sort().at(-1) ?? 'draft-ietf-ipsec-nat-t-ike';
}

function applyConfiguration(session: SessionState, { type, attributes }: PayloadOf<'attributes-v1'>['value']): void {
  const asked = type === CFG_TYPE.CFG_REQUEST;
  const into = asked ? session.configuration.requested : session.configuration.given;
  for (const attribute of attributes) into.add(configurationLine(attribute, 1));
  const status = type === CFG_TYPE.CFG_SET ? attributeNumber(attributes, CFG_ATTRIBUTE_V1.XAUTH_STATUS) : undefined;
  if (status !== undefined) session.xauthStatus = nameOf(XAUTH_STATUSES, status) === 'OK' ? 'OK' : 'FAIL';
}

function applyNotify(session: SessionState, { frame, fromInitiator }: AppliedMessage, value: PayloadOf<'notify-v1'>['value']): void {
  if (value.type !== NOTIFY_V1['R-U-THERE'] && value.type !== NOTIFY_V1['R-U-THERE-ACK']) return;
  const sequence = notifyFactsV1(value).value;
  const { liveness } = session;
  if (value.type === NOTIFY_V1['R-U-THERE']) {
    liveness.probes++;
    liveness.waiting ??= new Map();
    putBounded(liveness.waiting, MAX_WAITING, `${endOf(!fromInitiator)}${sequence}`, frame);
  } else if (value.type === NOTIFY_V1['R-U-THERE-ACK'] && liveness.waiting?.delete(`${endOf(fromInitiator)}${sequence}`) === true) {
    liveness.answered++;
  }
}

/** Probes without an answer that are remembered by their frames. */
const MAX_WAITING = 64;

function applyQuickMode(session: SessionState, applied: AppliedMessage): void {
  const { exchange, fromInitiator, frame, payloads, message, hidden } = applied;
  message.number = exchange.messages.indexOf(message) + 1;
  let child = exchange.child;
  const first = fromInitiator === exchange.fromInitiator;
  if (child === undefined) {
    child = newChild(frame, exchange.fromInitiator);
    session.children.push(child);
    exchange.child = child;
  }
  const sa = saOf(payloads);
  // Only who accepts sends message 2 (RFC 2409 §5.5), so that it need not be readable; what is readable must hold an SA.
  // An Informational before it was no refusal: Cisco tells RESPONDER-LIFETIME that way.
  if (!first && (hidden || sa !== undefined) && child.outcome !== 'established') {
    child.outcome = 'established';
    child.answerFrame = frame;
    delete child.refusal;
  }
  if (sa === undefined) return;
  const proposals = boundedProposals(proposalFactsV1(sa.value, sa.body));
  if (first) {
    child.offered = proposals;
    child.lifetimes = lifetimesOf(proposals);
  } else if (proposals[0] !== undefined) child.chosen = proposals.find(({ protocol }) => protocol !== 'IPCOMP') ?? proposals[0];
  child.protocol = [...new Set(proposals.map(({ protocol }) => protocol))].join(' + ');
  const spi = proposals.find(({ protocol }) => protocol === 'ESP' || protocol === 'AH')?.spi;
  if (spi !== undefined && spi !== '') child[fromInitiator ? 'spiInitiator' : 'spiResponder'] = spi;
  const transforms = (child.chosen ?? proposals[0])?.transforms ?? [];
  const nameOfType = (type: string) => transforms.find((transform) => transform.type === type)?.name;
  const mode = nameOfType('MODE')?.toLowerCase();
  if (mode !== undefined) child.mode = mode;
  const group = nameOfType('GROUP');
  if (group !== undefined && payloads.some((node) => node.kind === 'ke-v1')) child.pfsGroup = group;
  applySelectors(child, payloads);
}

/** IDci and IDcr stand in this order in both messages, of whoever began the exchange and of the other (RFC 2409 §5.5). */
function applySelectors(child: ChildState, payloads: readonly PayloadNode[]): void {
  const [ofBeginner, ofOther] = payloads.filter((node) => node.kind === 'id-v1').map((node) => selectorFactsV1(node.value));
  if (ofBeginner === undefined || ofOther === undefined) return;
  child.selectorsInitiator = [child.fromInitiator === false ? ofOther : ofBeginner];
  child.selectorsResponder = [child.fromInitiator === false ? ofBeginner : ofOther];
}

/** An Informational that answers the first message of a quick mode: readable ones say why, of others size and time speak. */
function applyRefusal(session: SessionState, { fromInitiator, frame, message, hidden }: AppliedMessage): void {
  const child = session.children.items.findLast((candidate) => candidate.fromInitiator !== fromInitiator);
  if (child === undefined || child.outcome !== 'unanswered') return;
  const error = message.notifies.find((notify) => notify.isError);
  if (error !== undefined) {
    child.refusal = { frame, name: error.name, text: error.name };
  } else if (hidden) {
    const request = session.exchanges.all().findLast(({ child: made }) => made === child)?.messages[0];
    if (request === undefined || secondsBetween(request.lastTime, message.time) > REFUSAL_SECONDS) return;
    child.refusal = { frame, text: `an encrypted Informational of ${message.length} bytes came instead of message 2` };
  } else return;
  child.outcome = 'refused';
  child.answerFrame = frame;
}
