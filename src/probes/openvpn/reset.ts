import { probeFinding } from '../shared/finding.js';
import type { Outcome } from '../shared/probe.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { isFinal, pathErrorOutcome } from './shared/path-error.js';
import { remoteText } from './shared/remote-text.js';
import { nextRemote, openRemote, triedLines } from './shared/remotes.js';
import { whySilent } from './shared/silence.js';

/** Whether the server answers our hard reset, which shows that the port is right and that tls-auth or tls-crypt fits. */
export const probe: Probe = {
  id: 'reset',
  title: 'hard reset and wrapping',
  after: ['socket'],
  plan: ({ settings }) => (settings.udp.mode === 'static' ? skips('a static key has no handshake') : applies),
  async run(context) {
    const { facts, target } = context;
    for (;;) {
      const last = target.remotes.at(-1) === facts.remote;
      const { outcome, silence } = await hear(context, last);
      if (outcome !== undefined) return outcome;
      const { remote } = facts;
      if (remote === undefined || context.link.signal.aborted) return { status: 'unreached', text: 'interrupted' };
      if (last) return withTried(await judgeSilence(context, silence), context);
      facts.tried.push({ remote, why: facts.errors.at(-1)?.text ?? 'no answer' });
      if (!(await nextRemote(context))) return withTried(await judgeSilence(context, silence), context);
      const opened = await openRemote(context);
      if (opened.status === 'fail') return withTried(opened, context);
    }
  },
};

/** Part of the patience after which silence is seldom slowness. */
const BEFORE_ASKING = 0.4;

type Silence = Awaited<ReturnType<typeof whySilent>>;

/** Waits for the answer. Of the last remote it is asked meanwhile what else could be wrong, and what is answered so ends the waiting. */
async function hear(context: ProbeContext, last: boolean): Promise<{ readonly outcome?: Outcome; readonly silence?: Silence }> {
  const { facts, link, target } = context;
  const over = () => facts.reset !== undefined || facts.ended !== undefined || facts.errors.some(isFinal);
  link.connect();
  await link.waitFor(over, last ? target.patience * BEFORE_ASKING : target.patience);
  if (over() || !last || link.signal.aborted) return optional(answered(context));
  const rest = link.waitFor(over, target.patience * (1 - BEFORE_ASKING));
  const asked = whySilent(context);
  await Promise.race([rest, asked.then(({ findings }) => (findings.length > 0 ? true : rest))]);
  return { ...optional(answered(context)), silence: await asked };
}

function optional(outcome: Outcome | undefined): { readonly outcome?: Outcome } {
  return outcome === undefined ? {} : { outcome };
}

/** Undefined: nothing came, or only an error. */
function answered({ facts }: ProbeContext): Outcome | undefined {
  const { reset } = facts;
  if (reset === undefined) return undefined;
  const milliseconds = reset.at - (facts.connectedAt ?? reset.at);
  const again = facts.retransmissions === 0 ? '' : `, after ${facts.retransmissions} repetition${facts.retransmissions === 1 ? '' : 's'}`;
  const tried = triedLines({ facts });
  return {
    status: 'pass',
    text: `answered in ${milliseconds.toFixed(1)} ms${again}; ${wrappingText(reset.wrapping)}`,
    details:
      tried.length === 0
        ? []
        : [`${facts.remote === undefined ? '' : remoteText(facts.remote)} after ${tried.length} other remotes`, ...tried],
    milliseconds,
  };
}

/** A failure is that of the last remote: why none of those before it was taken is said with it. */
function withTried(outcome: Outcome, context: ProbeContext): Outcome {
  const { remote } = context.facts;
  const before = triedLines({ facts: { tried: context.facts.tried.filter((one) => one.remote !== remote) } });
  if (before.length === 0) return outcome;
  const evidence = before.map((text) => ({ text: `step reset: ${text}` }));
  return {
    ...outcome,
    details: [...before, ...(outcome.details ?? [])],
    findings: (outcome.findings ?? []).map((finding) => ({ ...finding, evidence: [...finding.evidence, ...evidence] })),
  };
}

function wrappingText(wrapping: string): string {
  return wrapping === 'no wrapping' ? 'neither tls-auth nor tls-crypt' : `${wrapping} fits`;
}

async function judgeSilence(context: ProbeContext, silence?: Silence): Promise<Outcome> {
  const { facts, target, link } = context;
  const { remote } = facts;
  if (remote === undefined) return { status: 'fail', text: 'there is no remote' };
  const error = facts.errors.find(isFinal);
  const { findings, details } = silence ?? (await whySilent(context));
  if (error !== undefined && findings.length === 0) return pathErrorOutcome(error, remote, target, facts);
  const seconds = ((link.now() - (facts.connectedAt ?? link.now())) / 1000).toFixed(0);
  const unfit = facts.ignored.filter(({ code }) => code === 'wrapping').length;
  const text =
    unfit > 0
      ? `${unfit} answers that do not fit our ${wrappingName(context)}`
      : `no answer${details.length === 0 ? '' : ` in ${seconds} s`}`;
  const first = findings[0];
  if (first !== undefined) return { status: 'fail', text: first.title, details, findings };
  const kind = wrappingName(context);
  const finding = {
    ...probeFinding(target, facts, {
      slug: 'reset-unanswered',
      severity: 'error',
      confidence: 0.85,
      title: `${remoteText(remote)} answers no hard reset`,
      cause: `${
        unfit > 0
          ? `Packets came that the key of ${kind} does not fit: the server has another key.`
          : `No packet of the server came back and no ICMP error. Wrong address, port or protocol, a firewall or NAT on the way, no daemon, or a server that does not accept the control channel.`
      } ${
        kind === 'none'
          ? 'We use neither tls-auth nor tls-crypt: a server that has one of them drops our packets without a word.'
          : `We use ${kind}: a server with another key drops our packets without a word. Asked again with every other direction, digest and wrapping of this key file, and over the other protocol, nothing was answered either.`
      }`,
      evidence: [{ text: `step reset: ${text}` }, ...details.map((line) => ({ text: line }))],
      fix: [
        {
          end: 'theirs',
          text: `on the server: ss -l${remote.protocol === 'udp' ? 'u' : 't'}np 'sport = :${remote.port}' shows who listens; nft list ruleset shows what is let in`,
        },
        {
          end: 'theirs',
          text: 'look in its log for "TLS Error: incoming packet authentication failed", "cannot locate HMAC", "tls-crypt unwrapping failed": then keys or wrapping differ',
        },
        { end: 'ours', text: 'the same file in tls-auth, tls-crypt or tls-crypt-v2 as the server: compare with sha256sum' },
      ],
      dependsOn: ['probe/port-unreachable', 'probe/host-unreachable', 'probe/administratively-prohibited'],
      refs: ['OpenVPN manual --tls-auth', 'OpenVPN manual --connect-timeout'],
    }),
    code: 'openvpn/reset-unanswered',
  };
  return { status: 'fail', text, details, findings: [finding] };
}

function wrappingName({ facts, target }: ProbeContext): string {
  const settings = facts.remote === undefined ? undefined : target.settings[facts.remote.protocol];
  return settings?.mode === 'tls' ? settings.wrapping.kind.replace('-client', '') : 'none';
}
