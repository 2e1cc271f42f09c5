import type { Fix } from './finding.js';

/** What a fault of OpenVPN means and what mends it: the same words whether a capture shows it or a probe meets it. */
export interface FaultWords {
  readonly cause: string;
  readonly fix: readonly Fix[];
}

/** Alerts of TLS by their names (RFC 8446 §6.2). */
const ALERTS: Readonly<Record<string, { readonly cause: string; readonly fix: string }>> = {
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

/** @param name `unknown_ca` */
export function tlsAlertWords(name: string): { readonly cause: string; readonly fix: string } {
  return (
    ALERTS[name] ?? {
      cause: 'see RFC 8446 §6.2 for this alert',
      fix: 'look in the log of both ends for "TLS Error" and "OpenSSL: error"',
    }
  );
}

/** @param with_ the end that frames compression, as text; `without`: the other */
export function compressionWords(with_: string, without: string): FaultWords {
  return {
    cause:
      'Without compression a packet begins with its IP header (0x45) or with the ping pattern (0x2a); with comp-lzo or compress a byte stands in front (0xfa, 0xfb, 0x66). The end that expects one says "Bad LZO decompression header byte: 69" or "42", the other drops what is no IP packet. The tunnel is up and nothing passes.',
    fix: [
      { end: 'either', text: `on ${with_}: remove comp-lzo and compress (better: compression of VPN traffic can leak it)` },
      { end: 'either', text: `on ${without}: or add the same line there, comp-lzo no or compress stub-v2, and allow-compression asym` },
    ],
  };
}

/**
 * @param offered the client's ciphers, where they are known
 * @param announced the one cipher of a server that negotiates none
 */
export function noCipherFixes(offered: string | undefined, announced?: string): readonly Fix[] {
  return [
    announced === undefined
      ? { end: 'ours', text: 'data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305' }
      : {
          end: 'ours',
          text: `data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305:${announced}, or, where the server takes what the client names (SoftEther), cipher AES-256-GCM`,
        },
    {
      end: 'theirs',
      text: `data-ciphers with one of ${offered ?? 'those that the client offers'}; for old clients data-ciphers-fallback AES-256-CBC`,
    },
  ];
}

/**
 * @param why the server's own words; empty: none
 * @param username what was sent; undefined: none
 */
export function refusedCredentialsWords(why: string, username: string | undefined): FaultWords {
  const temporary = /^TEMP(?:\[([^\]]*)\])?:?\s*(.*)$/.exec(why);
  if (temporary !== null) return temporarilyRefusedWords(temporary[1] ?? '', temporary[2] ?? '');
  if (why !== '')
    return { cause: `The server says: ${why}. Certificates and TLS were good.`, fix: username === undefined ? nameFixes : passwordFixes };
  if (username === undefined)
    return {
      cause:
        'The server gives no reason, and no user name was sent: it knows the certificate and does not let in its common name (ccd-exclusive and no file of that name in client-config-dir, disable in that file, client-connect or a plugin that says no), or opt-verify is set there and the options differ.',
      fix: nameFixes,
    };
  return {
    cause:
      'The server gives no reason: username or password wrong, the account locked, or the program behind it does not run; or, with ccd-exclusive, client-config-dir has no file for this client.',
    fix: passwordFixes,
  };
}

const passwordFixes: FaultWords['fix'] = [
  { end: 'ours', text: 'the username and password of auth-user-pass' },
  { end: 'theirs', text: 'the program of auth-user-pass-verify or the plugin: its log, its rights, script-security 2' },
];

const nameFixes: FaultWords['fix'] = [
  {
    end: 'theirs',
    text: `its log at that moment: "due to 'disable' directive", "client-connect", "--opt-verify"; with ccd-exclusive a file named as the common name, which may be empty, in client-config-dir`,
  },
  { end: 'ours', text: 'auth-user-pass, if it has users' },
];

/** `AUTH_FAILED,TEMP[backoff 42,advance addr]: why`, for clients since 2.6 (`auth_failed_temp`). */
function temporarilyRefusedWords(flags: string, why: string): FaultWords {
  const seconds = /backoff (\d+)/.exec(flags)?.[1];
  const next = /advance (addr|remote)/.test(flags) ? ', at the next address or remote' : '';
  return {
    cause: `The server cannot judge us for the time being${why === '' ? '' : ` (${why})`}: name and password were not refused. A client of 2.6 and later comes again by itself${seconds === undefined ? '' : ` after ${seconds} s`}${next}.`,
    fix: [
      {
        end: 'theirs',
        text: 'what its auth-user-pass-verify, plugin or management asks: a directory, a database, a RADIUS server that does not answer',
      },
      { end: 'ours', text: `nothing; once more${seconds === undefined ? ' later' : ` after ${seconds} s`}` },
    ],
  };
}

