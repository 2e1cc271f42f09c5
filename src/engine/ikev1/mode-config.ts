import { addressText } from '../../wire/ike/address-text.js';
import type { Attribute } from '../../wire/ike/attribute.js';
import type { AttributesV1 } from '../../wire/ike/payloads/attributes-v1.js';
import type { Cp } from '../../wire/ike/payloads/cp.js';
import { CFG_ATTRIBUTE, CFG_TYPE } from '../../wire/ike/tables/configuration.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { answerPatience } from '../ike/answer-patience.js';
import { answerRequest, subnetValue } from '../ike/configuration.js';
import { hostSelector } from '../ike/selectors.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { askedEnd } from './methods.js';
import { groupUnanswered } from './new-group.js';
import { firstOf, out } from './payloads.js';
import { refusal } from './refusals.js';
import type { Established, Transaction } from './state.js';
import { answerTwoWay, beginTransaction, openTwoWay, transactionTimer, withoutTransaction } from './transaction.js';
import { received } from './transmit.js';
import { askUser, isXauthMessage, onCredentials, onStatusConfirmed, onXauthMessage } from './xauth.js';

const TRANSACTION = EXCHANGE_V1.Transaction;
const NOTHING = new Uint8Array(0);
/** Milliseconds in which an end that asks nothing of the other has to be asked by it, at most. */
const PATIENCE = 15_000;
/** One address alone. */
const HOST_MASK = Uint8Array.of(255, 255, 255, 255);

/** Does what stands between phase 1 and its use: one end asks for the other's user, the initiator for an address. */
export function passGate(sa: Established, fx: Effects): Established {
  const ours =
    sa.gate === 'config' ? (sa.settings.modeConfig === 'push') === (sa.role === 'responder') : askedEnd(sa.suite.method) !== sa.role;
  if (sa.gate === 'config' && ours) return sa.role === 'initiator' ? askConfiguration(sa, fx) : pushConfiguration(sa, fx);
  if (sa.gate === 'xauth' && sa.transactions.size > 0) return sa;
  if (sa.gate === 'xauth' && ours) return askUser(sa, fx);
  // A gateway has as long to ask who we are, or to give us an address, as to answer.
  fx.timer(sa, 'gate', sa.role === 'initiator' ? Math.min(PATIENCE, answerPatience(sa.settings.retransmit)) : PATIENCE);
  return sa;
}

/** Nobody began what the peer was to begin. */
export function giveUpGate(sa: Established, fx: Effects): undefined {
  const text =
    sa.gate === 'config'
      ? 'we waited for the address that the peer was to give us unasked (mode config, push), and none came: it may want to be asked (pull)'
      : 'we offered XAuth, the peer chose it, and does not ask for the user';
  return fx.down(sa, 'us', refusal('timeout', 'nobody', TRANSACTION, text));
}

/** Attributes as IKEv2 has them: always bytes. */
function asCp({ type, attributes }: Pick<AttributesV1, 'type' | 'attributes'>): Cp {
  const bytes = (value: number | Uint8Array) =>
    typeof value === 'number' ? Uint8Array.of(value >> 8, value & 255) : Uint8Array.from(value);
  return { type, attributes: attributes.map((one) => ({ type: one.type, value: bytes(one.value) })) };
}

/** Pull (draft-dukes-ike-mode-cfg-02 §4.1): IKEv1 asks for the mask of its address by itself. */
function askConfiguration(sa: Established, fx: Effects): Established {
  const { dns, subnets } = sa.settings.request ?? { dns: false, subnets: false };
  const wanted = [
    CFG_ATTRIBUTE.INTERNAL_IP4_ADDRESS,
    CFG_ATTRIBUTE.INTERNAL_IP4_NETMASK,
    ...(dns ? [CFG_ATTRIBUTE.INTERNAL_IP4_DNS] : []),
    ...(subnets ? [CFG_ATTRIBUTE.UNITY_SPLIT_INCLUDE] : []),
  ];
  const attributes: readonly Attribute[] = wanted.map((type) => ({ type, value: NOTHING }));
  return beginTransaction(sa, { kind: 'config' }, { type: CFG_TYPE.CFG_REQUEST, attributes }, fx);
}

