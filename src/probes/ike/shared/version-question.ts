import type { RandomSource } from '../../../crypto/random-source.js';
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

/** First messages are not answered, and that question is: the way is open, and the daemon leaves us out. */
export function leftOut(
  { target, facts }: ProbeContext,
  answer: SideAnswer | undefined,
  silence: string,
): ReturnType<typeof probeFinding> | undefined {
  if (answer?.kind !== 'answered') return undefined;
  const us = facts.source ?? 'our address';
  return probeFinding(target, facts, {
    slug: 'peer-leaves-us-out',
    severity: 'error',
    confidence: 0.85,
    title: `${facts.address ?? target.host} has a daemon on UDP ${target.ports.ike} that begins nothing with us`,
    cause: `It refused a message of IKE ${MAJOR}.0 at once, so that the way there and back is open and IKE is spoken; to the first message of an IKE SA it says nothing. Most likely first: it limits half-open IKE SAs of one address (strongSwan: 5, block_threshold; its log: "per-IP half-open IKE_SA limit"), and those that earlier attempts from ${us} left have not expired; then: it has no connection for ${us} (Openswan says nothing then).`,
    evidence: [{ text: `step udp-500: ${silence}` }, { text: `a message of IKE ${MAJOR}.0 from the same port was answered` }],
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
