import { identityText } from '../../wire/ike/identity-facts.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import type { Refusal } from '../refusal.js';
import { ownSecret } from './authentication.js';
import { deleteChildren } from './children.js';
import { deleteIke, rekeyChild, rekeyIke } from './commands.js';
import { onSilence, onUnanswered } from './dead-peer.js';
import type { Effects } from './effects.js';
import { needsSecret } from './methods.js';
import { giveUpGate, giveUpTransaction } from './mode-config.js';
import { giveUpCommit, giveUpQuick, quickTimer, withQuick } from './quick-initiator.js';
import { giveUpAnswer } from './quick-responder.js';
import { refusal } from './refusals.js';
import type { Established, Ikev1Sa } from './state.js';
import { sendAgain, timeout } from './transmit.js';

/** A timer of an SA went off. The next state, or undefined when the SA is gone. */
export function onSaTimer(sa: Ikev1Sa, name: string, fx: Effects): Ikev1Sa | undefined {
  switch (name) {
    case 'retransmit': {
      const sending = sendAgain(sa, sa.sending, name, fx);
      return sending === undefined ? giveUp(sa, fx) : { ...sa, sending };
    }
    case 'half-open': {
      const text = `the initiator did not go on with phase 1${whyItStopped(sa)}`;
      return fx.down(sa, 'us', refusal('half-open-timeout', 'nobody', sa.sending.exchange, text));
    }
    default:
      return sa.kind === 'established' ? onEstablishedTimer(sa, name, fx) : sa;
  }
}

/** Nobody answers. In main mode that is how most peers refuse message 5: it is said what it may mean. */
function giveUp(sa: Ikev1Sa, fx: Effects): undefined {
  if (sa.kind !== 'expect-main-6') return fx.down(sa, 'us', unanswered(sa, fx));
  const { address, port } = sa.path.local;
  const id = identityText(sa.localId.type, sa.localId.data);
  const floated = sa.path.channel === 'natt' ? `; or UDP ${sa.path.remote.port} is blocked, to which message 5 moved` : '';
  if (!needsSecret(sa.suite.method)) {
    // With signatures the keys hang on no secret: whoever gets message 5 can read it.
    const guess = `: the peer took part until message 5, which shows who we are. It does not accept the identity "${id}" or what proves it, or the message does not get there whole: certificates make it large${floated}`;
    const why = timeout(sa, sa.sending, fx, guess);
    return fx.down(sa, 'us', { ...why, code: 'authentication-unanswered', ours: `identity "${id}", ${address} port ${port}` });
  }
  const garbled = sa.garbled > 0 ? '; it did send something that our keys do not open, which speaks for the secret' : '';
  const guess = `: the peer took part until message 5, the first that needs the pre-shared key. It has another one, or another one for ${address}; or it does not accept the identity "${id}"${floated}${garbled}`;
  const why = timeout(sa, sa.sending, fx, guess);
  return fx.down(sa, 'us', {
    ...why,
    code: sa.garbled > 0 ? 'psk-mismatch' : 'authentication-unanswered',
    ours: `identity "${id}", a pre-shared key of ${ownSecret(sa.settings)?.length ?? 0} bytes, ${address} port ${port}`,
  });
}

/** An initiator of main mode that is heard no more: what that means at the message that did not come. */
function whyItStopped(sa: Ikev1Sa): string {
  if (sa.role === 'responder' && sa.sending.times > 1)
    return `: it sent its last message again, and was answered ${sa.sending.times} times: our answers do not get back to it`;
  switch (sa.kind) {
    case 'expect-main-3':
      return ' after our first answer: it does not like our choice, or wanted to know no more than that, as ike-scan and probe scan do';
    case 'expect-main-5': {
      const behindNat = sa.nat.usBehindNat || sa.nat.peerBehindNat;
      if (behindNat && sa.path.channel === 'ike' && sa.peer.nat?.floats === true)
        return ': its message 5 was to come to the port of NAT traversal (UDP 4500 as a rule), and none did: that port is blocked on the way here';
      return needsSecret(sa.suite.method)
        ? ': nothing came behind message 4, where it would show who it is; an initiator that has no pre-shared key for our address ends there'
        : ': message 5, which is large with its certificates, did not come: IP fragments are dropped on the way here, or it has no certificate for us';
    }
    case 'expect-aggressive-3':
      return afterOurHash(sa);
    default:
      return '';
  }
}