/** Push (draft-dukes-ike-mode-cfg-02 §4.2): address, mask, name servers and networks unasked. */
function pushConfiguration(sa: Established, fx: Effects): Established {
  const { INTERNAL_IP4_ADDRESS, INTERNAL_IP4_DNS, INTERNAL_IP4_SUBNET } = CFG_ATTRIBUTE;
  const unasked = [INTERNAL_IP4_ADDRESS, INTERNAL_IP4_DNS, INTERNAL_IP4_SUBNET].map((type) => ({ type, value: NOTHING }));
  const given = answerRequest({ type: CFG_TYPE.CFG_SET, attributes: unasked }, fx.registry.pool, sa.settings.pool, sa.number);
  if (given.failed) {
    noAddress(sa, 'an address is to be given to the initiator, and there is none', fx);
    return raise(sa, fx);
  }
  const attributes = [...given.cp.attributes, { type: CFG_ATTRIBUTE.INTERNAL_IP4_NETMASK, value: HOST_MASK }];
  fx.happen(sa, { kind: 'configuration', cp: { type: CFG_TYPE.CFG_SET, attributes } });
  return beginTransaction({ ...sa, assigned: given.assigned }, { kind: 'config-push' }, { type: CFG_TYPE.CFG_SET, attributes }, fx);
}

/** Nothing stands before the use of phase 1 any more. */
function raise(sa: Established, fx: Effects): Established {
  fx.timer(sa, 'gate');
  fx.risen.push({ number: sa.number, initialContact: false });
  return { ...sa, gate: 'ready' };
}

/** A message of a transaction. */
export function onTransaction(sa: Established, incoming: Incoming, fx: Effects): Established | undefined {
  const opened = openTwoWay(sa, incoming, fx);
  if (opened === undefined) return sa;
  const { known } = opened;
  const value = firstOf(opened.payloads, 'attributes-v1');
  if (value === undefined) {
    fx.happen(sa, { kind: 'ignored', reason: 'a transaction without attributes', path: incoming.path });
    return sa;
  }
  received(sa, incoming, opened.payloads, fx);
  const heard: Established = { ...sa, heardAt: fx.now };
  if (value.type === CFG_TYPE.CFG_REPLY || value.type === CFG_TYPE.CFG_ACK)
    return known === undefined ? heard : onReply(heard, known, value, fx);
  const answer = (attributes: readonly Attribute[]): Established =>
    answerTwoWay(
      heard,
      incoming,
      opened.chain,
      out.attributes({
        type: value.type === CFG_TYPE.CFG_SET ? CFG_TYPE.CFG_ACK : CFG_TYPE.CFG_REPLY,
        identifier: value.identifier,
        attributes,
      }),
      fx,
    );
  if (isXauthMessage(value)) {
    const asked = askedEnd(sa.suite.method);
    if (asked === undefined || asked === sa.role) return onXauthMessage(heard, value, answer, fx);
    // Whether its user is right is not the peer's word to say.
    fx.happen(sa, { kind: 'ignored', reason: 'XAuth of a peer that is to be asked, not to ask', path: incoming.path });
    return heard;
  }
  if (value.type === CFG_TYPE.CFG_SET) return onPushed(heard, value, answer, fx);
  return giveConfiguration(heard, value, answer, fx);
}

/** The peer gives what we want, asked or not: taken, or what we do not want is left out of our answer (draft-dukes-ike-mode-cfg-02 §4.2). */
function onPushed(
  sa: Established,
  value: AttributesV1,
  answer: (attributes: readonly Attribute[]) => Established,
  fx: Effects,
): Established {
  const wanted = sa.settings.request !== undefined;
  const at = answer(wanted ? value.attributes.map(({ type }) => ({ type, value: NOTHING })) : []);
  return wanted && sa.gate === 'config' ? takeConfiguration(withoutQuestion(at, fx), value, fx) : at;
}

/** What we asked meanwhile needs no answer any more. */
function withoutQuestion(sa: Established, fx: Effects): Established {
  let at = sa;
  for (const { kind, messageId } of sa.transactions.values()) {
    if (kind !== 'config') continue;
    fx.timer(sa, transactionTimer(messageId));
    at = withoutTransaction(at, messageId);
  }
  return at;
}

