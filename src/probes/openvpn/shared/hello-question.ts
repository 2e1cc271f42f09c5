import type { ProbeContext } from '../probe.js';
import type { ProbeFacts } from './probe-facts.js';

/** Milliseconds a question beside the session is given: a repetition fits in. */
const PATIENCE = 2500;
/** All that OpenSSL has, the old with it. */
const EVERYTHING = 'ALL:@SECLEVEL=0';

/**
 * A server of OpenVPN that has no TLS version, suite or group in common with us says nothing, nor does one that is full: so it is asked
 * again with all that we have. @returns undefined where that tells nothing: something of TLS came already
 */
export async function askOtherHello({ facts, link, target }: ProbeContext): Promise<ProbeFacts['otherHello']> {
  const { remote } = facts;
  const settings = remote === undefined ? undefined : target.settings[remote.protocol];
  if (remote === undefined || settings?.mode !== 'tls' || facts.reset === undefined || facts.spoken) return undefined;
  const { groups: _, ...tls } = settings.tls;
  const widest = { ...settings, tls: { ...tls, minVersion: 'TLSv1' as const, maxVersion: 'TLSv1.3' as const, ciphers: EVERYTHING } };
  const answer = await link.ask(remote, widest, PATIENCE, 'tls').catch(() => undefined);
  if (answer?.kind === 'silent') return answer.spoken ? 'answered' : 'silent';
  return answer?.kind === 'answered' ? 'answered' : undefined;
}
