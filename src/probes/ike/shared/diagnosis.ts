import type { Refusal } from '../../../engine/refusal.js';
import type { ProbeTarget } from '../target.js';
import { chosenText } from './algorithms.js';
import { type Diagnosis, type Judge, peerOf } from './judge.js';
import { authenticationFailed, peerNotBelieved, postquantumKey } from './judge-authentication.js';
import { addressWanted, childlessRefused, modeRefused, noAddress, selectorsRefused } from './judge-child.js';
import { eapRefused, eapWithoutTrust } from './judge-eap.js';
import { ikev1Judges } from './judge-ikev1.js';
import { groupRefused, noProposal, versionRefused } from './judge-proposals.js';
import type { ProbeFacts } from './probe-facts.js';

/** The diagnosis of a refusal; of codes that nobody foresaw, the refusal itself in words. */
export function diagnosisOf(refusal: Refusal, target: ProbeTarget, facts: ProbeFacts): Diagnosis {
  const judge =
    (target.tunnel.ikev1 === undefined ? undefined : ikev1Judges[refusal.code]) ??
    judges[refusal.code] ??
    (refusal.code.startsWith('eap-') ? eapRefused : undefined) ??
    (isProof(refusal, target) && refusal.by === 'us' && facts.peerAuth?.verdict === 'invalid' ? peerNotBelieved : unforeseen);
  return judge(refusal, target, facts);
}

/** Of IKEv1 it is the last message of phase 1, whatever the mode. */
function isProof({ exchange }: Refusal, { tunnel }: ProbeTarget): boolean {
  return tunnel.ikev1 === undefined ? exchange === 'IKE_AUTH' : exchange !== 'Quick Mode' && exchange !== 'Transaction';
}

const malformed: Judge = (refusal, target, facts) => {
  const childless = refusal.exchange === 'IKE_AUTH' && facts.peerAuth !== undefined && facts.supports.has('CHILDLESS_IKEV2_SUPPORTED');
  if (!childless || target.tunnel.settings.child === undefined) return unforeseen(refusal, target, facts);
  return {
    slug: 'childless-required',
    severity: 'error',
    confidence: 0.8,
    title: `${peerOf(target, facts)} accepts us, and ends the IKE SA because of what else stands in IKE_AUTH`,
    cause:
      'It announces CHILDLESS_IKEV2_SUPPORTED, has shown its own proof, and calls the message malformed: strongSwan says so where it insists on an IKE SA without CHILD_SA first (childless = force), and a CHILD_SA was asked for with IKE_AUTH as usual.',
    fix: [
      { end: 'theirs', text: 'swanctl.conf: childless = allow' },
      { end: 'ours', text: '--no-child tries the IKE SA alone; a gateway: swanctl.conf childless = force' },
    ],
    refs: ['RFC 6023 §3', 'RFC 7296 §2.21.2'],
  };
};

const restarted: Judge = (refusal, target, facts) => ({
  slug: 'peer-restarted',
  severity: 'error',
  confidence: 0.85,
  title: `${peerOf(target, facts)} has forgotten the IKE SA`,
  cause: `${refusal.text}. It was restarted, failed over to another machine, or deleted the SA without telling.`,
  fix: [
    { end: 'theirs', text: 'what happened then: journalctl -u strongswan -u ipsec --since -10min' },
    {
      end: 'ours',
      text: 'dead peer detection, so that a gateway finds out by itself: swanctl.conf dpd_delay = 30s; ipsec.conf dpddelay=30 dpdaction=restart',
    },
  ],
  refs: ['RFC 7296 §1.5', 'RFC 7296 §2.4'],
});

/** RFC 5685: whoever asks here is to ask there. */
const redirected: Judge = ({ theirs = '' }, target, facts) => ({
  slug: 'redirected',
  severity: 'error',
  confidence: 0.93,
  title: `${peerOf(target, facts)} sends its clients on${theirs === '' ? '' : `: ${theirs}`}`,
  cause: `It answered REDIRECT in place of an IKE SA: this address only shares clients out, or is being taken out of service. A client that does not know REDIRECT (vpndoctor announces none, strongSwan with follow_redirects = no) ends here.`,
  fix: [
    {
      end: 'ours',
      text: `ask there: vpndoctor probe peer ${theirs} with the same flags; a gateway: swanctl.conf remote_addrs = ${theirs}`,
    },
    { end: 'theirs', text: 'or serve such clients here: libreswan global-redirect=no; Cisco: no redirect gateway in crypto ikev2 policy' },
  ],
  refs: ['RFC 5685 §3'],
});

/** The connection came about, and nobody in it answered the first message. */
const tcpWithoutIke: Judge = (refusal, target, facts) => ({
  slug: 'tcp-without-ike',
  severity: 'error',
  confidence: 0.85,
  title: `Whoever listens on TCP ${target.ports.tcp} of ${peerOf(target, facts)} does not speak IKE`,
  cause: `${refusal.text}. The connection came about, so that something listens: another service, a gateway without IKE over TCP (RFC 9329), or one that has no configuration for our address and says nothing to it.`,
  fix: [
    { end: 'theirs', text: `ss -ltnp 'sport = :${target.ports.tcp}' names who listens; libreswan: listen-tcp=yes, enable-tcp=yes` },
    { end: 'ours', text: 'another port with --tcp (most have 4500), or without it over UDP' },
  ],
  refs: ['RFC 9329 §3'],
});

