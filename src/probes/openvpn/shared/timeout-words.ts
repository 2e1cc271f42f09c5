import { canVerify } from '../../../engine/openvpn/peer-certificate.js';
import type { Refusal } from '../../../engine/refusal.js';
import type { Fix } from '../../../model/finding.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeFacts } from './probe-facts.js';
import { TO_VERIFY_WITH } from './unverified-server.js';

/** What a session that ended means. */
export interface Diagnosis {
  /** `openvpn/auth-failed`, as rules have it; `probe/…` where no capture could tell. */
  readonly code: string;
  readonly title: string;
  readonly cause: string;
  readonly fix: readonly Fix[];
  readonly refs: readonly string[];
  readonly confidence?: number;
  /** Seen from here: what the engine guessed besides is not shown. */
  readonly surely?: true;
}

/** What asking again with TLS 1.2 gave. */
export function askedAgain(taken: boolean): string {
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

/** Milliseconds that TLS takes at most where nothing is lost, and packets of ours that are sent again there. */
const SLOW = 1500;
const SELDOM_AGAIN = 2;

/** What was seen of the way itself comes before guesses about the server. */
function heldBack(
  { behindGap, certificateTaken, tls, reset, retransmissions }: ProbeFacts,
  peer: string,
  text: string,
): Diagnosis | undefined {
  if (tls === undefined && behindGap > 0)
    return {
      code: 'openvpn/large-packets-lost',
      title: `The first packet of TLS of ${peer} does not arrive, and ${behindGap === 1 ? 'a smaller one behind it does' : `${behindGap} behind it do`}`,
      cause: `${text}. The first packet of an answer with certificates is as large as the server makes them (1250 bytes and more as a rule). A link on the path is smaller, and the ICMP message that would say so, or the fragments, are filtered.`,
      fix: [
        { end: 'theirs', text: 'max-packet-size 1000 (2.6 and later) for the control channel, mssfix 1300 for data' },
        { end: 'path', text: 'let ICMP type 3 code 4 (IPv6: type 2) and fragments through' },
      ],
      refs: ['OpenVPN manual --max-packet-size', 'RFC 1191'],
      confidence: 0.85,
      surely: true,
    };
  const took = tls === undefined || reset === undefined ? 0 : tls.at - reset.at;
  if (took < SLOW || retransmissions < SELDOM_AGAIN || certificateTaken !== undefined) return undefined;
  return {
    code: 'probe/openvpn-packets-held-back',
    title: `Packets between us and ${peer} are lost or held back: ${text}`,
    cause: `TLS came through after ${(took / 1000).toFixed(1)} s, and ${retransmissions} of our packets had to be sent again. A firewall or NAT that lets few packets through in a second, a line that is full or loses many: what came of the server was good so far.`,
    fix: [
      { end: 'path', text: `ping ${peer} shows loss and delay; nft list ruleset at each firewall on the way: "limit rate"` },
      { end: 'ours', text: '--timeout 60 waits longer; hand-window 120 in the configuration of a client' },
    ],
    refs: ['OpenVPN manual --hand-window'],
    confidence: 0.8,
    surely: true,
  };
}

/** OpenVPN up to 2.6 drops a session whose certificate it does not like without an alert: how far it got says what it was. */
export function silence({ text, exchange }: Refusal, { facts, target }: ProbeContext, peer: string): Diagnosis {
  const settings = target.settings.udp;
  const shown = settings.mode === 'tls' && settings.tls.certificates.length > 0;
  const named = settings.mode === 'tls' && settings.credentials !== undefined;
  const keptBack = settings.mode === 'tls' && !canVerify(settings.tls.peer);
  const held = heldBack(facts, peer, text);
  if (held !== undefined) return held;
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
  return { code: 'openvpn/tls-failed', ...helloWords(text, peer, keptBack, facts) };
}

export function otherHelloText(other: NonNullable<ProbeFacts['otherHello']>): string {
  return `asked again with every TLS version, cipher suite and group that we have: ${other === 'answered' ? 'the server answers' : 'the server says nothing either'}`;
}

/** Nothing of TLS came back. */
function helloWords(
  text: string,
  peer: string,
  keptBack: boolean,
  { spoken, otherHello }: Pick<ProbeFacts, 'spoken' | 'otherHello'>,
): Omit<Diagnosis, 'code'> {
  const versions = {
    end: 'either',
    text: 'tls-version-min, tls-version-max, tls-cipher, tls-ciphersuites and tls-groups: one version, suite and group must be allowed at both ends',
  } as const;
  if (otherHello === 'answered')
    return {
      title: `${peer} and we have no TLS version, cipher suite or group in common`,
      cause: `${text}. Asked again with every version, suite and group that we have, it does: what our configuration allows is too narrow for it, or what its own allows for us. OpenVPN says so in its own log only.`,
      fix: [
        {
          end: 'ours',
          text: 'without tls-version-min, tls-version-max, tls-cipher, tls-ciphersuites and tls-groups, or wider ones; TLS 1.2 is the least since 2.6',
        },
        {
          end: 'theirs',
          text: 'or the same there; its log says which: "no TLS ciphersuites in common", "Unsupported protocol", "no suitable key share"',
        },
      ],
      refs: ['OpenVPN manual --tls-version-min', 'OpenVPN manual --tls-groups'],
      confidence: 0.95,
    };
  const alone = spoken
    ? ''
    : ' Nothing followed its answer to our reset, which OpenVPN since 2.6 gives to everybody, before it keeps anything of a client.';
  const full =
    otherHello === 'silent'
      ? 'Asked again with every version, suite and group that we have, it says nothing either: it takes no more clients (max-clients), or not so many in so short a time (connect-freq), it cannot use its own certificate, or packets are lost on the way'
      : 'No TLS version, suite or group in common, a certificate that one end refuses (OpenVPN up to 2.6 sends no TLS alert), a server that takes no more clients (max-clients) or not so many in so short a time (connect-freq), or large packets that are lost on the way';
  return {
    title: `${peer} drops the TLS handshake: ${text}`,
    cause: `It answered our reset, so that port and wrapping are right.${alone} ${full}.${keptBack ? ' We showed no certificate, as nothing was given to check the server with: one that wants ours ends TLS 1.2 here.' : ''}`,
    fix: [
      ...(keptBack ? [{ end: 'ours' as const, text: `${TO_VERIFY_WITH}, beside --cert and --key` }] : []),
      {
        end: 'theirs',
        text: 'look in its log for "maximum number of clients", "--connect-freq", "TLS Error", "VERIFY ERROR", "OpenSSL: error"',
      },
      ...(otherHello === 'silent' ? [] : [versions]),
      { end: 'path', text: 'let UDP of 1500 bytes and its fragments pass; max-packet-size 1200 makes control packets smaller' },
    ],
    refs: ['OpenVPN manual --tls-version-min', 'OpenVPN manual --max-clients', 'OpenVPN manual --connect-freq'],
    confidence: 0.7,
  };
}
