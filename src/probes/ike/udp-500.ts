import { endpointText } from '../../model/endpoint-text.js';
import type { Finding } from '../../model/finding.js';
import { probeFinding } from '../shared/finding.js';
import { otherAddressFixes } from '../shared/other-addresses.js';
import { isFinalPathError, pathErrorText } from '../shared/path-error.js';
import { applies, type Outcome, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { begin } from './shared/begin.js';
import { acceptsIkev1, speaksIkev1 } from './shared/ikev1-question.js';
import { GROUP_UNKNOWN } from './shared/old-groups.js';
import { askIkev1, goOnInIkev1 } from './shared/other-version.js';
import { pathErrorOutcome } from './shared/path-error.js';
import type { ProbeFacts } from './shared/probe-facts.js';
import { otherWayOfIkev1, whySilentInIkev1 } from './shared/silent-ikev1.js';
import { leftOut, versionQuestion } from './shared/version-question.js';

/** Follow-up questions after silence wait that much of the patience: the peer had all of it already. */
const FOLLOW_UP = 0.4;

/** So long, in milliseconds, IKEv2 is waited for alone where the version was left open. */
const FIRST_VERSION = 2000;

/** Whether anything comes back from the port of IKE. The engine's first message is the question. */
export const probe: Probe = {
  id: 'udp-500',
  title: 'UDP 500',
  titleOf: ({ ports }) => `UDP ${ports.ike}`,
  after: ['route'],
  plan: ({ ports }) => (ports.tcp === undefined ? applies : skips(`IKE goes over TCP port ${ports.tcp}`)),
  async run(context) {
    const { target, facts, link } = context;
    const { patience } = target.patience;
    await begin(context, 'ike');
    const error = () => facts.errors.find((one) => one.path.channel === 'ike' && isFinalPathError(one));
    const told = () => facts.answeredAt !== undefined || facts.down !== undefined || error() !== undefined;
    if (target.ikev1Instead !== undefined && !(await link.waitFor(told, Math.min(patience, FIRST_VERSION)))) {
      const asked = await askIkev1(context, patience * FOLLOW_UP);
      if (speaksIkev1(asked) && !told() && goOnInIkev1(context)) {
        await link.waitFor(told, patience);
        if (facts.answeredAt !== undefined) return answered(context, '; IKEv2 is not answered, IKEv1 is: going on with that');
      }
    }
    await link.waitFor(told, patience - (link.now() - (facts.initiatedAt ?? 0)));
    if (facts.down?.refusal?.notify === GROUP_UNKNOWN && target.ikev1Instead !== undefined) {
      const asked = await askIkev1(context, patience * FOLLOW_UP);
      if (acceptsIkev1(asked) && goOnInIkev1(context)) {
        await link.waitFor(told, patience);
        return answered(context, `; IKEv2 was refused (${GROUP_UNKNOWN}, as Openswan does), IKEv1 is answered: going on with that`);
      }
    }
    if (facts.answeredAt !== undefined || facts.down?.refusal?.by === 'peer') return answered(context, '');
    const final = error();
    if (final === undefined) return silence(context);
    return (await unreachableAlone(context, final)) ?? pathErrorOutcome(final, target.ports.ike, target, facts);
  },
};

function answered({ facts, link }: ProbeContext, note: string): Outcome {
  const path = link.paths.ike;
  const again = facts.retransmissions === 0 ? '' : `, after ${facts.retransmissions + 1} sendings`;
  const at = facts.answeredAt ?? facts.down?.at ?? 0;
  return {
    status: facts.retransmissions === 0 ? 'pass' : 'warn',
    text: `answered by ${path === undefined ? facts.address : endpointText(path.remote)}${again}${note}`,
    milliseconds: at - (facts.initiatedAt ?? at),
  };
}

/** What a finding comes to in the line of the step. */
const NOTED: Readonly<Record<string, string>> = {
  'probe/ikev2-only': 'an IKE_SA_INIT of IKEv2 was answered',
  'probe/no-ikev1-connection': 'an IKE_SA_INIT of IKEv2 was refused',
  'probe/no-ike-proposal': 'a first message with other algorithms was answered',
  'probe/ikev1-other-method': 'a first message with another method or mode was answered',
};

/** ICMP says that the host cannot be reached, and it answers on the other port: the message is about this port, whatever it says. */
async function unreachableAlone(context: ProbeContext, error: ProbeFacts['errors'][number]): Promise<Outcome | undefined> {
  const { target, facts, link } = context;
  const { natt } = link.paths;
  if (error.reason !== 'host-unreachable' || natt === undefined) return undefined;
  const answer = await link.ask(natt, link.firstMessage(natt), target.patience.patience * FOLLOW_UP);
  if (answer.kind !== 'answered') return undefined;
  facts.side.set('4500', answer);
  const text = `answered with ICMP: ${pathErrorText(error)}`;
  return {
    status: 'fail',
    text: `${text}; UDP ${target.ports.natt} answers`,
    findings: [
      blocked(context, text, {
        title: `is answered with ICMP "${error.text}"`,
        cause: `host and daemon are there, and the ICMP message${error.from === undefined ? '' : ` of ${error.from}`} is for UDP ${target.ports.ike} alone: a filter rejects it with those words (nft reject with icmp host-unreachable), or what forwards it leads to a host that is not there.`,
      }),
    ],
  };
}

/** This port does not work, the other one does. */
function blocked(
  { target, facts }: ProbeContext,
  text: string,
  { title, cause }: { readonly title: string; readonly cause: string },
): Finding {
  const { ike, natt } = target.ports;
  return probeFinding(target, facts, {
    slug: 'udp-500-blocked',
    severity: 'error',
    confidence: 0.9,
    title: `UDP ${ike} to ${facts.address ?? target.host} ${title}, UDP ${natt} is open`,
    cause: `The same question got an answer on UDP ${natt}: ${cause}`,
    evidence: [{ text: `step udp-500: ${text}` }, { text: `IKE_SA_INIT on UDP ${natt} was answered` }],
    fix: [
      {
        end: 'path',
        text: `permit UDP ${ike} both ways and forward it where ${natt} is forwarded: nft add rule inet filter input udp dport { 500, 4500 } accept`,
      },
      {
        end: 'ours',
        text: 'until then begin on 4500: swanctl.conf remote_port = 4500; ipsec.conf ikeport=4500 (libreswan rightikeport=4500)',
      },
    ],
    refs: ['RFC 7296 §2.23'],
  });
}

/** No answer: asks on the other port, and in the other version. */
async function silence(context: ProbeContext): Promise<Outcome> {
  const { target, facts, link } = context;
  const { natt, ike } = link.paths;
  const patience = target.patience.patience * FOLLOW_UP;
  const v1 = target.tunnel.ikev1 !== undefined;
  const instead = target.ikev1Instead;
  const [other, third] = await Promise.all([
    instead === undefined ? undefined : otherWayOfIkev1(context, instead, [{ text: 'step udp-500: IKEv2 is not answered' }], patience),
    ike === undefined ? undefined : link.ask(ike, versionQuestion(link.random), patience),
    natt === undefined ? undefined : link.ask(natt, link.firstMessage(natt), patience).then((answer) => facts.side.set('4500', answer)),
    v1 || facts.side.has('v1') ? undefined : askIkev1(context, patience),
  ]);
  const sent = facts.sent.length + facts.retransmissions;
  const text = `no answer to ${sent} message${sent === 1 ? '' : 's'} within ${Math.round((link.now() - (facts.initiatedAt ?? 0)) / 100) / 10} s`;
  // It can take the neighbour's router, or this host, longer than one patience to say that nobody is there: the other port's step tells.
  const onNatt = facts.side.get('4500');
  if (onNatt?.kind === 'error' && onNatt.error.reason === 'host-unreachable') {
    return { status: 'fail', text: `${text}; then on UDP ${target.ports.natt}: ${pathErrorText(onNatt.error)}` };
  }
  const answers = (name: string) => facts.side.get(name)?.kind === 'answered';
  const address = facts.address ?? target.host;
  const evidence = [{ text: `step udp-500: ${text}` }];
  const known = v1 ? await whySilentInIkev1(context, evidence, patience) : speaksIkev1(facts.side.get('v1')) ? undefined : other;
  if (known !== undefined)
    return { status: 'fail', text: `${text}; ${NOTED[known.code] ?? 'other questions are answered'}`, findings: [known] };
  if (speaksIkev1(facts.side.get('v1'))) {
    return {
      status: 'fail',
      text: `${text}; a main mode message of IKEv1 was answered`,
      findings: [
        probeFinding(target, facts, {
          slug: 'ikev1-only',
          severity: 'error',
          confidence: 0.9,
          title: `${address} speaks IKEv1 and does not answer IKEv2`,
          cause:
            'IKE_SA_INIT of IKEv2 got no answer, the first message of IKEv1 main mode did: the peer, or its configuration for this address, is for IKEv1 only.',
          evidence: [...evidence, { text: 'a main mode message from the same port was answered' }],
          fix: [
            {
              end: 'theirs',
              text: 'allow IKEv2: swanctl.conf version = 2 (or 0 for both); ipsec.conf ikev2=insist (libreswan 4: ikev2=yes); Cisco ASA: crypto ikev2 enable outside, crypto map … set ikev2 ipsec-proposal …',
            },
            { end: 'ours', text: 'or use IKEv1 there: swanctl.conf version = 1; ipsec.conf ikev2=no. It is historic (RFC 9395)' },
          ],
          refs: ['RFC 9395'],
        }),
      ],
    };
  }
  const daemon = leftOut(context, third, text);
  if (daemon !== undefined) return { status: 'fail', text: `${text}; other questions are answered`, findings: [daemon] };
  if (answers('4500')) {
    return {
      status: 'fail',
      text: `${text}; UDP ${target.ports.natt} answers`,
      findings: [
        blocked(context, text, {
          title: 'is blocked',
          cause: `the daemon is there and willing. A filter or a missing port forwarding keeps UDP ${target.ports.ike} from it, in one direction or both; which, only a capture at the peer can tell.`,
        }),
      ],
    };
  }
  const asked = target.source;
  return {
    status: 'fail',
    text,
    findings: [
      probeFinding(target, facts, {
        slug: 'peer-silent',
        severity: 'error',
        confidence: 0.8,
        title: `${address} answers neither on UDP ${target.ports.ike} nor on UDP ${target.ports.natt}`,
        cause: `${asked === undefined ? '' : `It was sent from ${asked}, as asked for (--source): whether the peer has a way back to that address is the first question. `}No answer and no ICMP either: a firewall that drops without a word (of this host, on the way, or of the peer), a host that is down, or the wrong address. A daemon that runs answers even what it refuses; some (Cisco ASA, libreswan, Openswan) say nothing to addresses they have no configuration for, racoon nothing to whatever it does not take. From here these cannot be told apart.`,
        evidence: [...evidence, { text: 'an IKE_SA_INIT on the other port and a main mode message of IKEv1 were not answered either' }],
        fix: [
          {
            end: 'theirs',
            text: `does the question arrive? tcpdump -ni any host ${facts.source ?? 'this host'} and udp, while the probe runs`,
          },
          {
            end: 'path',
            text: `permit UDP ${target.ports.ike} and ${target.ports.natt} both ways: nft add rule inet filter input udp dport { 500, 4500 } accept`,
          },
          ...otherAddressFixes(target, facts),
          { end: 'ours', text: `ping ${address}; tracepath ${address}; vpndoctor verify --only firewall routing` },
        ],
        refs: [],
      }),
    ],
  };
}
