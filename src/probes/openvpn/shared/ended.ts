import { canVerify } from '../../../engine/openvpn/peer-certificate.js';
import type { Refusal } from '../../../engine/refusal.js';
import type { Finding, Fix } from '../../../model/finding.js';
import { challengeWords, noCipherFixes, refusedCredentialsWords, tlsAlertWords } from '../../../model/openvpn-words.js';
import { probeFinding } from '../../shared/finding.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeId } from '../probe-ids.js';
import { certificateWords, ownLineWords, unacceptedFixes } from './certificate-words.js';
import { ownCertificateFault } from './own-certificate.js';
import { TO_VERIFY_WITH } from './unverified-server.js';

interface Diagnosis {
  /** `openvpn/auth-failed`, as rules have it; `probe/…` where no capture could tell. */
  readonly code: string;
  readonly title: string;
  readonly cause: string;
  readonly fix: readonly Fix[];
  readonly refs: readonly string[];
  readonly confidence?: number;
}

/** The session ended, or did not get on in time: what that means. */
export function endedOutcome(id: ProbeId, context: ProbeContext): Outcome {
  const { facts, target } = context;
  const error = facts.errors.at(-1);
  const refusal: Refusal = facts.ended?.refusal ?? {
    code: 'timeout',
    by: 'nobody',
    exchange: id,
    text: error === undefined ? 'the server says nothing more' : error.text,
  };
  const { code, ...diagnosis } = diagnose(refusal, context);
  const details = [
    ...(refusal.ours === undefined ? [] : [`ours: ${refusal.ours}`]),
    ...(refusal.theirs === undefined ? [] : [`theirs: ${refusal.theirs}`]),
    ...(facts.certificateTaken === undefined ? (refusal.suspected ?? []) : [askedAgain(facts.certificateTaken)]),
  ];
  const finding: Finding = {
    ...probeFinding(target, facts, {
      slug: code,
      severity: 'error',
      confidence: diagnosis.confidence ?? 0.9,
      title: diagnosis.title,
      cause: diagnosis.cause,
      evidence: [{ text: `step ${id}: ${refusal.text}` }, ...details.map((text) => ({ text }))],
      fix: diagnosis.fix,
      refs: diagnosis.refs,
    }),
    code,
  };
  return { status: 'fail', text: refusal.text, details, findings: [finding] };
}

/** The server went silent, or sent an alert, where it judges our certificate, and that has a fault. */
function ourCertificate({ text }: Refusal, fault: Refusal, peer: string): Diagnosis {
  return {
    code: certificateWords[fault.code]?.code ?? 'openvpn/refused-after-tls',
    title: `${peer} does not take our certificate: ${fault.text}`,
    cause: `${text}. A server with the authority that we have would refuse it with VERIFY ERROR, which OpenVPN up to 2.6 says in its own log only.`,
    fix: [
      {
        end: 'ours',
        text: 'a new certificate from the authority of the server, valid, with extendedKeyUsage=clientAuth (easyrsa build-client-full)',
      },
      { end: 'theirs', text: 'its log at that moment: VERIFY ERROR, VERIFY EKU ERROR' },
    ],
    refs: ['OpenVPN manual --remote-cert-tls', 'RFC 5280'],
    confidence: 0.9,
  };
}

