import type { ProbeContext } from '../probe.js';
import { ownCertificateFault } from './own-certificate.js';

/** Milliseconds a question beside the session is given: a repetition fits in. */
const PATIENCE = 2500;

/**
 * A server of OpenVPN that falls silent behind TLS 1.3 does not take our certificate, or wants a password: it judges the certificate last
 * there, and with TLS 1.2 first. So it is asked again with TLS 1.2.
 * @returns whether the certificate is taken; undefined where that cannot be told
 */
export async function isCertificateTaken(context: ProbeContext): Promise<boolean | undefined> {
  const { facts, link, target } = context;
  const { remote, tls } = facts;
  const settings = remote === undefined ? undefined : target.settings[remote.protocol];
  if (remote === undefined || settings?.mode !== 'tls' || tls?.version !== 'TLSv1.3') return undefined;
  if (settings.tls.certificates.length === 0 || settings.tls.minVersion === 'TLSv1.3') return undefined;
  // What is wrong with it is known already.
  if (ownCertificateFault(context) !== undefined) return undefined;
  const older = { ...settings, tls: { ...settings.tls, maxVersion: 'TLSv1.2' as const } };
  const answer = await link.ask(remote, older, PATIENCE, 'tls').catch(() => undefined);
  if (answer?.kind === 'answered') return true;
  return answer?.kind === 'silent' && answer.spoken ? false : undefined;
}