/** Our first message names us in aggressive mode: Openswan calls a name that it does not know by that notify, with both cookies zero. */
function unanswered(sa: Ikev1Sa, fx: Effects): Refusal {
  if (sa.kind === 'expect-aggressive-3') return timeout(sa, sa.sending, fx, afterOurHash(sa));
  const named = sa.kind === 'expect-aggressive-2' && sa.hearsay.at(-1) === NOTIFY_V1['INVALID-ID-INFORMATION'];
  if (!named) return timeout(sa, sa.sending, fx);
  const id = identityText(sa.localId.type, sa.localId.data);
  return {
    ...timeout(sa, sa.sending, fx, `: it has no connection for the identity "${id}" with this method in aggressive mode`),
    code: 'authentication-failed',
    ours: `identity "${id}", aggressive mode`,
  };
}

/** An initiator of aggressive mode judges us first, and many (vpnc) say nothing of it. */
function afterOurHash({ suite, localId, garbled }: Extract<Ikev1Sa, { kind: 'expect-aggressive-3' }>): string {
  const id = identityText(localId.type, localId.data);
  if (garbled > 0)
    return ': it answered what proves us with something that our keys do not open: its pre-shared key (the group password) is another one than ours';
  const what = needsSecret(suite.method)
    ? 'its pre-shared key (the group password) is another one than ours'
    : 'it does not believe our signature';
  return `: the initiator does not go on after what proves us: ${what}, or it wants another identity of us than "${id}", or nothing more than this answer, as ike-scan and probe scan do`;
}

function onEstablishedTimer(sa: Established, name: string, fx: Effects): Established | undefined {
  const [what, number] = name.split('/');
  const spiIn = Number(number);
  switch (what) {
    case 'quick':
      return onQuickTimer(sa, Number(number), fx);
    case 'transaction': {
      const transaction = sa.transactions.get(Number(number));
      if (transaction === undefined) return sa;
      const sending = sendAgain(sa, transaction.sending, name, fx);
      if (sending === undefined) return giveUpTransaction(sa, transaction, fx);
      return { ...sa, transactions: new Map(sa.transactions).set(transaction.messageId, { ...transaction, sending }) };
    }
    case 'gate':
      return giveUpGate(sa, fx);
    case 'question':
      return onUnanswered(sa, fx);
    case 'dpd':
      return onSilence(sa, fx);
    case 'rekey-ike':
      return rekeyIke(sa, fx);
    case 'expire-ike':
    case 'linger':
      return deleteIke(sa, fx);
    case 'rekey-child':
      return sa.children.get(spiIn)?.replaced === false ? rekeyChild(sa, spiIn, undefined, fx) : sa;
    case 'expire-child':
      return deleteChildren(sa, [spiIn], fx);
    default:
      return sa;
  }
}

function onQuickTimer(sa: Established, messageId: number, fx: Effects): Established {
  const quick = sa.quick.get(messageId);
  if (quick === undefined || quick.kind === 'done') return sa;
  const sending = sendAgain(sa, quick.sending, quickTimer(messageId), fx);
  if (sending !== undefined) return withQuick(sa, { ...quick, sending });
  switch (quick.kind) {
    case 'offered':
      return giveUpQuick(sa, quick, fx);
    case 'committing':
      return giveUpCommit(sa, quick, fx);
    case 'answered':
      return giveUpAnswer(sa, quick, fx);
  }
}