function diagnose(refusal: Refusal, context: ProbeContext): Diagnosis {
  const { code, text, by } = refusal;
  const peer = context.facts.address ?? context.target.host;
  const judged = code === 'timeout' ? refusal.exchange !== 'reset' && refusal.exchange !== 'push' : by === 'peer' && /^tls-/.test(code);
  const fault = judged ? ownCertificateFault(context) : undefined;
  if (fault !== undefined) return ourCertificate(refusal, fault, peer);
  if (code.startsWith('tls-alert-')) return alert(refusal, peer, code.slice('tls-alert-'.length).replaceAll('-', '_'));
  const certificate = certificateWords[code];
  if (certificate !== undefined)
    return {
      code: certificate.code,
      title: `The certificate of ${peer}: ${text}`,
      cause: certificate.cause,
      fix: certificate.fix,
      ...ownLineWords(refusal),
      refs: ['OpenVPN manual --remote-cert-tls', 'RFC 5280'],
      confidence: 0.95,
    };
  if (code.startsWith('certificate-'))
    return {
      code: `probe/openvpn-${code}`,
      title: `The certificate of ${peer} is not accepted: ${text}`,
      cause: `A client with the same ca, crl-verify and checks would end the handshake here with VERIFY ERROR: ${text}.`,
      fix: unacceptedFixes(refusal),
      refs: ['RFC 5280 §6'],
      confidence: 0.95,
    };
  switch (code) {
    case 'auth-failed': {
      const words = refusedCredentialsWords(refusal.theirs ?? '');
      return {
        code: 'openvpn/auth-failed',
        title: `${peer} refuses us: ${text}`,
        ...words,
        refs: ['OpenVPN manual --auth-user-pass'],
        confidence: 0.97,
      };
    }
    case 'challenge':
      return {
        code: 'openvpn/challenge',
        title: `${peer} asks for a second factor${refusal.theirs === undefined ? '' : `: "${refusal.theirs}"`}`,
        ...challengeWords,
        refs: ['OpenVPN manual --static-challenge', 'OpenVPN manual --auth-retry'],
        confidence: 0.97,
      };
    case 'no-common-cipher': {
      const settings = context.target.settings.udp;
      const offered = settings.mode === 'tls' ? settings.dataCiphers.map(({ name }) => name).join(':') : undefined;
      return {
        code: 'openvpn/cipher-mismatch',
        title: `${peer} and we have no data channel cipher in common${offered === undefined ? '' : `: we offer ${offered}`}`,
        cause: `${text}.`,
        fix: noCipherFixes(
          offered,
          refusal.by === 'us' && refusal.theirs !== undefined && !refusal.theirs.includes(':') ? refusal.theirs : undefined,
        ),
        refs: ['OpenVPN manual --data-ciphers'],
        confidence: 0.97,
      };
    }
    case 'timeout':
      return silence(refusal, context, peer);
    case 'tls-failed':
      return {
        code: 'openvpn/tls-failed',
        title: `TLS with ${peer} fails: ${text}`,
        cause: `Our TLS stack gave up: ${refusal.ours ?? text}. Versions, suites or keys of the two ends do not meet.`,
        fix: [
          {
            end: 'either',
            text: 'tls-version-min, tls-version-max, tls-cipher and tls-ciphersuites: one version and one suite must be allowed at both ends',
          },
          { end: 'theirs', text: 'its log at that moment: "TLS Error", "OpenSSL: error"' },
        ],
        refs: ['OpenVPN manual --tls-version-min'],
      };
    case 'ping-timeout':
      return {
        code: 'openvpn/ping-restart',
        title: `${peer} fell silent`,
        cause: `${text}. OpenVPN would say "Inactivity timeout (--ping-restart), restarting" and begin anew.`,
        fix: [{ end: 'either', text: 'keepalive 10 60 at both ends; a NAT or firewall on the way that forgets UDP needs a shorter one' }],
        refs: ['OpenVPN manual --keepalive'],
      };
    case 'tls-closed':
      return {
        code: 'openvpn/refused-after-tls',
        title: `${peer} closes the session right behind TLS`,
        cause: `${text}: it does not like what it learnt of us there, as a rule our certificate (its log has VERIFY ERROR), or a user it does not let in.`,
        fix: [{ end: 'theirs', text: 'its log at that moment: VERIFY ERROR, AUTH, client-connect' }],
        refs: [],
      };
    default:
      return {
        code: `probe/openvpn-${code}`,
        title: `${peer}: ${text}`,
        cause: `${by === 'peer' ? 'The peer ended it' : by === 'us' ? 'We ended it' : 'No answer came'}: ${text}.`,
        fix: [{ end: 'theirs', text: 'its log at that moment: journalctl -u openvpn-server@NAME' }],
        refs: [],
      };
  }
}

function alert({ by, text }: Refusal, peer: string, name: string): Diagnosis {
  const words = tlsAlertWords(name);
  const [from, to] = by === 'peer' ? [peer, 'us'] : ['We', peer];
  return {
    code: 'openvpn/tls-alert',
    title: `${from} ${by === 'peer' ? 'ends' : 'end'} TLS with the alert ${name}`,
    cause: `It was sent to ${to}: ${words.cause} (${text}).`,
    fix: [{ end: 'either', text: words.fix }],
    refs: ['RFC 8446 §6.2'],
    confidence: 0.95,
  };
}

function askedAgain(taken: boolean): string {
  return taken
    ? 'asked again with TLS 1.2, which judges certificates first: TLS came through, so the server takes ours'
    : 'asked again with TLS 1.2, which judges certificates first: the server fell silent behind ours';
}

