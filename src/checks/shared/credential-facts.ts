import type { HostFacts } from '../../host/host-facts.js';
import type { CheckLine } from '../check.js';
import { type Credential, readIpsecCredentials } from './credentials.js';
import { readTunnels, type Tunnels, unneeded } from './tunnels.js';

export interface CredentialFacts {
  readonly tunnels: Tunnels;
  readonly credentials: readonly Credential[];
  /** The host's clock when it was looked at. */
  readonly now: Date;
}

export async function readCredentialFacts(host: HostFacts): Promise<CredentialFacts> {
  const [tunnels, credentials] = await Promise.all([readTunnels(host), readIpsecCredentials(host)]);
  return { tunnels, credentials, now: host.host.now };
}

/** A line for each certificate of the ends asked for; connections that share a certificate share the line. */
export function judgeCredentials(
  { tunnels, credentials }: CredentialFacts,
  label: string,
  ends: readonly Credential['end'][],
  judge: (credential: Credential, label: string) => CheckLine,
): readonly CheckLine[] {
  const wanted = credentials.filter(({ end }) => ends.includes(end));
  if (wanted.length === 0) return [unneeded(label, tunnels, 'no connection with a certificate')];
  const lines = new Map<string, CheckLine>();
  for (const credential of wanted) {
    const line = judge(credential, `${label} of ${credential.subject}${credential.end === 'remote' ? ' (the other end)' : ''}`);
    const key = `${credential.path} ${line.status} ${line.detail}`;
    if (!lines.has(key)) lines.set(key, line);
  }
  return [...lines.values()];
}
