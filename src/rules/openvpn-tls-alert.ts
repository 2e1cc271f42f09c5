import { finding, type Rule } from './rule.js';
import { clientOf, further, openvpnCases, recovery, retestOf, serverOf } from './shared/openvpn.js';

/** What to do about an alert, by its name (RFC 8446 §6.2); `own`: the end that must change something is the one that got it. */
const WORDS: Readonly<Record<string, { readonly cause: string; readonly fix: string }>> = {
  handshake_failure: {
    cause: 'no cipher suite, group or signature in common',
    fix: 'allow one suite at both ends: tls-cipher (TLS 1.2), tls-ciphersuites (TLS 1.3), tls-groups',
  },
  protocol_version: {
    cause: 'no TLS version in common',
    fix: 'tls-version-min and tls-version-max: one version must be allowed at both ends',
  },
  insufficient_security: {
    cause: 'suites or keys offered are too weak for the other end',
    fix: 'stronger tls-cipher, keys of 2048 bits or more',
  },
  unknown_ca: {
    cause: 'the certificate is not signed by a CA that the other end knows',
    fix: 'put the issuing CA into the ca file of the end that complains, or send the chain with cert',
  },
  certificate_expired: {
    cause: 'the certificate has expired, or the clock of the end that complains is wrong',
    fix: 'issue the certificate anew; check date at both ends',
  },
  certificate_revoked: {
    cause: 'the certificate is on the revocation list',
    fix: 'issue a new certificate, or correct the list of crl-verify',
  },
  bad_certificate: { cause: 'the certificate cannot be verified', fix: 'openssl verify -CAfile ca.crt peer.crt at the end that complains' },
  unsupported_certificate: {
    cause: 'the usage or type of the certificate does not fit',
    fix: 'extended key usage serverAuth for servers, clientAuth for clients',
  },
  certificate_unknown: {
    cause: 'the certificate was refused for a reason that the alert does not tell',
    fix: 'look for VERIFY ERROR in the log of the end that complains',
  },
  certificate_required: {
    cause: 'the client showed no certificate',
    fix: 'cert and key at the client, or verify-client-cert none at the server',
  },
  decrypt_error: {
    cause: 'a signature does not fit: key and certificate do not belong together, or the stream was changed',
    fix: 'compare openssl x509 -pubkey and openssl pkey -pubout',
  },
};

/** F110, F115: one end says in TLS why it gives up. */
export const rule: Rule = {
  code: 'openvpn/tls-alert',
  title: 'One end ends the TLS handshake with an alert',
  severity: 'error',
  refs: ['RFC 8446 §6.2', 'RFC 5246 §7.2.2'],
  dependsOn: ['openvpn/certificate-expired'],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ alerts, outcome }) =>
      outcome === 'established' ? undefined : alerts.find(({ level }) => level === 'fatal'),
    )) {
      const { session, hit, subject, severity } = found;
      const [from, to] = hit.fromClient ? [clientOf(session), serverOf(session)] : [serverOf(session), clientOf(session)];
      const words = WORDS[hit.name] ?? {
        cause: 'see RFC 8446 §6.2 for this alert',
        fix: 'look in the log of both ends for "TLS Error" and "OpenSSL: error"',
      };
      yield finding(rule, {
        severity,
        confidence: 0.95,
        subject,
        title: `${from} ends TLS with the alert ${hit.name}${further(found)}`,
        cause: `It was sent to ${to}: ${words.cause}.${recovery(found)}`,
        evidence: [{ frame: hit.frame, field: 'TLS alert', text: `fatal ${hit.name} of the ${hit.fromClient ? 'client' : 'server'}` }],
        fix: [{ end: 'either', text: words.fix }],
        retest: retestOf(session),
      });
    }
  },
};
