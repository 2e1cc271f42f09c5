import type { RandomSource } from '../../../crypto/random-source.js';
import type { Finding } from '../../../model/finding.js';
import { FLAG_V2_INITIATOR } from '../../../wire/ike/header.js';
import { encodeMessage } from '../../../wire/ike/message.js';
import { EXCHANGE } from '../../../wire/ike/tables/exchange-types.js';
import { probeFinding } from '../../shared/finding.js';
import type { ProbeContext } from '../probe.js';
import type { SideAnswer } from './probe-facts.js';

/** Nobody's version. */
const MAJOR = 3;

/**
 * A bare header of a version that nobody speaks: strongSwan and Openswan refuse it (RFC 7296 §2.5) before they look at who asks, also
 * where they say nothing to anything else of us. libreswan 4 and racoon say nothing to it.
 */
export function versionQuestion(random: RandomSource): Uint8Array {
  const header = { spiI: random(8), spiR: new Uint8Array(8), major: MAJOR, minor: 0, flags: FLAG_V2_INITIATOR, messageId: 0 };
  return encodeMessage({ ...header, exchangeType: EXCHANGE.IKE_SA_INIT }, []);
}

/** The name of the answer to our own first message, asked as a question behind the silence. */
export const ASKED_AGAIN = 'again';

/** First messages are not answered, and such a question is: the way is open, and the daemon leaves us out. */
export function leftOut({ target, facts }: ProbeContext, third: SideAnswer | undefined, silence: string): Finding | undefined {
  const refused = third?.kind === 'answered';
  if (!refused && facts.side.get(ASKED_AGAIN)?.kind !== 'answered') return undefined;
  const us = facts.source ?? 'our address';
  const said = refused
    ? `a message of IKE ${MAJOR}.0 from the same port was refused at once`
    : 'the same, asked once more, was answered at once';
  return probeFinding(target, facts, {
    slug: 'peer-leaves-us-out',
    severity: 'error',
    confidence: refused ? 0.85 : 0.75,
    title: `${facts.address ?? target.host} has a daemon on UDP ${target.ports.ike} that begins nothing with us`,
    cause: `To the first message of an IKE SA it says nothing, and ${said}: the way there and back is open, and IKE is spoken. Most likely first: it limits half-open IKE SAs of one address (strongSwan: 5, block_threshold; its log: "per-IP half-open IKE_SA limit"), and those that earlier attempts from ${us} left have not expired; then: it has no connection for ${us} (Openswan says nothing then).`,
    evidence: [{ text: `step udp-500: ${silence}` }, { text: said }],
    fix: [
      { end: 'ours', text: 'wait a minute, so that half-open IKE SAs expire, and try again' },
      {
        end: 'theirs',
        text: 'swanctl --list-sas | grep CONNECTING; journalctl -u strongswan | grep half-open; strongswan.conf: charon.block_threshold, charon.half_open_timeout',
      },
      { end: 'theirs', text: `a connection for ${us}: ipsec.conf right=${us} (or %any), auto=add; swanctl.conf remote_addrs = ${us}` },
    ],
    refs: ['RFC 7296 §2.5', 'RFC 7296 §2.6'],
  });
}