/** What silence behind TLS 1.3 means, where the same was tried with TLS 1.2. */
function judged(taken: boolean, named: boolean, peer: string, text: string): Diagnosis {
  if (!taken)
    return {
      code: 'openvpn/refused-after-tls',
      title: `${peer} does not take our certificate: it falls silent where it judges it`,
      cause: `${text}; ${askedAgain(false)}. It is of another authority than the server has in its ca, revoked, of the wrong usage, or bears another name than the server wants; or the server's list of crl-verify has run out (easy-rsa makes them for 180 days), and then it takes nobody's. OpenVPN up to 2.6 says so in its own log only.`,
      fix: [
        {
          end: 'theirs',
          text: 'its log at that moment: "VERIFY ERROR" with the reason; "CRL has expired": easyrsa gen-crl, and the new pki/crl.pem where crl-verify has it',
        },
        { end: 'ours', text: 'a certificate of the CA that the server has in its ca, not revoked, with clientAuth' },
      ],
      refs: ['OpenVPN manual --crl-verify', 'OpenVPN manual --verify-client-cert'],
      confidence: 0.85,
    };
  return {
    code: 'openvpn/refused-after-tls',
    title: named ? `${peer} goes no further behind TLS: ${text}` : `${peer} wants a user name and a password, and we sent none`,
    cause: `${text}; ${askedAgain(true)}. ${named ? 'What it does not like is in our first message: a cipher or digest among our options, or a program of the server that takes its time with user and password.' : 'A server with auth-user-pass-verify or a plugin ends a session without them in silence.'}`,
    fix: [
      ...(named ? [] : [{ end: 'ours' as const, text: 'auth-user-pass FILE with the two lines, here --auth-user-pass FILE' }]),
      { end: 'theirs', text: 'its log at that moment: "Auth Username/Password was not provided by peer", "TLS Auth Error", "TLS Error"' },
    ],
    refs: ['OpenVPN manual --auth-user-pass', 'OpenVPN manual --auth-user-pass-verify'],
    confidence: named ? 0.7 : 0.9,
  };
}

/** OpenVPN up to 2.6 drops a session whose certificate it does not like without an alert: how far it got says what it was. */
function silence({ text, exchange }: Refusal, { facts, target }: ProbeContext, peer: string): Diagnosis {
  const settings = target.settings.udp;
  const shown = settings.mode === 'tls' && settings.tls.certificates.length > 0;
  const named = settings.mode === 'tls' && settings.credentials !== undefined;
  const keptBack = settings.mode === 'tls' && !canVerify(settings.tls.peer);
  if (exchange === 'key method 2' && facts.tls?.version === 'TLSv1.2') {
    return {
      code: 'openvpn/refused-after-tls',
      title: `${peer} does not answer key method 2: ${text}`,
      cause: `With TLS 1.2 the server has judged our certificate before TLS was through, so that it is something in our first message: a cipher or digest among our options that it does not have (SoftEther says nothing then)${named ? '' : ', or that it wants a user name and password, of which we gave none'}.`,
      fix: [
        { end: 'ours', text: 'cipher and data-ciphers with what it has, AES-256-GCM or AES-128-CBC as a rule, and auth SHA1 or SHA256' },
        { end: 'theirs', text: 'its log at that moment' },
      ],
      refs: ['OpenVPN manual --data-ciphers'],
      confidence: 0.7,
    };
  }
  if (exchange === 'key method 2' && facts.certificateTaken !== undefined) return judged(facts.certificateTaken, named, peer, text);
  if (exchange === 'push' || exchange === 'key method 2' || facts.tls !== undefined) {
    return {
      code: 'openvpn/refused-after-tls',
      title: `${peer} goes no further behind TLS: ${text}`,
      cause: `TLS is through as far as we see, and nothing comes back in it. With TLS 1.3 the server judges our certificate last: one that it does not take (unknown CA, revoked, wrong usage, another name than it wants) ends it without an alert in OpenVPN up to 2.6, and so does any certificate where its list of crl-verify has run out (easy-rsa makes them for 180 days).${shown ? '' : ' We showed none.'}${named ? '' : ' Or it asks for a user name and password, of which we gave none.'}`,
      fix: [
        {
          end: 'theirs',
          text: 'look in its log for "VERIFY ERROR" ("CRL has expired": easyrsa gen-crl, and the new pki/crl.pem where crl-verify has it), "VERIFY EKU ERROR", "TLS Auth Error", "Auth Username/Password was not provided"',
        },
        {
          end: 'ours',
          text: shown ? 'a certificate of the CA that the server has in its ca, not revoked, with clientAuth' : '--cert and --key',
        },
      ],
      refs: ['OpenVPN manual --verify-client-cert'],
      confidence: 0.8,
    };
  }
  return {
    code: 'openvpn/tls-failed',
    title: `${peer} drops the TLS handshake: ${text}`,
    cause: `It answered our reset, so that port and wrapping are right. Nothing of TLS came to an end: no TLS version or suite in common, a certificate that one end refuses (OpenVPN up to 2.6 sends no TLS alert), or large packets that are lost on the way.${keptBack ? ' We showed no certificate, as nothing was given to check the server with: one that wants ours ends TLS 1.2 here.' : ''}`,
    fix: [
      ...(keptBack ? [{ end: 'ours' as const, text: `${TO_VERIFY_WITH}, beside --cert and --key` }] : []),
      { end: 'theirs', text: 'look in its log for "TLS Error", "VERIFY ERROR", "OpenSSL: error"' },
      {
        end: 'either',
        text: 'tls-version-min, tls-version-max, tls-cipher and tls-ciphersuites: one version and one suite must be allowed at both ends',
      },
      { end: 'path', text: 'let UDP of 1500 bytes and its fragments pass; max-packet-size 1200 makes control packets smaller' },
    ],
    refs: ['OpenVPN manual --tls-version-min'],
    confidence: 0.7,
  };
}