/** The server asks for a second factor by a refusal with a question in it (CRV1). */
export const challengeWords: FaultWords = {
  cause:
    'Name and password were not refused: the server asks a question, and the client has to come again with the answer in place of the password. A client that cannot ask its user (a service, a router, an old version) takes it for a refusal.',
  fix: [
    { end: 'ours', text: 'for probing: the answer as third line of the file of auth-user-pass; an answer holds once' },
    { end: 'ours', text: 'a client that asks (OpenVPN on a terminal with auth-retry interact, OpenVPN GUI, OpenVPN Connect)' },
    { end: 'theirs', text: 'or static-challenge in the files of the clients: the answer goes with the password then' },
  ],
};

/** The two ends of a static-key tunnel sign or encrypt differently. */
export const staticKeyFixes: readonly Fix[] = [
  { end: 'ours', text: 'secret static.key 1 at one end' },
  { end: 'theirs', text: 'secret static.key 0 at the other, or no direction at both; the same cipher and auth at both' },
];

/** Static-key mode itself. */
export const staticKeyModeWords: FaultWords = {
  cause:
    'A static key has no forward secrecy: whoever gets it reads everything, past and future. OpenVPN 2.6 warns, 2.7 starts only with allow-deprecated-insecure-static-crypto (else: "DEPRECATION: No tls-client or tls-server option in configuration detected"), for 2.8 its removal is announced.',
  fix: [
    {
      end: 'either',
      text: 'replace secret by TLS with peer-fingerprint: a self-signed certificate at each end, and the fingerprint of the other in its configuration',
    },
  ],
};

/** What it does when an option that must be the same at both ends is not (`options.c`, `options_cmp_equal`). */
export const optionEffects: Readonly<Record<string, string>> = {
  'dev-type': 'one end sends Ethernet frames and the other expects IP packets: nothing passes',
  'mtu-dynamic':
    'fragment at one end alone: four bytes stand in front of its packets that the other takes for the packet, and nothing passes',
  ifconfig: 'the addresses do not cross: each end sends to one that the other does not have',
  'tun-mtu': 'large packets of one end do not fit the interface of the other',
  auth: 'with a CBC cipher every packet fails its HMAC',
  'link-mtu': 'a consequence of different ciphers, digests or compression; harmless by itself where a cipher is negotiated',
};

/** One end waits for nothing that is pushed, and the other gives addresses, cipher and keys by pushing them. */
export const noPullWords: FaultWords = {
  cause:
    'A server with clients (mode server) pushes what the tunnel needs to whoever asks for it: addresses, the cipher, how keys are derived. A client without client or pull does not ask. TLS comes up, each end makes other keys or takes another cipher, and drops what it gets ("AEAD Decrypt error"); the log of a server of 2.6 says "peer reports running in P2P mode (no --pull/--client option)".',
  fix: [
    { end: 'ours', text: 'client in place of tls-client (or a line pull), without ifconfig' },
    { end: 'theirs', text: 'or two ends of one wire: tls-server with ifconfig there, without server and mode server' },
  ],
};

/** @param options that no client takes from a server */
export function refusedPushWords(options: readonly string[]): FaultWords {
  return {
    cause: `A client goes on without: its log says "Options error: option '${options[0]?.split(/\s/)[0] ?? ''}' cannot be used in this context ([PUSH-OPTIONS])", or "Unrecognized option". What the server means by it has no effect.`,
    fix: [
      {
        end: 'theirs',
        text: `without ${options.map((option) => `push "${option}"`).join(', ')}; what is to hold goes into the file of the client`,
      },
      { end: 'ours', text: `pull-filter ignore "${options[0]?.split(/\s/)[0] ?? ''}" keeps the log quiet (2.4 and later)` },
    ],
  };
}

/** @param option `compress lz4-v2`: pushed to a client that has nothing of it in its file */
export function pushedCompressionWords(option: string): FaultWords {
  return {
    cause: `Clients of OpenVPN 2.6 and later take an algorithm from a server only with comp-lzo, compress or allow-compression in their own file: "Compression is not allowed since allow-compression is set to 'stub-only'", then "OPTIONS ERROR: server pushed compression settings that are not allowed and will result in a non-working connection", and they begin anew. Up to 2.5 they take it.`,
    fix: [
      {
        end: 'theirs',
        text: `without push "${option}", and compress migrate in place of comp-lzo or compress (2.5 and later): clients old and new come in`,
      },
      { end: 'ours', text: 'or allow-compression asym, where the server is not yours: what comes may be compressed, what goes is not' },
    ],
  };
}

/** Where a difference in the options strings is said. @param option its name; absent: whichever it is */
export function inconsistentLogWords(option?: string): string {
  const said = `${option === undefined ? '' : `WARNING: '${option}' `}is used inconsistently`;
  return `the log of each end says "${said}", up to OpenVPN 2.5 as it is, from 2.6 on with verb 7`;
}
