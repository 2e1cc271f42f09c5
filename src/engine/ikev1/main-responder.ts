import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import type { Refusal } from '../refusal.js';
import { type KnownSecret, localIdentity, secretsFor, whyWrongPeer, whyWrongSecret } from './authentication.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { openPayloads, type Unsealed } from './message-crypt.js';
import { methodText, needsSecret } from './methods.js';
import { judgeNat, natPayloads } from './nat-detection.js';
import { allOf, bodyOf, firstOf, nodeOf, out } from './payloads.js';
import {
  announceSuite,
  chooseSuite,
  establish,
  freshSa,
  isRefusal,
  NONCE_LENGTH,
  readIdentity,
  readKeyExchange,
  withPublicValue,
} from './phase1.js';
import { announceKeys, phase1Hash, protect, sameHash } from './phase1-keys.js';
import { certificateRequests, hasProof, judgePeer, noticeOf, ourProof } from './proof.js';
import { refusal } from './refusals.js';
import { sendClearNotify, sendNotify } from './send-informational.js';
import type { Ikev1Settings } from './settings.js';
import type { ExpectMain3, ExpectMain5, Ikev1Sa, SecuredSa } from './state.js';
import { received, sendClear, sendSealed } from './transmit.js';
import { readVendorIds, vendorPayloads } from './vendor-ids.js';

const MAIN = EXCHANGE_V1['Identity Protection (Main Mode)'];

/** Message 1 of a stranger: message 2 chooses. Undefined when nothing of it will do, which the stranger is told. */
export function onMain1(settings: Ikev1Settings, incoming: Incoming, halfOpenTime: number, fx: Effects): ExpectMain3 | undefined {
  const { header, payloads, path, bytes } = incoming;
  const offered = nodeOf(payloads, 'sa-v1');
  const spis = { spiI: header.spiI.slice(), spiR: fx.registry.newIkeSpi() };
  const base = { ...freshSa(settings, 'responder', path, spis, fx), exchange: 'main' as const };
  received(base, incoming, payloads, fx);
  if (offered === undefined) {
    fx.happen(base, { kind: 'ignored', reason: 'main mode begins without an SA payload', path });
    return undefined;
  }
  const choice = chooseSuite(settings, offered.value, MAIN);
  if ('refusal' in choice) {
    sendClearNotify(base, choice.notify, fx);
    fx.happen(base, { kind: 'ike-down', by: 'us', refusal: choice.refusal });
    return undefined;
  }
  const offer = { sa: offered.value, body: offered.body.slice() };
  const peer = readVendorIds(base, payloads, fx);
  announceSuite(base, choice.suite, offer, fx);
  fx.timer(base, 'half-open', halfOpenTime);
  const message2 = [out.sa(choice.answer), ...vendorPayloads(settings, peer)];
  const sending = sendClear(base, { exchange: MAIN, messageId: 0, payloads: message2, answers: bytes.slice() }, fx);
  return { ...base, kind: 'expect-main-3', sending, offer, suite: choice.suite, peer };
}

/** Message 3: keys are exchanged; whose pre-shared key goes into them shows with message 5. */
export function onMain3(sa: ExpectMain3, incoming: Incoming, fx: Effects): Ikev1Sa | undefined {
  const { header, payloads, path, bytes } = incoming;
  received(sa, incoming, payloads, fx);
  const { settings, suite } = sa;
  const theirs = readKeyExchange(payloads, MAIN);
  if (isRefusal(theirs)) return fx.down(sa, 'us', theirs);
  const answer = withPublicValue(MAIN, () => suite.keyExchange.respond(fx.env.random, theirs.ke));
  if (isRefusal(answer)) {
    sendClearNotify(sa, NOTIFY_V1['INVALID-KEY-INFORMATION'], fx);
    return fx.down(sa, 'us', answer);
  }
  const nat = judgeNat(suite.hash, header, path, sa.peer, payloads);
  if (nat.supported) fx.happen(sa, { kind: 'nat', ...nat });
  const nonce = fx.env.random(NONCE_LENGTH);
  const message4 = [
    out.ke(answer.publicValue),
    out.nonce(nonce),
    ...certificateRequests(settings, suite.method, 'initiator'),
    ...(nat.supported ? natPayloads(suite.hash, sa, path, sa.peer, fx.env.random) : []),
  ];
  const sending = sendClear({ ...sa, path }, { exchange: MAIN, messageId: 0, payloads: message4, answers: bytes.slice() }, fx);
  const values = { nonceI: theirs.nonce, nonceR: nonce, keI: theirs.ke, keR: answer.publicValue, shared: answer.shared };
  return { ...sa, kind: 'expect-main-5', path, sending, values, nat, peer: readVendorIds(sa, payloads, fx, sa.peer) };
}

interface Fitting {
  /** The secret that opened it; none with signatures. */
  readonly known: KnownSecret | undefined;
  readonly secured: SecuredSa;
  readonly opened: Unsealed;
  readonly identity: NonNullable<ReturnType<typeof readIdentity>>;
}

