import { EnvironmentError } from '../../../bytes/errors.js';
import { findRoute } from '../../shared/find-route.js';
import { probeFinding } from '../../shared/finding.js';
import type { Outcome } from '../../shared/probe.js';
import { resolveHost } from '../../shared/resolve-host.js';
import type { ProbeContext } from '../probe.js';
import type { Remote } from '../target.js';
import { remoteText } from './remote-text.js';
import { whySilent } from './silence.js';

/** The first of the remotes whose name resolves; the outcome of the last one where none does. */
export async function firstResolved(context: ProbeContext): Promise<Outcome> {
  const { target, facts } = context;
  let outcome: Outcome | undefined;
  for (const remote of target.remotes) {
    outcome = await resolveRemote(context, remote);
    if (outcome.status !== 'fail') return { ...outcome, details: triedLines(context) };
    facts.tried.push({ remote, why: outcome.text });
  }
  return { ...(outcome ?? { status: 'fail', text: 'there is no remote' }), details: triedLines(context) };
}

/** Opens a socket to the remote in use, else to the next that lets us. */
export async function openRemote(context: ProbeContext): Promise<Outcome> {
  const { facts } = context;
  for (;;) {
    const { remote, address, source } = facts;
    if (remote === undefined || address === undefined || source === undefined) return { status: 'fail', text: 'there is no remote' };
    const begun = context.link.now();
    try {
      await context.link.open(remote, address, source);
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      facts.tried.push({ remote, why: error.message });
      if (await nextRemote(context)) continue;
      // The server may have the other protocol.
      const { findings } = await whySilent(context);
      const [first] = findings;
      return first === undefined ? refusedSocket(context, remote, error) : { status: 'fail', text: first.title, findings };
    }
    const { protocol, port } = remote;
    const text =
      protocol === 'tcp'
        ? `connected to TCP ${port} of ${address} in ${(context.link.now() - begun).toFixed(1)} ms`
        : `UDP ${context.link.path?.local.port} to ${port} of ${address}`;
    return { status: 'pass', text, details: triedLines(context) };
  }
}

/** Goes on with the next remote that resolves and can be reached; false when there is none. */
export async function nextRemote(context: ProbeContext): Promise<boolean> {
  const { target, facts, link } = context;
  const at = facts.remote === undefined ? -1 : target.remotes.indexOf(facts.remote);
  for (const remote of target.remotes.slice(at + 1)) {
    const resolved = await resolveRemote(context, remote);
    const routed = resolved.status === 'fail' ? resolved : await findRoute(target, facts, link);
    if (routed.status !== 'fail') {
      facts.beginAgain();
      return true;
    }
    facts.tried.push({ remote, why: routed.text });
  }
  return false;
}

/** What was tried before the remote in use. */
export function triedLines({ facts }: { readonly facts: Pick<ProbeContext['facts'], 'tried'> }): readonly string[] {
  return facts.tried.map(({ remote, why }) => `${remoteText(remote)}: ${why}`);
}

async function resolveRemote({ target, facts, link }: ProbeContext, remote: Remote): Promise<Outcome> {
  const family = remote.family ?? target.family;
  facts.remote = remote;
  const familyBy = remote.family === undefined ? {} : { familyBy: `proto ${remote.protocol}${remote.family}` };
  const asked = target.asked === undefined ? {} : { asked: target.asked };
  return resolveHost({ host: remote.host, ...asked, ...(family === undefined ? {} : { family }), ...familyBy }, facts, link);
}

function refusedSocket({ target, facts }: ProbeContext, { protocol, port }: Remote, error: EnvironmentError): Outcome {
  const refused = /refuses/.test(error.message);
  const address = facts.address ?? target.host;
  const finding = probeFinding(target, facts, {
    slug: protocol === 'tcp' ? (refused ? 'tcp-refused' : 'tcp-unreachable') : 'no-socket',
    severity: 'error',
    confidence: 0.95,
    title: error.message,
    cause: refused
      ? `${address} is up and has nobody on TCP ${port}: OpenVPN is not running there, listens elsewhere, or has proto udp.`
      : 'No connection comes about, so that nothing of OpenVPN can be said.',
    evidence: [{ text: `step socket: ${error.message}` }],
    fix: [
      { end: 'theirs', text: `ss -ltnp 'sport = :${port}' shows whether anything listens; proto tcp-server in its configuration` },
      { end: 'ours', text: 'the port and proto of remote: most servers have udp 1194' },
    ],
    refs: [],
  });
  return { status: 'fail', text: error.message, findings: [finding] };
}
