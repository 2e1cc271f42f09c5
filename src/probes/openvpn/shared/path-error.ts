import type { OpenvpnSettings } from '../../../engine/openvpn/settings.js';
import type { Finding } from '../../../model/finding.js';
import type { FaultWords } from '../../../model/openvpn-words.js';
import type { OpenvpnArrival } from '../../../transport/openvpn/sockets.js';
import { probeFinding } from '../../shared/finding.js';
import { isFinalPathError, pathErrorFinding, pathErrorText } from '../../shared/path-error.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeTarget, Remote } from '../target.js';
import type { ProbeFacts } from './probe-facts.js';

type PathError = Extract<OpenvpnArrival, { kind: 'error' }>;

/** Errors that mean: no use to wait for an answer. */
export function isFinal(error: PathError): boolean {
  return isFinalPathError(error) || /closed the TCP connection|TCP connection was reset/.test(error.text);
}

/** A connection of TCP that somebody broke off, us unheard. */
export function isReset(error: PathError): boolean {
  return /TCP connection was reset/.test(error.text);
}

/** Of the ciphers that we have, OpenSSL 3 keeps these in its legacy provider. */
const LEGACY_CIPHERS: readonly string[] = ['BF-CBC', 'CAST5-CBC', 'DES-CBC'];

/** Why a peer with our cipher may not run at all: two ends with a static key have the same one written down, or both none. */
function unstartable({ mode, cipher }: OpenvpnSettings): string {
  if (mode !== 'static' || cipher === undefined || !LEGACY_CIPHERS.includes(cipher.name)) return '';
  return ` With ${cipher.name}, which a static key has without cipher too, OpenVPN does not start on a host with OpenSSL 3: "Cipher ${cipher.name} not supported", unless it has providers legacy default; cipher AES-256-CBC at both ends is what it takes.`;
}

/** An ICMP message, or the end of a TCP connection, that says why nothing gets there, judged. */
export function pathErrorOutcome(error: PathError, remote: Remote, target: ProbeTarget, facts: ProbeFacts): Outcome {
  const { port, protocol } = remote;
  const finding = isFinalPathError(error)
    ? pathErrorFinding(
        error,
        {
          step: target.settings[protocol].mode === 'static' ? 'data' : 'reset',
          what: `${protocol.toUpperCase()} ${port}`,
          daemon: 'OpenVPN',
          nobody: `The daemon is not running, listens on another address or port, or has proto ${protocol === 'udp' ? 'tcp' : 'udp'}.${unstartable(target.settings[protocol])}`,
          listen: [
            {
              end: 'theirs',
              text: `ss -lunp 'sport = :${port}' shows whether anything listens; systemctl status 'openvpn*'; port and proto in its configuration`,
            },
            { end: 'ours', text: 'the port and proto of remote' },
          ],
          permit: [`${protocol.toUpperCase()} ${port}`, `${protocol} dport ${port}`],
        },
        target,
        facts,
      )
    : closedFinding(error, port, target, facts);
  return { status: 'fail', text: pathErrorText(error), findings: [finding] };
}

function closedFinding(error: PathError, port: number, target: ProbeTarget, facts: ProbeFacts): Finding {
  const address = facts.address ?? target.host;
  const what = isReset(error) ? `The TCP connection to ${address} is reset` : `${address} closes the TCP connection`;
  const step = facts.reset === undefined ? 'reset' : 'tls';
  return probeFinding(target, facts, {
    slug: 'tcp-closed',
    severity: 'error',
    confidence: 0.8,
    title: `${what} on port ${port} ${facts.reset === undefined ? 'after our first packet' : 'as TLS begins'}`,
    evidence: [{ text: `step ${step}: TCP ${port}: ${pathErrorText(error)}` }],
    ...(facts.reset === undefined ? closedAtOnce : closedAtTls),
    refs: [],
  });
}

const closedAtOnce: FaultWords = {
  cause:
    'Whoever listens takes the connection and ends it as soon as OpenVPN speaks: a server whose tls-auth or tls-crypt does not know our packet, another program (a web server with port-share behind OpenVPN goes on instead), or a middlebox that looks for OpenVPN.',
  fix: [
    {
      end: 'theirs',
      text: 'its log at that moment: "cannot locate HMAC", "packet authentication failed", "Bad encapsulated packet length"',
    },
    { end: 'ours', text: 'the same tls-auth, tls-crypt or tls-crypt-v2 key as there; tls-crypt hides OpenVPN from middleboxes' },
  ],
};

const closedAtTls: FaultWords = {
  cause:
    'It answered our hard reset, so that it is OpenVPN, and what is around control packets fits. The connection is reset behind our ClientHello, as a middlebox does that looks for TLS or OpenVPN in it; or the server gave up there.',
  fix: [
    { end: 'theirs', text: 'its log at that moment: "Connection reset" alone is the middlebox, "TLS Error" the server' },
    { end: 'either', text: 'tls-crypt or tls-crypt-v2 at both ends hides TLS from middleboxes; UDP, or port 443' },
  ],
};