/** The secret that opens message 5 and makes its hash, or how far we came. */
function findSecret(sa: ExpectMain5, { header, encrypted }: Incoming): Fitting | 'no secret' | 'does not open' | 'wrong hash' {
  const signed = !needsSecret(sa.suite.method);
  const secrets = signed ? [undefined] : secretsFor(sa.settings, sa.path.remote.address);
  if (secrets.length === 0) return 'no secret';
  let best: 'does not open' | 'wrong hash' = 'does not open';
  for (const known of secrets) {
    const protection = protect(sa.suite, sa, sa.values, known?.secret);
    const opened = encrypted === undefined ? undefined : openPayloads(protection, protection.chain, header.nextPayload, encrypted);
    const identity = opened === undefined ? undefined : readIdentity(opened.payloads);
    if (opened === undefined || identity === undefined || !hasProof(opened.payloads, sa.suite.method, 'initiator')) continue;
    const secured: SecuredSa = { ...sa, ...protection };
    const hash = firstOf(opened.payloads, 'hash-v1')?.hash;
    const fits = signed || (hash !== undefined && sameHash(hash, phase1Hash(secured, 'initiator', identity.body)));
    if (fits) return { known, secured, opened, identity };
    best = 'wrong hash';
  }
  return best;
}

function whyNoSecret(sa: ExpectMain5, how: 'no secret' | 'does not open' | 'wrong hash'): Refusal {
  if (!needsSecret(sa.suite.method)) {
    return refusal('invalid-syntax', 'us', MAIN, 'message 5 does not open, or holds no identity with its proof');
  }
  const { address } = sa.path.remote;
  const notify = NOTIFY_V1['AUTHENTICATION-FAILED'];
  const count = secretsFor(sa.settings, address).length;
  const ours = `${count} pre-shared key${count === 1 ? '' : 's'} tried`;
  if (how === 'no secret') return refusal('psk-not-found', 'us', MAIN, `we have no pre-shared key for ${address}`, { notify });
  const text =
    how === 'does not open'
      ? `message 5 from ${address} does not open with any pre-shared key that we have: the peer's is another one`
      : `message 5 from ${address} opens, but its HASH_I is not the one that our pre-shared key makes`;
  return refusal('psk-mismatch', 'us', MAIN, text, { ours, notify });
}

/** Message 5: the initiator shows who it is; message 6 says who we are. */
export function onMain5(sa: ExpectMain5, incoming: Incoming, fx: Effects): Ikev1Sa | undefined {
  const { path, bytes } = incoming;
  const found = findSecret(sa, incoming);
  if (typeof found === 'string') {
    received(sa, incoming, [], fx);
    const why = whyNoSecret(sa, found);
    fx.happen(sa, { kind: 'peer-auth', verdict: 'invalid', method: methodText(sa.suite.method), text: why.text, refusal: why });
    // Its keys are others than ours: nothing encrypted would tell it more than that.
    sendClearNotify({ ...sa, path }, NOTIFY_V1['AUTHENTICATION-FAILED'], fx);
    return fx.down(sa, 'us', why);
  }
  const { known, secured, opened, identity } = found;
  const at = { ...secured, kind: sa.kind, path, chain: opened.chain };
  received(at, incoming, opened.payloads, fx);
  announceKeys(at, at, fx);
  fx.happen(at, { kind: 'peer-identity', id: identity.id });
  const verdict = judgePeer(at, 'initiator', identity, opened.payloads, MAIN, fx);
  const { method } = verdict;
  if (verdict.refusal !== undefined) {
    fx.happen(at, { kind: 'peer-auth', ...verdict });
    sendNotify(at, noticeOf(at.suite.method, 'initiator'), fx);
    return fx.down(at, 'us', verdict.refusal);
  }
  const wrong =
    whyWrongPeer(sa.settings, identity.id, MAIN) ??
    (known === undefined ? undefined : whyWrongSecret(known, identity.id, path.remote.address, MAIN));
  if (wrong !== undefined) {
    fx.happen(at, { kind: 'peer-auth', verdict: 'invalid', method, text: wrong.refusal.text, refusal: wrong.refusal });
    sendNotify(at, wrong.notify, fx);
    return fx.down(at, 'us', wrong.refusal);
  }
  fx.happen(at, { kind: 'peer-auth', ...verdict });
  const localId = localIdentity(sa.settings, path.local.address);
  const message6 = [out.id(localId), ...ourProof(at, 'responder', bodyOf(out.id(localId)))];
  const { sending, chain } = sendSealed(at, at.chain, { exchange: MAIN, messageId: 0, payloads: message6, answers: bytes.slice() }, fx);
  const initialContact = allOf(opened.payloads, 'notify-v1').some(({ type }) => type === NOTIFY_V1['INITIAL-CONTACT']);
  return establish({ ...at, sending, chain, localId, remoteId: identity.id }, initialContact, fx);
}
