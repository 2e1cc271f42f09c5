import type { Refusal } from '../../../engine/refusal.js';
import type { Finding, Fix } from '../../../model/finding.js';
import { challengeWords, noCipherFixes, refusedCredentialsWords, tlsAlertWords } from '../../../model/openvpn-words.js';
import { probeFinding } from '../../shared/finding.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeId } from '../probe-ids.js';
import { certificateWords, ownLineWords, unacceptedFixes } from './certificate-words.js';
import { ownCertificateFault } from './own-certificate.js';
import { pendingRefusal, pendingWords } from './pending.js';
import { askedAgain, type Diagnosis, otherHelloText, silence } from './timeout-words.js';

/** It said so, and gave no reason. */
const LEFT: Refusal = { code: 'left', by: 'peer', exchange: 'session', text: 'the peer said that it leaves' };

const endingFix: Fix = { end: 'theirs', text: 'its log at that moment; systemctl status openvpn-server@NAME says since when it runs' };

/** How the other end takes a session down that was good. */
const endingWords = {
  restart: {
    cause:
      'It tells its clients to come again: it is being stopped or started anew, or somebody ended this session at its management interface (client-kill). A client does so by itself.',
    fix: [{ end: 'ours', text: 'the same probe once more' }, endingFix],
  },
  halt: {
    cause:
      'It tells this client to stop and not to come again by itself: somebody ended the session at its management interface (kill, client-kill with HALT), or a program there did.',
    fix: [endingFix],
  },
  left: {
    cause: 'It said goodbye: it was stopped, or restarted, while this went on.',
    fix: [{ end: 'ours', text: 'the same probe once more' }, endingFix],
  },
} as const;

/** The session ended, or did not get on in time: what that means. */
export function endedOutcome(id: ProbeId, context: ProbeContext): Outcome {
  const { facts, target } = context;
  const error = facts.errors.at(-1);
  const { ended } = facts;
  const said = ended?.refusal ?? (ended?.by === 'peer' ? LEFT : undefined);
  const refusal: Refusal = (said === undefined || said.code === 'timeout' ? pendingRefusal(facts) : undefined) ??
    said ?? {
      code: 'timeout',
      by: 'nobody',
      exchange: id,
      text: error === undefined ? 'the server says nothing more' : error.text,
    };
  const { code, surely, ...diagnosis } = diagnose(refusal, context);
  const details = [
    ...(refusal.ours === undefined ? [] : [`ours: ${refusal.ours}`]),
    ...(refusal.theirs === undefined ? [] : [`theirs: ${refusal.theirs}`]),
    ...(surely === true ? [] : guesses(refusal, context)),
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

/** What it may be, where nothing that was tried since says more. */
function guesses(refusal: Refusal, { facts }: ProbeContext): readonly string[] {
  if (facts.certificateTaken !== undefined) return [askedAgain(facts.certificateTaken)];
  if (facts.otherHello !== undefined) return [otherHelloText(facts.otherHello)];
  return refusal.suspected ?? [];
}

/** The server went silent, or sent an alert, where it judges our certificate, and that has a fault. */
function ourCertificate({ text }: Refusal, fault: Refusal, peer: string): Diagnosis {
  return {
    code: certificateWords[fault.code]?.code ?? 'openvpn/refused-after-tls',
    title: `${peer} does not take our certificate: ${fault.text}`,
    cause: `${text}. A server with the authority that we have would refuse it with VERIFY ERROR, which OpenVPN up to 2.6 says in its own log only.`,
    fix: [
      ...(fault.code === 'certificate-issuer-unknown'
        ? [
            {
              end: 'ours' as const,
              text: `${fault.theirs ?? 'its issuer'} into the file of cert, behind our certificate, or extra-certs FILE with it, if it stands between us and an authority of the server`,
            },
          ]
        : []),
      {
        end: 'ours',
        text: `${fault.code === 'certificate-issuer-unknown' ? 'or ' : ''}a new certificate from the authority of the server, valid, with extendedKeyUsage=clientAuth (easyrsa build-client-full)`,
      },
      { end: 'theirs', text: 'its log at that moment: VERIFY ERROR, VERIFY EKU ERROR' },
    ],
    refs: ['OpenVPN manual --remote-cert-tls', 'RFC 5280'],
    confidence: 0.9,
    surely: true,
  };
}

function diagnose(refusal: Refusal, context: ProbeContext): Diagnosis {
  const { code, text, by } = refusal;
  const peer = context.facts.address ?? context.target.host;
  const { spoken, behindGap } = context.facts;
  const judged = code === 'timeout' ? spoken && behindGap === 0 && refusal.exchange !== 'push' : by === 'peer' && /^tls-/.test(code);
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
      const { udp } = context.target.settings;
      const words = refusedCredentialsWords(refusal.theirs ?? '', udp.mode === 'tls' ? udp.credentials?.username : undefined);
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
    case 'pending':
      return {
        code: 'openvpn/challenge',
        title: `${peer}: ${text}`,
        ...pendingWords,
        refs: ['OpenVPN management interface: client-pending-auth'],
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
    case 'push-refused':
      return refusal.ours === undefined ? unsaid(refusal, peer) : ourFilter(refusal, refusal.ours, peer);
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
        fix: [
          { end: 'either', text: 'keepalive 10 60 at both ends; a NAT or firewall on the way that forgets UDP needs a shorter one' },
          { end: 'theirs', text: 'inactive goes, or is longer, if it has that: pings do not keep a tunnel up against it' },
        ],
        refs: ['OpenVPN manual --keepalive'],
      };
    case 'restart':
    case 'halt':
    case 'left':
      return {
        code: `probe/openvpn-${code}`,
        title: `${peer} ended the session: ${text}`,
        ...endingWords[code],
        refs: ['OpenVPN manual --explicit-exit-notify'],
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
      return unsaid(refusal, peer);
  }
}

/** Nothing is known of it but what was said. */
function unsaid({ code, by, text }: Refusal, peer: string): Diagnosis {
  return {
    code: `probe/openvpn-${code}`,
    title: `${peer}: ${text}`,
    cause: `${by === 'peer' ? 'The peer ended it' : by === 'us' ? 'We ended it' : 'No answer came'}: ${text}.`,
    fix: [{ end: 'theirs', text: 'its log at that moment: journalctl -u openvpn-server@NAME' }],
    refs: [],
  };
}

/** Our own line does not put up with what is pushed. @param line with its place */
function ourFilter({ code, text, theirs = '' }: Refusal, line: string, peer: string): Diagnosis {
  return {
    code: `probe/openvpn-${code}`,
    title: `${peer} pushes ${theirs}, which our configuration rejects`,
    cause: `${text}. A client with this line says "Pushed option rejected by filter" and begins anew, over and over.`,
    fix: [
      {
        end: 'ours',
        text: `${line} goes; or pull-filter accept "${theirs}" in front of it (the first that fits counts); or ignore in place of reject, to go without what it names`,
      },
      { end: 'theirs', text: `or the server no longer pushes ${theirs}` },
    ],
    refs: ['OpenVPN manual --pull-filter'],
    confidence: 0.97,
  };
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
