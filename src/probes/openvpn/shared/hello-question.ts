import type { ProbeContext } from '../probe.js';
import type { SideAnswer } from './link.js';
import type { ProbeFacts } from './probe-facts.js';

/** Milliseconds a question beside the session is given: a repetition fits in. */
const PATIENCE = 2500;
/** All that OpenSSL has, the old with it. */
const EVERYTHING = 'ALL:@SECLEVEL=0';

/**
 * A server of OpenVPN that has no TLS version, suite or group in common with us says nothing, nor does one that is full: so it is asked
 * again, with all that we have and as before. @returns undefined where that tells nothing: something of TLS came already
 */
export async function askOtherHello({ facts, link, target }: ProbeContext): Promise<ProbeFacts['otherHello']> {
  const { remote } = facts;
  const settings = remote === undefined ? undefined : target.settings[remote.protocol];
  if (remote === undefined || settings?.mode !== 'tls' || facts.reset === undefined || facts.spoken) return undefined;
  const { groups: _, ...tls } = settings.tls;
  const widest = { ...settings, tls: { ...tls, minVersion: 'TLSv1' as const, maxVersion: 'TLSv1.3' as const, ciphers: EVERYTHING } };
  // The same once more beside it: where that is answered, packets are lost on the way.
  const [same, other] = await Promise.all(
    [settings, widest].map((asking) => link.ask(remote, asking, PATIENCE, 'tls').catch(() => undefined)),
  );
  if (other === undefined || other.kind === 'error' || (same !== undefined && saidSomething(same))) return undefined;
  return saidSomething(other) ? 'answered' : 'silent';
}

function saidSomething(answer: SideAnswer): boolean {
  return answer.kind === 'answered' || (answer.kind === 'silent' && answer.spoken);
}