/** Whether anything that can be refused, put off or asked for again was answered. */
function hasSpoken({ cookies, groupRetries, side }: ProbeFacts): boolean {
  return cookies > 0 || groupRetries.length > 0 || side.get('4500')?.kind === 'answered';
}

/** Questions are answered, and an IKE_SA_INIT of which an IKE SA would come is not. */
const initUnanswered: Judge = (refusal, target, facts) => {
  const source = facts.source ?? 'our address';
  const again = facts.ignored.at(-1)?.reason;
  return {
    slug: 'ike-sa-init-unanswered',
    severity: 'error',
    confidence: again === undefined ? 0.75 : 0.8,
    title: `${peerOf(target, facts)} answers questions and begins no IKE SA with us`,
    cause:
      again === undefined
        ? `${refusal.text}, while what it can refuse, or answer without keeping anything, was answered: path and daemon are there. Most likely first: it limits half-open IKE SAs of one address (strongSwan: 5, block_threshold; its log: "per-IP half-open IKE_SA limit"), and those that earlier probes without credentials or with --until nat left have not expired; then: it, or a firewall before it, limits how often ${source} may ask.`
        : `${refusal.text}. It answered, but only to ask once more for what was sent: ${again}. So our second message does not get to it as the one it asked for: a NAT that gives it another port or address, two daemons by turns behind one address, or a filter that lets the first message through and no more.`,
    fix: [
      ...(again === undefined
        ? [
            { end: 'ours' as const, text: 'wait a minute, so that half-open IKE SAs expire, and try again' },
            {
              end: 'theirs' as const,
              text: 'swanctl --list-sas | grep CONNECTING; journalctl -u strongswan | grep half-open; strongswan.conf: charon.block_threshold, charon.half_open_timeout',
            },
          ]
        : []),
      {
        end: 'theirs',
        text: `what arrives, and from which port? tcpdump -ni any host ${source} and udp port ${target.ports.ike}, while the probe runs`,
      },
    ],
    refs: ['RFC 7296 §2.6'],
  };
};

const timedOut: Judge = (refusal, target, facts) => {
  if (target.ports.tcp !== undefined && facts.proposal === undefined) return tcpWithoutIke(refusal, target, facts);
  if (refusal.exchange === 'IKE_SA_INIT' && hasSpoken(facts)) return initUnanswered(refusal, target, facts);
  const fragments = refusal.exchange === 'IKE_AUTH';
  return {
    slug: fragments ? 'ike-auth-unanswered' : 'exchange-unanswered',
    severity: 'error',
    confidence: 0.7,
    title: `${peerOf(target, facts)} does not answer ${refusal.exchange}`,
    cause: `${refusal.text}. It answered before, so that it is there; ${
      fragments
        ? 'IKE_AUTH is larger and may take another port (4500) and IP fragments: one of these is lost on the way, or the peer drops the message without a word.'
        : 'since then the path, a NAT mapping or the daemon went away.'
    }`,
    fix: [
      { end: 'path', text: `permit UDP ${target.ports.natt} and IP fragments both ways` },
      { end: 'theirs', text: 'does the message arrive? journalctl -u strongswan -u ipsec; tcpdump -ni any udp port 500 or udp port 4500' },
      ...(fragments
        ? [
            {
              end: 'either' as const,
              text: 'IKE fragmentation instead of IP fragments: swanctl.conf fragmentation = yes; ipsec.conf fragmentation=yes',
            },
          ]
        : []),
    ],
    refs: ['RFC 7296 §2.1', 'RFC 7383'],
  };
};

const unforeseen: Judge = (refusal, target, facts) => ({
  slug: `refused-${refusal.code}`,
  severity: 'error',
  confidence: 0.8,
  title: `${refusal.exchange}: ${refusal.text}`,
  cause: `${refusal.by === 'peer' ? `${peerOf(target, facts)} refused` : refusal.by === 'us' ? 'We refused what the peer sent' : 'No answer came'}${refusal.notify === undefined ? '' : ` (${refusal.notify})`}: ${refusal.text}.${facts.proposal === undefined ? '' : ` Chosen before: ${chosenText(facts.proposal.chosen)}.`}`,
  fix: [{ end: 'theirs', text: 'its log at that moment: journalctl -u strongswan -u ipsec' }],
  refs: ['RFC 7296 §3.10.1'],
});

const judges: Readonly<Record<string, Judge>> = {
  'no-proposal-chosen': noProposal,
  'authentication-failed': authenticationFailed,
  'authorization-failed': authenticationFailed,
  'ts-unacceptable': selectorsRefused,
  'single-pair-required': selectorsRefused,
  'internal-address-failure': noAddress,
  'failed-cp-required': addressWanted,
  'invalid-ke-payload': groupRefused,
  'invalid-major-version': versionRefused,
  'invalid-ike-spi': restarted,
  'invalid-spi': restarted,
  'ppk-mismatch': postquantumKey,
  'ppk-not-supported': postquantumKey,
  'mode-mismatch': modeRefused,
  'childless-not-supported': childlessRefused,
  'invalid-syntax': malformed,
  'peer-unverified': eapWithoutTrust,
  redirect: redirected,
  timeout: timedOut,
};