function onReply(sa: Established, known: Transaction, value: AttributesV1, fx: Effects): Established | undefined {
  fx.timer(sa, transactionTimer(known.messageId));
  const at = withoutTransaction(sa, known.messageId);
  switch (known.kind) {
    case 'xauth':
      return onCredentials(at, value, known, fx);
    case 'xauth-status':
      return onStatusConfirmed(at, known.refusal, fx);
    case 'config':
      return takeConfiguration(at, value, fx);
    case 'config-push':
      return raise(at, fx);
    case 'new-group':
    case 'answered':
      return sa;
  }
}

/** What the gateway gives: our side of the child is that address. */
function takeConfiguration(sa: Established, value: AttributesV1, fx: Effects): Established {
  const cp = asCp(value);
  const addresses = cp.attributes.flatMap(({ type, value: bytes }) =>
    type === CFG_ATTRIBUTE.INTERNAL_IP4_ADDRESS && bytes.length === 4 ? [addressText(bytes)] : [],
  );
  const [address] = addresses;
  fx.happen(sa, { kind: 'configuration', cp });
  const { child } = sa.settings;
  const up = raise(sa, fx);
  if (child === undefined) return up;
  if (address !== undefined) {
    const assigned = [hostSelector(address)];
    return { ...up, assigned, settings: { ...sa.settings, child: { ...child, localSelectors: assigned } } };
  }
  const { child: _, ...settings } = sa.settings;
  const text = 'we asked for an address by mode config, and the peer gave none';
  fx.happen(sa, { kind: 'child-refused', refusal: refusal('internal-address-failure', 'peer', TRANSACTION, text), rekey: false });
  return { ...up, settings };
}

/** Answers a request from the pool. */
function giveConfiguration(
  sa: Established,
  value: AttributesV1,
  answer: (attributes: readonly Attribute[]) => Established,
  fx: Effects,
): Established {
  if (sa.gate === 'xauth') return sa;
  const { cp, assigned, failed } = answerRequest(asCp(value), fx.registry.pool, sa.settings.pool, sa.number);
  const asks = (type: number) => value.attributes.some((one) => one.type === type);
  const networks = splitNetworks(sa.settings.pool?.subnets ?? []);
  const attributes = [
    ...cp.attributes,
    ...(asks(CFG_ATTRIBUTE.INTERNAL_IP4_NETMASK) && assigned.length > 0
      ? [{ type: CFG_ATTRIBUTE.INTERNAL_IP4_NETMASK, value: HOST_MASK }]
      : []),
    ...(asks(CFG_ATTRIBUTE.UNITY_SPLIT_INCLUDE) && networks.length > 0
      ? [{ type: CFG_ATTRIBUTE.UNITY_SPLIT_INCLUDE, value: networks }]
      : []),
  ];
  const at = answer(attributes);
  if (failed) {
    noAddress(sa, 'the initiator wants an address, and there is none', fx);
    return at;
  }
  fx.happen(sa, { kind: 'configuration', cp: { ...cp, attributes } });
  return assigned.length === 0 ? at : { ...at, assigned };
}

/** Networks behind us as Cisco's clients want them: address, mask, and six bytes of protocol and ports, for any of which zero stands. */
function splitNetworks(subnets: readonly string[]): Uint8Array {
  return Buffer.concat(
    subnets.filter((subnet) => !subnet.includes(':')).map((subnet) => Buffer.concat([subnetValue(subnet), new Uint8Array(6)])),
  );
}

function noAddress(sa: Established, text: string, fx: Effects): void {
  const ours = sa.settings.pool === undefined ? 'no pool' : 'no free address in the pool';
  const why = refusal('internal-address-failure', 'us', TRANSACTION, text, { ours });
  fx.happen(sa, { kind: 'child-refused', refusal: why, rekey: false });
}

/** Nobody answered a transaction of ours. */
export function giveUpTransaction(sa: Established, transaction: Transaction, fx: Effects): Established | undefined {
  const { kind, sending } = transaction;
  if (kind === 'new-group') return groupUnanswered(sa, transaction, fx);
  const what =
    kind === 'config'
      ? 'our wish for an address (mode config)'
      : kind === 'config-push'
        ? 'the address that we gave (mode config)'
        : 'XAuth';
  const text = `no answer to ${what}, sent ${sending.times} times`;
  return fx.down(sa, 'us', refusal('timeout', 'nobody', TRANSACTION, text));
}
