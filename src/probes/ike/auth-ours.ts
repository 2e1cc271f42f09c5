import { defaultIdentity } from '../../engine/ike/default-identity.js';
import { PEER_REPEATS } from '../../engine/ikev1/receive.js';
import { faultsOfOurProof } from '../../engine/ikev2/authentication/our-proof-faults.js';
import type { Refusal } from '../../engine/refusal.js';
import type { Finding } from '../../model/finding.js';
import { USUAL_MTU, udpIpHeaders } from '../../wire/ip/sizes.js';
import { probeFinding } from '../shared/finding.js';
import { isFinalPathError } from '../shared/path-error.js';
import { applies, type Outcome, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { isAuthentication, needsPresharedKey } from './shared/authenticates.js';
import { beginAgain, exchangePatience } from './shared/begin.js';
import { diagnosisOf } from './shared/diagnosis.js';
import { identityFlag, ipsecId, swanctlId } from './shared/identity-lines.js';
import { inTheOtherMode } from './shared/other-mode.js';
import { pathErrorOutcome } from './shared/path-error.js';
import { refused } from './shared/refused.js';
import { inAggressiveMode, withoutNatTraversal } from './shared/second-opinion.js';
import { whereUserIsWanted } from './shared/user-wanted.js';

/** IP packet with room for nothing else: what an IKE message may be to travel whole. */
/** Part of the patience for the questions behind a silence. */
const FOLLOW_UP = 0.4;

/** Whether the peer accepts who we are. */
export const probe: Probe = {
  id: 'auth-ours',
  title: 'our authentication',
  after: ['ike-sa-init'],
  plan: ({ tunnel }) =>
    tunnel.proof === undefined ? skips('nothing to authenticate with was given (--psk-file, --cert and --key, --eap-user)') : applies,
  async run(context) {
    const { facts, link } = context;
    await link.waitFor(() => facts.ourAuth !== undefined || facts.ikeUp || facts.down !== undefined, exchangePatience(context));
    const { ourAuth, down } = facts;
    const details = facts.eap.map((line) => `EAP: ${line}`);
    if (ourAuth !== undefined || facts.ikeUp) {
      const milliseconds = facts.sinceAuth(ourAuth?.at);
      return {
        status: 'pass',
        text: `accepted: ${ourAuth?.method ?? context.target.tunnel.proof}`,
        details,
        ...(milliseconds === undefined ? {} : { milliseconds }),
      };
    }
    if (down?.refusal === undefined) return { status: 'fail', text: 'no answer', details };
    if (down.refusal.by === 'nobody') return silence(context);
    const outcome = refused('auth-ours', down.refusal, context);
    if (down.refusal.code === 'psk-mismatch' && down.refusal.by === 'peer') return inAggressiveMode(context, outcome, down.refusal);
    const notBelieved = down.refusal.code === 'authentication-failed';
    // In IKEv1 nobody says whom he wants to talk to.
    if (notBelieved && context.target.tunnel.ikev1 !== undefined) {
      const user = await whereUserIsWanted(context, outcome, down.refusal);
      return user ?? inTheOtherMode(context, withOwnFaults(outcome, context), down.refusal);
    }
    const named = notBelieved ? await withoutName(context) : undefined;
    return named ?? withOwnFaults({ ...outcome, details: [...(outcome.details ?? []), ...details] }, context);
  },
};

/** What peers say in clear to a message that comes to nothing with their keys: Openswan. */
const MALFORMED = 'PAYLOAD-MALFORMED';

/**
 * The peer sends message 4 again or calls ours malformed, and small messages reach it on the same way: it has message 5 and cannot open
 * it, or it would have gone on. That is another secret, or, with racoon, an identity that is no address.
 */
function unread(
  context: ProbeContext,
  outcome: ReturnType<typeof refused>,
  evidence: Finding['evidence'],
  refusal: Refusal,
): Promise<Outcome> {
  const { target, facts } = context;
  const peer = facts.address ?? target.host;
  const malformed = refusal.notify === MALFORMED;
  const repeats = malformed
    ? `it says N(${MALFORMED}) in clear, as who has opened it with other keys`
    : 'it sends message 4 again, as who has not got message 5 or cannot open it';
  const meaning = malformed
    ? `The peer calls it malformed (N(${MALFORMED}), in clear), while a question on the same way is answered at once: it gets message 5 and reads nothing in it. Openswan and FreeS/WAN do so.`
    : 'The peer says nothing to it and sends message 4 again, while a question on the same way is answered at once: the way is open, so that it gets message 5 and cannot open it.';
  return inAggressiveMode(
    context,
    {
      ...outcome,
      text: `no answer to message 5 of main mode; ${repeats}`,
      findings: outcome.findings.map((finding) => ({
        ...finding,
        code: 'probe/psk-mismatch',
        confidence: malformed ? 0.93 : 0.87,
        title: `${peer} has another pre-shared key than ours`,
        evidence: [...evidence, { text: `step auth-ours: ${repeats}` }],
        fix: [
          ...diagnosisOf({ ...refusal, code: 'psk-mismatch' }, target, facts).fix,
          ...(malformed
            ? []
            : [{ end: 'theirs' as const, text: `racoon: psk.txt: ${facts.source ?? 'our address'} and the secret behind a blank` }]),
        ],
        cause: `Message 5 is the first that is encrypted with keys made of the secret. ${meaning} A secret that it has for another address than the one it sees us at (NAT) looks the same. Excluded: a blocked port; an identity that it does not accept, which it could read and would refuse${malformed ? '' : ' (racoon alone drops that without a word)'}.`,
      })),
    },
    refusal,
  );
}

/** A refusal says nothing of why; what is wrong with our own certificate can be seen from here. */
function withOwnFaults<T extends Outcome>(outcome: T, { target, facts, link }: ProbeContext): T {
  const { localAuth, localId, remoteAuth } = target.tunnel.settings;
  const faults = faultsOfOurProof({
    local: localAuth,
    id: localId ?? defaultIdentity(localAuth, (facts.source ?? '').replace(/%.*$/, '')),
    requested: [],
    authorities: remoteAuth.authorities,
    date: link.date(),
  });
  const [first] = faults;
  if (first === undefined) return outcome;
  const seen = faults.map(({ text }) => text).join('; ');
  return {
    ...outcome,
    text: `${outcome.text}; seen from here: ${first.text}`,
    details: [...(outcome.details ?? []), ...faults.slice(1).map(({ text }) => text)],
    findings: (outcome.findings ?? []).map((finding) => ({
      ...finding,
      confidence: 0.95,
      cause: `Seen from here, and reason enough: ${seen}. ${finding.cause}`,
    })),
  };
}

/**
 * Asks again without saying whom we want to talk to (IDr): if that is accepted, the secret is right and the name was wrong, which the
 * refusal never says.
 */
async function withoutName(context: ProbeContext): Promise<Outcome | undefined> {
  const { target, facts, link } = context;
  const { askedId, ...settings } = target.tunnel.settings;
  if (askedId === undefined || link.signal.aborted) return undefined;
  beginAgain(context, { ...settings, remoteAuth: { ...settings.remoteAuth, ids: [] } });
  await link.waitFor(() => facts.ourAuth !== undefined || facts.ikeUp || facts.down !== undefined, exchangePatience(context));
  const { identity } = facts;
  if (facts.ourAuth === undefined || identity === undefined) return undefined;
  const asked = identityFlag(askedId);
  const real = identityFlag(identity);
  const text = `refused as long as ${asked} is asked for; accepted without: it calls itself ${real}`;
  return {
    status: 'fail',
    text,
    findings: [
      probeFinding(target, facts, {
        slug: 'peer-id-wrong',
        severity: 'error',
        confidence: 0.97,
        title: `The peer is not called ${asked}, but ${real}`,
        cause: `With ${asked} as the identity asked for (IDr) the peer answered N(AUTHENTICATION_FAILED); the same request without it was accepted. So secret and our own identity are right, and the peer has no configuration under that name.`,
        evidence: [{ text: `step auth-ours: ${text}` }],
        fix: [
          {
            end: 'ours',
            text: `--peer-id "${real}"; swanctl.conf remote { id = ${swanctlId(real)} }; ipsec.conf rightid=${ipsecId(real)}`,
          },
          { end: 'theirs', text: `or there: swanctl.conf local { id = ${swanctlId(asked)} }; ipsec.conf leftid=${ipsecId(asked)}` },
        ],
        refs: ['RFC 7296 §2.15', 'RFC 7296 §3.5'],
      }),
    ],
  };
}

/** The peer fell silent with IKE_AUTH: small questions on the same way tell a blocked port from lost large messages. */
async function silence(context: ProbeContext): Promise<Outcome> {
  const { target, facts, link } = context;
  const refusal = facts.down?.refusal;
  if (refusal === undefined) return { status: 'fail', text: 'no answer' };
  const message = facts.sent.findLast(isAuthentication);
  const path = message?.path ?? link.paths.natt ?? link.paths.ike;
  if (path === undefined) return refused('auth-ours', refusal, context);
  const patience = target.patience.patience * FOLLOW_UP;
  const v1 = target.tunnel.ikev1 !== undefined;
  const isLarge = message !== undefined && message.fragments === 1 && message.length + udpIpHeaders(path.remote.address) > USUAL_MTU;
  const small = await link.ask(path, link.firstMessage(path), patience);
  const large =
    small.kind === 'answered' && (!v1 || isLarge) ? await link.ask(path, link.firstMessage(path, USUAL_MTU), patience) : undefined;
  facts.side.set('small', small);
  if (large !== undefined) facts.side.set('large', large);
  const port = path.remote.port;
  const size =
    message === undefined ? '' : ` of ${message.length} bytes${message.fragments > 1 ? ` in ${message.fragments} IKE fragments` : ''}`;
  const outcome = refused('auth-ours', refusal, context);
  const what = v1 ? 'the first encrypted message' : 'IKE_AUTH';
  const question = v1 ? 'first message of phase 1' : 'IKE_SA_INIT';
  const evidence = [
    { text: `step auth-ours: ${what}${size} to port ${port} was not answered` },
    { text: `a small ${question} to the same port: ${small.kind}` },
    ...(large === undefined ? [] : [{ text: `${question} of more than ${USUAL_MTU} bytes, which travels in IP fragments: ${large.kind}` }]),
  ];
  if (small.kind === 'error' && isFinalPathError(small.error)) {
    const { text, findings } = pathErrorOutcome(small.error, port, target, facts);
    return { ...outcome, text: `no answer to ${what}, and of UDP ${port} ICMP says: ${text}`, findings: findings ?? [] };
  }
  if (!v1 && small.kind !== 'answered' && path.channel === 'natt' && facts.steps.get('udp-4500')?.status === 'pass') {
    return {
      ...outcome,
      text: `no answer to ${what}, and none on UDP ${port} any more, which was answered before`,
      findings: [
        probeFinding(target, facts, {
          slug: 'peer-went-silent',
          severity: 'error',
          confidence: 0.75,
          title: `${facts.address} fell silent with ${what}`,
          cause: `UDP ${port} was answered before ${what}, so that it is open; since then not even a small question is answered there. Its daemon crashed or hangs over this message, something before it (fail2ban, intrusion prevention, a limit of packets) took offence and shuts us out, or the path or a NAT mapping went away just then.`,
          evidence: [...evidence, { text: `step udp-4500: ${facts.steps.get('udp-4500')?.text}` }],
          fix: [
            {
              end: 'theirs',
              text: 'does the daemon live, and what did it say last? systemctl status strongswan ipsec; journalctl -u strongswan -u ipsec',
            },
            { end: 'theirs', text: `is ${facts.source ?? 'our address'} shut out? fail2ban-client status; nft list ruleset` },
          ],
          refs: ['RFC 7296 §2.4'],
        }),
      ],
    };
  }
  if (small.kind !== 'answered' && path.channel === 'natt') {
    // On the port of IKE the rest of phase 1 can still be looked at.
    const besides = v1 ? [{ text: await withoutNatTraversal(context) }] : [];
    return {
      ...outcome,
      text: [`no answer to ${what}, and UDP ${port} answers nothing else either`, ...besides.map(({ text }) => text)].join('; '),
      findings: [
        probeFinding(target, facts, {
          slug: 'udp-4500-blocked',
          severity: 'error',
          confidence: 0.92,
          title: `UDP ${target.ports.ike} to ${facts.address} is answered, UDP ${port} is not`,
          cause: `IKE moved to UDP ${port} for ${what}, and neither that nor a small question is answered there: a filter or a missing port forwarding has ${target.ports.ike} but not ${port}, in one direction or both.${besides.map(({ text }) => ` Tried ${text}.`).join('')}`,
          evidence: [...evidence, ...besides],
          fix: [
            {
              end: 'path',
              text: `permit UDP ${port} both ways: nft add rule inet filter input udp dport { ${target.ports.ike}, ${port} } accept`,
            },
            { end: 'theirs', text: `the daemon must listen there: ss -lun 'sport = :${port}'` },
          ],
          refs: ['RFC 7296 §2.23'],
        }),
      ],
    };
  }
  if (small.kind === 'answered' && large?.kind === 'silent' && (isLarge || message === undefined)) {
    return {
      ...outcome,
      text: `no answer to ${what}${size}: IP fragments are lost on the way`,
      findings: [
        probeFinding(target, facts, {
          slug: 'fragments-dropped',
          severity: 'error',
          confidence: 0.92,
          title: `Messages to ${facts.address} that need IP fragments are lost`,
          cause:
            'Small messages on the same ports are answered, large ones are not: a firewall or a NAT on the way drops IP fragments. What shows certificates is that large.',
          evidence,
          fix: [
            {
              end: 'either',
              text: 'IKE fragmentation (RFC 7383) at both ends: swanctl.conf fragmentation = yes; ipsec.conf fragmentation=yes; Cisco ASA: crypto ikev2 fragmentation mtu 1280',
            },
            { end: 'path', text: 'let IP fragments pass; or ECDSA certificates, which are small' },
          ],
          refs: ['RFC 7383 §1'],
        }),
      ],
    };
  }
  if (v1) {
    const open = small.kind === 'answered' ? ` Excluded: a blocked UDP ${port}, which answers a question at once.` : '';
    const repeats = refusal.notify === MALFORMED || facts.ignored.some(({ reason }) => reason === PEER_REPEATS);
    const notRead = needsPresharedKey(target.tunnel) && repeats;
    if (small.kind === 'answered' && notRead) return unread(context, outcome, evidence, refusal);
    const findings = outcome.findings.map((finding) => ({
      ...finding,
      evidence: [...finding.evidence, ...evidence],
      cause: `${finding.cause}${open}`,
    }));
    return inAggressiveMode(context, { ...outcome, findings }, refusal);
  }
  const asked = target.tunnel.settings.askedId;
  return {
    ...outcome,
    text: `no answer to IKE_AUTH${size}, though the peer answers a new IKE_SA_INIT on the same port`,
    findings: outcome.findings.map((finding) => ({
      ...finding,
      evidence,
      cause: `${finding.cause} Small messages on the same way are answered${large?.kind === 'answered' ? ', and large ones that travel in fragments too' : ''}: the path is fine, and the peer itself says nothing to this IKE_AUTH${asked === undefined ? '' : ` (asked for ${identityFlag(asked)})`}.`,
    })),
  };
}
