import type { Fix } from '../model/finding.js';
import type { OpenvpnMessageFacts } from '../model/openvpn-session.js';
import { finding, type Rule } from './rule.js';
import { clientOf, further, recovery, retestOf, serverOf, stoppedAt } from './shared/openvpn.js';

/** F110, F115-F117: control packets go both ways and TLS does not come to its end. OpenVPN up to 2.6 sends no alert. */
export const rule: Rule = {
  code: 'openvpn/tls-failed',
  title: 'The TLS handshake does not come to its end',
  severity: 'error',
  refs: ['RFC 8446 §4.4.2', 'OpenVPN manual --hand-window', 'OpenVPN manual --tls-version-min'],
  dependsOn: [
    'openvpn/certificate-expired',
    'openvpn/certificate-usage',
    'openvpn/tls-alert',
    'openvpn/large-packets-lost',
    'openvpn/answers-lost',
  ],
  *evaluate(facts) {
    for (const found of stoppedAt(facts, 'hello-unanswered', 'tls-stopped')) {
      const { session, hit, subject, severity } = found;
      const tls = session.negotiations[0]?.tls;
      const content = new Set(
        session.messages.flatMap((message) => message.content.map((what) => `${message.fromClient ? 'client' : 'server'} ${what}`)),
      );
      const { title, cause } = reason(
        tls?.answered === true,
        tls?.offeredVersions ?? [],
        content,
        hit.kind === 'hello-unanswered',
        session.wrapping?.kind,
        isAcknowledged(session.messages),
      );
      const server = session.certificates.find(({ fromClient }) => !fromClient);
      const client = session.certificates.find(({ fromClient }) => fromClient);
      yield finding(rule, {
        severity,
        confidence: 0.8,
        subject,
        title: `${title.replace('CLIENT', clientOf(session)).replace('SERVER', serverOf(session))}${further(found)}`,
        cause: `${cause} OpenVPN up to 2.6 sends no TLS alert: it drops the session, and the reason stands in its log only.${recovery(found)}`,
        evidence: [
          { frame: hit.frame, text: session.stoppedAt ?? 'the last message of the handshake' },
          ...[server, client].flatMap((certificate) =>
            certificate === undefined
              ? []
              : [
                  {
                    frame: certificate.frame,
                    field: 'Certificate',
                    text: `${certificate.fromClient ? 'client' : 'server'}: ${certificate.subject}, by ${certificate.issuer}`,
                  },
                ],
          ),
        ],
        fix: [
          ...(hit.kind === 'hello-unanswered' ? [BEHIND_HELLO] : []),
          {
            end: 'ours',
            text: `look in the log of the client for "VERIFY ERROR", "VERIFY EKU ERROR", "VERIFY X509NAME", "OpenSSL: error"; check that its ca file holds the issuer${server === undefined ? '' : ` "${server.issuer}"`}`,
          },
          {
            end: 'theirs',
            text: `the same in the log of the server; its ca file must hold the issuer of the client certificate${client === undefined ? '' : ` "${client.issuer}"`}`,
          },
          {
            end: 'either',
            text: 'tls-version-min, tls-version-max, tls-cipher and tls-ciphersuites: one version and one suite must be allowed at both ends',
          },
        ],
        retest: retestOf(session),
      });
    }
  },
};

const BEHIND_HELLO: Fix = {
  end: 'theirs',
  text: 'its log at that moment: "no TLS ciphersuites in common", "Unsupported protocol", "no suitable key share", "maximum number of clients", "--connect-freq"',
};

/** Whether anything of the server came behind the ClientHello. */
function isAcknowledged(messages: readonly OpenvpnMessageFacts[]): boolean {
  const hello = messages.findIndex(({ fromClient, content }) => fromClient && content.includes('ClientHello'));
  return hello !== -1 && messages.slice(hello).some(({ fromClient }) => !fromClient);
}

/** What stands last says who did not go on. */
function reason(
  answered: boolean,
  versions: readonly string[],
  content: ReadonlySet<string>,
  hello: boolean,
  wrapping: string | undefined,
  acknowledged: boolean,
): { title: string; cause: string } {
  if (hello) {
    return {
      title: `SERVER does not answer the ClientHello${versions.length === 0 ? '' : ` (${versions.join(', ')} offered)`}`,
      cause: `The server ${acknowledged ? 'acknowledges the packet and says nothing' : 'answered the hard reset, as since 2.6 it does to everybody, and nothing follows'}: no TLS version, cipher suite or group in common, no room for another client (max-clients, connect-freq), a server certificate or key that it cannot use, or its process hangs.`,
    };
  }
  if (!answered) {
    return {
      title: `The control channel between CLIENT and SERVER stops before any data${wrapping === undefined || wrapping === 'none' ? '' : ` (encrypted by ${wrapping})`}`,
      cause: 'Packets go both ways, and the handshake inside cannot be read. Most often one end refuses the certificate of the other.',
    };
  }
  if (content.has('client Certificate') || content.has('client ClientKeyExchange') || content.has('client encrypted')) {
    return {
      title: 'SERVER drops the handshake after the certificate of the client',
      cause:
        'The client has accepted the server and shown its certificate; the server does not go on: unknown issuer, expired or revoked certificate, wrong usage, or a name that it does not allow; with TLS 1.3 also user name and password that it asks for and did not get.',
    };
  }
  return {
    title: 'CLIENT drops the handshake after the certificate of the server',
    cause:
      'The server has sent its hello and its certificate; the client does not go on: its ca file does not hold the issuer, the certificate is expired, is none of a server (remote-cert-tls), or has another name (verify-x509-name).',
  };
}
