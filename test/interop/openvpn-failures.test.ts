import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsInCapture } from '../support/capture-findings.js';
import { PeerLab, type RunResult } from './support/peer-lab.js';

/**
 * What goes wrong between two ends of OpenVPN, each made with a server of OpenVPN 2.6 of its own, all in one lab: `probe peer` names it, and
 * `sniff` names it in what `-w` has written, where the wire shows it, and nothing else. Prints our words beside the server's log.
 */
const lacking = [
  ...(process.getuid?.() === 0 ? [] : ['it takes root']),
  ...['/usr/sbin/openvpn', '/dev/net/tun'].filter((file) => !existsSync(file)),
].join(', ');
const skipped = lacking === '' ? '' : ` (skipped: ${lacking} not here)`;

interface Row {
  /** Number in the catalogue of failures. */
  readonly id: string;
  readonly name: string;
  /** Lines of both configurations, and of one alone; `@` is the folder of the lab, `%` the number of the row. */
  readonly both?: readonly string[];
  readonly server?: readonly string[];
  readonly client?: readonly string[];
  readonly proto?: Readonly<Record<'server' | 'client', 'udp' | 'tcp'>>;
  readonly dev?: Readonly<Record<'server' | 'client', 'tun' | 'tap'>>;
  /** `pair`: two ends of which none pushes; `unpulled`: a server whose client takes nothing that is pushed; `static` has no TLS. */
  readonly kind?: 'server' | 'unpulled' | 'pair' | 'static';
  /** Which certificate each end has. */
  readonly certificates?: Partial<Readonly<Record<'server' | 'client', string>>>;
  /** What the path does to packets of this row, as a rule of nft; `PORT` is that of the server. */
  readonly path?: string;
  /** Told to the lab before. */
  readonly before?: string;
  /** In place of OpenVPN. */
  readonly other?: string;
  /** While the probe runs, once the server has a client. */
  readonly during?: string;
  /** Where nobody answers: seconds to wait. */
  readonly patience?: number;
  /** The findings, none where all is well. */
  readonly codes: readonly string[];
  /** The step that says it, its end, and what is in its words or in those of the findings. */
  readonly step: string;
  readonly status?: 'fail' | 'warn' | 'pass';
  readonly says: RegExp;
  /** The server's line about it; none where it does not notice. */
  readonly log?: RegExp;
  /** All that `sniff` finds in the capture of the probe, with the keys in it; absent: nothing. And `bare`, without them, where it is not the same. */
  readonly sniff?: readonly string[];
  readonly bare?: readonly string[];
  /** Both, where the server ends it before it has sent its session tickets. */
  readonly instead?: readonly string[];
}

const USERS = ['username-as-common-name', 'script-security 2', 'auth-user-pass-verify @/users.sh via-file'];
/** Its script takes the password with the answer beside it, or asks and takes the answer alone. */
const SECOND_FACTOR = USERS.map((line) => line.replace('users.sh', 'asks.sh'));
const UDP = { server: 'udp', client: 'udp' } as const;
const TCP = { server: 'tcp', client: 'tcp' } as const;
const STATIC = { kind: 'static', proto: UDP } as const;

/** Nobody answers echo inside, so that the probe waits while something happens. */
const HELD = 'at r ip daddr 10.60.ROW.1 icmp type echo-request drop';
/** A web server, as far as a stranger sees it. */
const WEB = `'${process.execPath}' -e "require('net').createServer((c) => c.on('error', () => {}).once('data', () => c.end('HTTP/1.1 400 Bad Request\\r\\n\\r\\n'))).listen(PORT)"`;

const rows: readonly Row[] = [
  {
    id: '-',
    name: 'nothing is wrong',
    codes: [],
    step: 'echo',
    status: 'pass',
    says: /3 of 3 answered/,
    log: /Initialization Sequence Completed/,
  },
  {
    id: 'F108',
    name: 'nothing is wrong, static key',
    ...STATIC,
    both: ['cipher AES-256-CBC'],
    server: ['secret @/ta.key 0'],
    client: ['secret @/ta.key 1'],
    codes: ['openvpn/static-key-mode'],
    step: 'data',
    status: 'pass',
    says: /2\.7 refuses it without a flag, 2\.8 is to remove it/,
    log: /DEPRECATED OPTION: The option --secret is deprecated/,
    sniff: ['openvpn/static-key-mode'],
    bare: [],
  },
  // ---- nobody answers
  {
    id: 'F101',
    name: 'the way there drops the port',
    path: 'iifname t-i udp dport PORT drop',
    patience: 4,
    codes: ['openvpn/reset-unanswered'],
    step: 'reset',
    says: /No packet of the server came back and no ICMP error. Wrong address, port or protocol, a firewall/,
    sniff: ['openvpn/reset-unanswered'],
  },
  {
    id: 'F101',
    name: 'the way back drops the port',
    path: 'iifname t-r udp sport PORT drop',
    patience: 4,
    codes: ['openvpn/reset-unanswered'],
    step: 'reset',
    says: /No packet of the server came back and no ICMP error/,
    sniff: ['openvpn/reset-unanswered'],
  },
  {
    id: 'F101',
    name: 'a firewall rejects',
    path: 'udp dport PORT reject with icmp admin-prohibited',
    patience: 4,
    codes: ['probe/administratively-prohibited'],
    step: 'reset',
    says: /administratively prohibited \(said by 198\.51\.100\.254\)/,
  },
  {
    id: 'F102',
    name: 'TCP here, UDP there',
    proto: { server: 'udp', client: 'tcp' },
    patience: 4,
    codes: ['probe/wrong-protocol'],
    step: 'socket',
    says: /OpenVPN answers on UDP \d+, not on TCP/,
  },
  {
    id: 'F102',
    name: 'UDP here, TCP there',
    proto: { server: 'tcp', client: 'udp' },
    patience: 4,
    codes: ['probe/wrong-protocol'],
    step: 'reset',
    says: /OpenVPN answers on TCP \d+, not on UDP/,
  },
  {
    id: 'F102',
    name: 'another port',
    server: ['port 19999'],
    patience: 4,
    codes: ['probe/port-unreachable'],
    step: 'reset',
    says: /Nobody listens on UDP/,
  },
  // ---- keys of the control channel
  {
    id: 'F103',
    name: 'tls-auth with another key',
    server: ['tls-auth @/ta.key 0'],
    client: ['tls-auth @/ta2.key 1'],
    patience: 4,
    codes: ['openvpn/reset-unanswered'],
    step: 'reset',
    says: /We use tls-auth: a server with another key drops our packets/,
    log: /packet HMAC authentication failed/,
    sniff: ['openvpn/reset-unanswered'],
  },
  {
    id: 'F103',
    name: 'tls-auth with the same direction',
    server: ['tls-auth @/ta.key 0'],
    client: ['tls-auth @/ta.key 0'],
    patience: 4,
    codes: ['openvpn/key-direction'],
    step: 'reset',
    says: /has direction 0 for the tls-auth key, we have direction 0: answered only with direction 1 here/,
    log: /packet HMAC authentication failed/,
    sniff: ['openvpn/key-direction', 'openvpn/reset-unanswered'],
    bare: ['openvpn/reset-unanswered'],
  },
  {
    id: 'F103',
    name: 'tls-auth with another digest',
    server: ['tls-auth @/ta.key 0', 'auth SHA512'],
    client: ['tls-auth @/ta.key 1'],
    patience: 4,
    codes: ['openvpn/control-digest-mismatch'],
    step: 'reset',
    says: /signs tls-auth with SHA512, we with SHA1/,
    log: /cannot locate HMAC in incoming packet from/,
    sniff: ['openvpn/reset-unanswered'],
  },
  {
    id: 'F104',
    name: 'tls-auth there alone',
    server: ['tls-auth @/ta.key 0'],
    patience: 4,
    codes: ['openvpn/reset-unanswered'],
    step: 'reset',
    says: /We use neither tls-auth nor tls-crypt: a server that has one of them drops our packets/,
    log: /cannot locate HMAC in incoming packet from/,
    sniff: ['openvpn/reset-unanswered'],
  },
  {
    id: 'F104',
    name: 'tls-auth here alone',
    client: ['tls-auth @/ta.key 1'],
    patience: 4,
    codes: ['openvpn/control-wrapping-mismatch'],
    step: 'reset',
    says: /wants no tls-auth: it answers a plain hard reset/,
  },
  {
    id: 'F105',
    name: 'tls-crypt with another key',
    server: ['tls-crypt @/ta.key'],
    client: ['tls-crypt @/ta2.key'],
    patience: 4,
    codes: ['openvpn/reset-unanswered'],
    step: 'reset',
    says: /We use tls-crypt: a server with another key drops our packets/,
    log: /tls-crypt unwrapping failed from/,
    sniff: ['openvpn/reset-unanswered'],
  },
  {
    id: 'F105',
    name: 'tls-crypt here, tls-auth there',
    server: ['tls-auth @/ta.key'],
    client: ['tls-crypt @/ta.key'],
    patience: 4,
    codes: ['openvpn/control-wrapping-mismatch'],
    step: 'reset',
    says: /has this key as tls-auth \(auth SHA1\), we have it as tls-crypt/,
    log: /incoming packet authentication failed from/,
    sniff: ['openvpn/reset-unanswered'],
  },
  {
    id: 'F105',
    name: 'tls-crypt there alone',
    server: ['tls-crypt @/ta.key'],
    patience: 4,
    codes: ['openvpn/reset-unanswered'],
    step: 'reset',
    says: /We use neither tls-auth nor tls-crypt/,
    log: /tls-crypt unwrapping failed from/,
    sniff: ['openvpn/reset-unanswered'],
  },
  {
    id: 'F106',
    name: 'tls-crypt-v2 key of another server',
    server: ['tls-crypt-v2 @/v2s.key'],
    client: ['tls-crypt-v2 @/v2other.key'],
    patience: 4,
    codes: ['openvpn/reset-unanswered'],
    step: 'reset',
    says: /We use tls-crypt-v2: a server with another key drops our packets/,
    log: /can not extract tls-crypt-v2 client key from/,
    sniff: ['openvpn/reset-unanswered'],
  },
  // ---- static key
  {
    id: 'F107',
    name: 'static key with the same direction',
    ...STATIC,
    both: ['secret @/ta.key 0', 'cipher AES-256-CBC'],
    patience: 4,
    codes: ['openvpn/static-key-mismatch'],
    step: 'data',
    says: /direction: ours 0, theirs 0 or none/,
    log: /packet HMAC authentication failed/,
    sniff: ['openvpn/static-key-mode'],
    bare: [],
  },
  {
    id: 'F107',
    name: 'another static key',
    ...STATIC,
    both: ['cipher AES-256-CBC'],
    server: ['secret @/ta.key 0'],
    client: ['secret @/ta2.key 1'],
    patience: 4,
    codes: ['probe/openvpn-static-silent'],
    step: 'data',
    says: /the key itself, the port or the path is wrong/,
    log: /packet HMAC authentication failed/,
    sniff: ['openvpn/one-way', 'openvpn/static-key-mode'],
    bare: [],
  },
  {
    id: 'F107',
    name: 'static key, another cipher',
    ...STATIC,
    both: ['secret @/ta.key'],
    server: ['cipher AES-128-CBC'],
    client: ['cipher AES-256-CBC'],
    patience: 4,
    codes: ['openvpn/static-key-mismatch'],
    step: 'data',
    says: /cipher: ours AES-256-CBC, theirs AES-128-CBC/,
    log: /cipher final failed/,
    sniff: ['openvpn/static-key-mismatch', 'openvpn/static-key-mode'],
    bare: [],
  },
  // ---- negotiation
  {
    id: 'F109',
    name: 'no common data cipher',
    server: ['data-ciphers AES-256-GCM'],
    client: ['data-ciphers CHACHA20-POLY1305'],
    codes: ['openvpn/cipher-mismatch'],
    step: 'push',
    says: /no data channel cipher in common: we offer CHACHA20-POLY1305/,
    log: /AUTH_FAILED,Data channel cipher negotiation failed \(no shared cipher\)/,
    sniff: ['openvpn/cipher-mismatch'],
    bare: [],
  },
  {
    id: 'F109',
    name: 'a client that takes nothing pushed',
    kind: 'unpulled',
    both: ['data-ciphers AES-256-GCM', 'cipher AES-256-GCM'],
    client: ['ifconfig 10.60.%.9 10.60.%.1'],
    patience: 4,
    codes: ['openvpn/no-pull'],
    step: 'data',
    says: /we ask for nothing that 203\.0\.113\.2 pushes/,
    log: /It will not negotiate ciphers with this server. Expect this connection to fail/,
    sniff: ['openvpn/no-pull', 'openvpn/one-way'],
    bare: ['openvpn/one-way'],
  },
  {
    id: 'F110',
    name: 'no common version of TLS',
    server: ['tls-version-min 1.3'],
    client: ['tls-version-max 1.2'],
    patience: 4,
    codes: ['openvpn/tls-failed'],
    step: 'tls',
    says: /no TLS version, cipher suite or group in common/,
    log: /client and server have no common TLS version enabled/,
    sniff: ['openvpn/tls-failed'],
  },
  {
    id: 'F110',
    name: 'no common suite of TLS',
    both: ['tls-version-max 1.2'],
    server: ['tls-cipher TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256'],
    client: ['tls-cipher TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384'],
    patience: 4,
    codes: ['openvpn/tls-failed'],
    step: 'tls',
    says: /no TLS version, cipher suite or group in common/,
    log: /The server has no TLS ciphersuites in common with the client/,
    sniff: ['openvpn/tls-failed'],
  },
  {
    id: 'F111',
    name: 'comp-lzo there alone',
    server: ['comp-lzo yes', 'allow-compression yes'],
    patience: 4,
    codes: ['openvpn/compression-mismatch'],
    step: 'data',
    says: /the peer alone has comp-lzo or compress/,
    log: /Bad LZO decompression header byte: 40/,
    sniff: ['openvpn/compression-mismatch', 'openvpn/options-mismatch'],
    bare: [],
  },
  {
    id: 'F111',
    name: 'comp-lzo here alone',
    client: ['comp-lzo yes', 'allow-compression yes'],
    patience: 4,
    codes: ['openvpn/compression-mismatch'],
    step: 'data',
    says: /our end alone has comp-lzo or compress/,
    sniff: ['openvpn/compression-mismatch', 'openvpn/options-mismatch'],
    bare: [],
  },
  {
    id: 'F111',
    name: 'stub-v2 there alone',
    server: ['compress stub-v2'],
    patience: 4,
    codes: ['openvpn/options-mismatch'],
    step: 'options',
    status: 'warn',
    says: /comp-lzo \(ours nothing, theirs comp-lzo\)/,
  },
  {
    id: 'F111',
    name: 'static key, comp-lzo there alone',
    ...STATIC,
    both: ['secret @/ta.key', 'cipher AES-256-CBC'],
    server: ['comp-lzo yes', 'allow-compression yes'],
    patience: 4,
    codes: ['openvpn/compression-mismatch'],
    step: 'data',
    says: /compression: ours no compression, theirs comp-lzo/,
    log: /Bad LZO decompression header byte: /,
    sniff: ['openvpn/static-key-mode'],
    bare: [],
  },
  {
    id: 'F112',
    name: 'another tun-mtu',
    kind: 'pair',
    server: ['verb 7', 'tun-mtu 1400'],
    codes: ['openvpn/options-mismatch'],
    step: 'options',
    status: 'warn',
    says: /tun-mtu \(ours tun-mtu 1500, theirs tun-mtu 1400\)/,
    log: /'tun-mtu' is used inconsistently/,
    sniff: ['openvpn/options-mismatch'],
    bare: [],
  },
  {
    id: 'F112',
    name: 'fragment there alone',
    kind: 'pair',
    server: ['fragment 1300'],
    patience: 4,
    codes: ['openvpn/options-mismatch'],
    step: 'data',
    says: /nothing came back through the data channel: the ends differ in mtu-dynamic/,
    log: /FRAG_IN error/,
    sniff: ['openvpn/options-mismatch'],
    bare: [],
  },
  {
    id: 'F112',
    name: 'mtu-test, and large packets pass',
    client: ['mtu-test'],
    codes: [],
    step: 'inner-path-mtu',
    status: 'pass',
    says: /mtu-test: ours of up to (\d{4}) bytes arrive up to \1, the peer's of up to (\d{4}) up to \2/,
  },
  {
    id: 'F112',
    name: 'mtu-test, and large packets are lost where nobody answers echo',
    client: ['mtu-test'],
    path: 'iifname t-i udp dport PORT meta length > 1328 drop',
    before: HELD,
    patience: 6,
    codes: ['probe/openvpn-echo-unanswered', 'probe/openvpn-large-packets-lost'],
    step: 'inner-path-mtu',
    status: 'warn',
    says: /Packets of more than 12\d\d bytes are lost on the way to the peer/,
  },
  {
    id: 'F113',
    name: 'tap there, tun here',
    dev: { server: 'tap', client: 'tun' },
    server: ['verb 7'],
    patience: 4,
    codes: ['openvpn/options-mismatch'],
    step: 'echo',
    says: /does not answer: the ends differ in dev-type/,
    log: /'dev-type' is used inconsistently/,
    sniff: ['openvpn/options-mismatch'],
    bare: [],
  },
  {
    id: 'F113',
    name: 'ifconfig does not cross',
    kind: 'pair',
    server: ['verb 7'],
    client: ['ifconfig 10.61.%.2 10.61.%.1'],
    patience: 4,
    codes: ['openvpn/options-mismatch'],
    step: 'echo',
    says: /does not answer: the ends differ in ifconfig/,
    log: /'ifconfig' is used inconsistently/,
    sniff: ['openvpn/options-mismatch'],
    bare: [],
  },
  // ---- certificates
  {
    id: 'F115',
    name: 'the server has expired',
    certificates: { server: 'expired' },
    patience: 4,
    codes: ['openvpn/certificate-expired'],
    step: 'tls',
    says: /CN=expired\.example has expired: not after 2020-12-31/,
    log: /WARNING: Your certificate has expired/,
    sniff: ['openvpn/certificate-expired'],
    bare: [],
  },
  {
    id: 'F115',
    name: 'the server is of another authority',
    certificates: { server: 'stranger' },
    patience: 4,
    codes: ['probe/openvpn-certificate-issuer-unknown'],
    step: 'tls',
    says: /was issued by .* test other, which is not there/,
  },
  {
    id: 'F115',
    name: 'the server has another name',
    client: ['verify-x509-name vpn.example name'],
    patience: 4,
    codes: ['probe/openvpn-certificate-name'],
    step: 'tls',
    says: /another name than verify-x509-name asks for/,
  },
  {
    id: 'F115',
    name: 'we have expired',
    certificates: { client: 'client-expired' },
    patience: 4,
    codes: ['openvpn/certificate-expired'],
    step: 'options',
    says: /does not take our certificate: .* has expired/,
    log: /VERIFY ERROR: depth=0, error=certificate has expired/,
    sniff: ['openvpn/certificate-expired', 'openvpn/tls-failed'],
    bare: ['openvpn/tls-failed'],
  },
  {
    id: 'F115',
    name: 'we are of another authority',
    certificates: { client: 'client-stranger' },
    patience: 4,
    codes: ['openvpn/refused-after-tls'],
    step: 'options',
    says: /does not take our certificate: .* was issued by .* test other/,
    log: /VERIFY ERROR: depth=0, error=unable to get local issuer certificate/,
    sniff: ['openvpn/tls-failed'],
  },
  {
    id: 'F116',
    name: 'the server has the certificate of a client',
    certificates: { server: 'client' },
    patience: 4,
    codes: ['openvpn/certificate-usage'],
    step: 'tls',
    says: /is not for TLS servers: its extended key usage is clientAuth/,
  },
  {
    id: 'F116',
    name: 'we have the certificate of a server',
    server: ['remote-cert-tls client'],
    certificates: { client: 'server' },
    patience: 4,
    codes: ['openvpn/certificate-usage'],
    step: 'options',
    says: /is not for TLS clients: its extended key usage is serverAuth/,
    log: /VERIFY ERROR: depth=0, error=unsuitable certificate purpose/,
    sniff: ['openvpn/certificate-usage', 'openvpn/tls-failed'],
    bare: ['openvpn/tls-failed'],
  },
  {
    id: 'F117',
    name: 'we are revoked',
    server: ['crl-verify @/ca.crl'],
    certificates: { client: 'client-revoked' },
    patience: 4,
    codes: ['openvpn/refused-after-tls'],
    step: 'options',
    says: /does not take our certificate: it falls silent where it judges it/,
    log: /VERIFY ERROR: depth=0, error=certificate revoked/,
    sniff: ['openvpn/tls-failed'],
  },
  {
    id: 'F117',
    name: 'the server is revoked',
    client: ['crl-verify @/ca.crl'],
    certificates: { server: 'revoked' },
    patience: 4,
    codes: ['probe/openvpn-certificate-revoked'],
    step: 'tls',
    says: /was revoked on \d+-/,
  },
  {
    id: 'F130',
    name: 'the server is not yet valid',
    certificates: { server: 'future' },
    patience: 4,
    codes: ['openvpn/certificate-expired'],
    step: 'tls',
    says: /the clock of this host, or of whoever issued it, is wrong/,
    log: /WARNING: Your certificate is not yet valid/,
    sniff: ['openvpn/certificate-expired'],
    bare: [],
  },
  {
    id: 'F130',
    name: 'we are not yet valid',
    certificates: { client: 'client-future' },
    patience: 4,
    codes: ['openvpn/certificate-expired'],
    step: 'options',
    says: /is not valid yet: not before 2098-01-01/,
    log: /VERIFY ERROR: depth=0, error=certificate is not yet valid/,
    sniff: ['openvpn/certificate-expired', 'openvpn/tls-failed'],
    bare: ['openvpn/tls-failed'],
  },
  // ---- up, and not well
  {
    id: 'F119',
    name: 'the peer pushes ping and sends none',
    server: ['push "ping 1"', 'push "ping-restart 4"'],
    patience: 6,
    codes: ['probe/openvpn-no-ping'],
    step: 'keepalive',
    status: 'warn',
    says: /Inactivity timeout \(--ping-restart\), restarting/,
  },
  {
    id: 'F119',
    name: 'silence ends it before a ping is due',
    server: ['ping 20', 'push "ping 20"', 'push "ping-exit 8"'],
    codes: ['probe/openvpn-timeout-below-ping'],
    step: 'keepalive',
    status: 'warn',
    says: /Inactivity timeout \(--ping-exit\), exiting/,
  },
  {
    id: 'F119',
    name: 'the path forgets it',
    server: ['keepalive 1 6'],
    before: HELD,
    during: 'path udp sport PORT drop',
    patience: 15,
    codes: ['openvpn/ping-restart'],
    step: 'renegotiation',
    says: /does not answer whoever begins anew either/,
    sniff: ['openvpn/ping-restart'],
  },
  {
    id: 'F124',
    name: 'a wrong password',
    server: USERS,
    client: ['auth-user-pass @/wrong'],
    codes: ['openvpn/auth-failed'],
    step: 'credentials',
    says: /the server refused the credentials \(AUTH_FAILED\)/,
    log: /Auth Username\/Password verification failed for peer/,
    sniff: ['openvpn/auth-failed'],
    bare: [],
  },
  {
    id: 'F124',
    name: 'a password is wanted, none given',
    server: USERS,
    patience: 4,
    codes: ['openvpn/refused-after-tls'],
    step: 'options',
    says: /wants a user name and a password, and we sent none/,
    log: /Auth Username\/Password was not provided by peer/,
    sniff: ['openvpn/refused-after-tls'],
    instead: ['openvpn/tls-failed'],
  },
  {
    id: 'F124',
    name: 'a second factor is asked for',
    server: SECOND_FACTOR,
    client: ['auth-user-pass @/login'],
    codes: ['openvpn/challenge'],
    step: 'credentials',
    says: /asks for a second factor: "Code of your token"/,
    log: /AUTH_FAILED,CRV1:R,E:state7:/,
    sniff: ['openvpn/challenge'],
    bare: [],
  },
  {
    id: 'F124',
    name: 'a second factor is asked for, and answered',
    server: SECOND_FACTOR,
    client: ['auth-user-pass @/login3'],
    codes: [],
    step: 'credentials',
    status: 'pass',
    says: /user "anna" is let in, with the answer to "Code of your token"/,
    log: /AUTH_FAILED,CRV1:R,E:state7:/,
    sniff: ['openvpn/challenge'],
    bare: ['openvpn/refused-after-tls'],
  },
  {
    id: 'F124',
    name: 'a second factor by static-challenge',
    server: SECOND_FACTOR,
    client: ['auth-user-pass @/login3', 'static-challenge "Code of your token" 1'],
    codes: [],
    step: 'credentials',
    status: 'pass',
    says: /user "anna" is let in/,
    log: /Username\/Password authentication succeeded/,
  },
  {
    id: 'F125',
    name: 'something else than OpenVPN on TCP',
    proto: TCP,
    other: WEB,
    patience: 4,
    codes: ['probe/tcp-closed'],
    step: 'reset',
    says: /closes the TCP connection on port \d+ after our first packet/,
  },
  {
    id: 'F126',
    name: 'the path resets TCP behind the first packet',
    proto: TCP,
    path: 'iifname t-i tcp dport PORT meta length > 60 reject with tcp reset',
    patience: 4,
    codes: ['probe/tcp-closed'],
    step: 'reset',
    says: /is reset on port \d+ after our first packet/,
  },
  {
    id: 'F127',
    name: 'options that are not for pushing, and one that nobody knows',
    server: ['push "script-security 2"', 'push "vendor-thing 1"'],
    codes: ['openvpn/pushed-option-refused'],
    step: 'push',
    status: 'warn',
    says: /pushes what clients refuse: script-security 2, vendor-thing 1/,
    log: /PUSH_REPLY.*script-security 2/,
    sniff: ['openvpn/pushed-option-refused'],
    bare: [],
  },
  {
    id: 'F129',
    name: 'the server restarts',
    server: ['keepalive 1 6'],
    before: HELD,
    during: 'stop openvpn-fROW -9; serve ROW',
    patience: 15,
    codes: ['openvpn/ping-restart'],
    step: 'renegotiation',
    says: /it answers whoever begins anew: it was restarted/,
    sniff: ['openvpn/ping-restart'],
  },
];

/** Failures of the catalogue that are not here, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  F114: 'no TUN device is of one host alone: `verify` (openvpn-tun-device)',
  F118: 'packets that arrive in another order are the rule openvpn-replay-window of `sniff`; a probe sends too few',
  F120: 'a network behind the client: a probe sends from the address it was given alone; the finding of `echo` names "bad source address"',
  F121: 'a routing loop is of the host of the client: a probe sets no routes',
  F122: 'a LAN that is also pushed is of the host of the client: a probe sets no routes',
  F123: 'a route that cannot be added is of the host of the client: a probe sets no routes',
  F128: 'no kernel here has the ovpn module',
};

const PEER = '203.0.113.2';
const PORT = 15_000;
/** Runs of vpndoctor at a time: most of them wait. */
const AT_ONCE = 6;

interface Said {
  readonly code: string;
  readonly title: string;
  readonly cause: string;
}

interface Probed {
  readonly steps: readonly { readonly id: string; readonly status: string; readonly text: string; readonly details?: readonly string[] }[];
  readonly findings: readonly Said[];
}

/** Certificates: name, subject, usage, from, to. */
const CERTIFICATES = `
  dated() {
    local n=$1 ca=$5; mkdir -p "$TMP/$n" "$TMP/db-$ca"; [ -e "$TMP/db-$ca/index" ] || { : >"$TMP/db-$ca/index"; echo 01 >"$TMP/db-$ca/serial"; }
    printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=%s/index\\nserial=%s/serial\\nnew_certs_dir=%s\\ndefault_md=sha256\\ndefault_crl_days=3650\\nunique_subject=no\\npolicy=p\\n[p]\\norganizationName=optional\\ncommonName=supplied\\n' "$TMP/db-$ca" "$TMP/db-$ca" "$TMP/db-$ca" >"$TMP/db-$ca/cnf"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=vpndoctor test/CN=$n.example" -keyout "$TMP/$n/peer.key" -out "$TMP/$n/peer.csr" 2>/dev/null
    printf 'extendedKeyUsage=%s\\nkeyUsage=digitalSignature\\n' "$2" >"$TMP/$n/ext"
    openssl ca -batch -config "$TMP/db-$ca/cnf" -in "$TMP/$n/peer.csr" -cert "$TMP/$ca.crt" -keyfile "$TMP/$ca.key" -extfile "$TMP/$n/ext" -startdate "$3"0101000000Z -enddate "$4"1231235959Z -notext -out "$TMP/$n/peer.crt" >/dev/null 2>&1
  }
  ovpn_ca; ovpn_ca other
  for one in server:serverAuth client:clientAuth; do
    n=\${one%%:*} usage=\${one##*:} p=; [ $n = client ] && p=client-
    dated $n $usage 2020 2099 ca; dated \${p}expired $usage 2020 2020 ca; dated \${p}future $usage 2098 2099 ca
    dated \${p}stranger $usage 2020 2099 other; dated \${p}revoked $usage 2020 2099 ca
  done
  for n in revoked client-revoked; do openssl ca -config "$TMP/db-ca/cnf" -cert "$TMP/ca.crt" -keyfile "$TMP/ca.key" -revoke "$TMP/$n/peer.crt" >/dev/null 2>&1; done
  openssl ca -config "$TMP/db-ca/cnf" -cert "$TMP/ca.crt" -keyfile "$TMP/ca.key" -gencrl -out "$TMP/ca.crl" >/dev/null 2>&1
  test -s "$TMP/ca.crl"`;

const KEYS = `
  ovpn_secret ta; ovpn_secret ta2
  for n in v2s v2s2; do openvpn --genkey tls-crypt-v2-server "$TMP/$n.key"; done
  openvpn --tls-crypt-v2 "$TMP/v2s2.key" --genkey tls-crypt-v2-client "$TMP/v2other.key"
  printf 'anna\\nwrong\\n' >"$TMP/wrong"; printf '#!/bin/sh\\nexit 1\\n' >"$TMP/users.sh"
  printf 'anna\\nsecret\\n' >"$TMP/login"; printf 'anna\\nsecret\\n123456\\n' >"$TMP/login3"
  cat >"$TMP/asks.sh" <<'END'
#!/bin/sh
case "$(sed -n 2p "$1")" in
  CRV1::state7::123456 | SCRV1:c2VjcmV0:MTIzNDU2) exit 0 ;;
  *) printf 'CRV1:R,E:state7:YW5uYQ==:Code of your token' >"$auth_failed_reason_file"; exit 1 ;;
esac
END
  chmod 755 "$TMP/users.sh" "$TMP/asks.sh"`;

/** One cell of the table. */
const cut = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width));

describe.skipIf(lacking !== '')(`failures between two ends of OpenVPN${skipped}`, () => {
  let lab: PeerLab;
  const runs: RunResult[] = [];
  const table: string[] = [];
  const log = (n: number) => readFile(`${lab.folder}/openvpn-f${n}.out`, 'utf8');

  const configuration = (row: Row, n: number, end: 'server' | 'client'): string => {
    const { kind = 'server', proto = UDP, dev } = row;
    const isServer = end === 'server';
    const network = `10.60.${n}`;
    const addresses = isServer ? `${network}.1 ${network}.2` : `${network}.2 ${network}.1`;
    const certificate = row.certificates?.[end] ?? end;
    const own = [...(row.both ?? []), ...(row[end] ?? [])];
    const given = new Set(own.map((line) => line.split(' ')[0]));
    const usual = [
      `dev ${isServer ? `vf${n}` : 'tun'}`,
      `dev-type ${dev?.[end] ?? 'tun'}`,
      `proto ${proto[end] === 'tcp' ? `tcp-${end}` : 'udp'}`,
      ...(isServer ? [`port ${PORT + n}`] : [`remote ${PEER} ${PORT + n}`, 'nobind']),
      ...(kind === 'server' || (kind === 'unpulled' && isServer)
        ? isServer
          ? [`server ${network}.0 255.255.255.0`, 'topology subnet']
          : ['client']
        : [`ifconfig ${addresses}`, ...(kind === 'static' ? [] : [`tls-${end}`])]),
      ...(kind === 'static'
        ? []
        : [
            'ca @/ca.crt',
            `cert @/${certificate}/peer.crt`,
            `key @/${certificate}/peer.key`,
            isServer ? 'dh none' : 'remote-cert-tls server',
          ]),
      'verb 4',
    ].filter((line) => !given.has(line.split(' ')[0]));
    return [...usual, ...own, ''].join('\n').replaceAll('%', `${n}`).replaceAll('@', lab.folder);
  };

  /** One script at a time. */
  let before: Promise<unknown> = Promise.resolve();
  const inLab = (script: string) => {
    before = before.then(() => lab.sh(script, 120));
    return before;
  };

  const probe = async (row: Row, n: number) => {
    const { folder } = lab;
    const ending = lab.vpndoctor(
      ['probe', 'peer', `${folder}/f${n}.ovpn`, '--json', '--timeout', `${row.patience ?? 15}`, '-w', `${folder}/f${n}.pcap`],
      120,
    );
    if (row.during !== undefined) await inLab(`wait_for 60 passed vf${n} && { ${filled(row.during, n)}; }`);
    runs[n] = await ending;
  };

  const filled = (text: string, n: number) => text.replaceAll('PORT', `${PORT + n}`).replaceAll('ROW', `${n}`);

  beforeAll(async () => {
    lab = await PeerLab.open();
    await lab.sh(`${CERTIFICATES}; ${KEYS}`, 120);
    for (const [n, row] of rows.entries()) {
      await writeFile(`${lab.folder}/s${n}.conf`, configuration(row, n, 'server'));
      await writeFile(`${lab.folder}/f${n}.ovpn`, configuration(row, n, 'client'));
    }
    const listens = 'Initialization Sequence Completed|Listening for incoming|link remote: .AF_UNSPEC|link remote: .undef';
    await lab.sh(
      // A packet came out of the tunnel there: data has passed both ways before.
      `passed() { ns r ip -j -s link show dev "$1" | grep -qE '"rx":.?"bytes":[1-9]'; }
      serve() { bg openvpn-f$1 ip netns exec "$NS-r" openvpn --config "$TMP/s$1.conf" --suppress-timestamps; }
      ${rows.map(({ other, path, before = ':' }, n) => `${other === undefined ? `serve ${n}` : `bg openvpn-f${n} ns r ${filled(other, n)}`}${path === undefined ? '' : `; path ${JSON.stringify(filled(path, n))}`}; ${filled(before, n)}`).join('\n')}
      for n in ${rows.flatMap(({ other }, n) => (other === undefined ? [n] : [])).join(' ')}; do
        wait_for 60 grep -qE '${listens}' "$TMP/openvpn-f$n.out" || { cat "$TMP/s$n.conf" "$TMP/openvpn-f$n.out"; exit 1; }
      done`,
      180,
    );
  });
  afterAll(async () => {
    const rest = Object.entries(elsewhere).map(([id, why]) => `${id} | not here: ${why}`);
    process.stdout.write(`\n${[...table, ...rest].join('\n')}\n`);
    await lab?.close();
  });

  it('probes all of them', async () => {
    // Those that wait longest begin first.
    const waiting = rows.map((row, n) => ({ row, n })).sort((a, b) => (b.row.patience ?? 0) - (a.row.patience ?? 0));
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await probe(next.row, next.n);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(runs).toHaveLength(rows.length);
  });

  it.each(rows.map((row, n) => ({ ...row, n })))(
    '$id $name',
    async ({ n, id, name, codes, step, status = 'fail', says, log: line, sniff = [], bare = sniff, instead = sniff }) => {
      const run = runs[n];
      const { steps, findings } = JSON.parse(run?.stdout ?? '{}') as Probed;
      const theirs = (await log(n)).split('\n');
      const said = steps.find((one) => one.id === step);
      const words = [said?.text, ...(said?.details ?? []), ...findings.map(({ title, cause }) => `${title}: ${cause}`)].join('\n');
      const capture = `${lab.folder}/f${n}.pcap`;
      const found = { keyed: await findingsInCapture(capture, true), bare: await findingsInCapture(capture, false) };
      const noticed = line === undefined ? '-' : (theirs.find((text) => line.test(text)) ?? 'MISSING');
      table.push(
        `${id.padEnd(4)} | ${cut(name, 44)} | ${cut(`${step}: ${says.exec(words)?.[0] ?? said?.text}`, 90)} | ${cut(codes.join(', '), 34)} | ${cut(noticed, 90)} | ${sniff.join(', ')}`,
      );
      const context = `${steps.map((one) => `${one.id} ${one.status}: ${one.text}`).join('\n')}\n${words}\n${run?.stderr}\n${theirs.slice(-25).join('\n')}`;
      expect(said?.status, context).toBe(status);
      expect(words, context).toMatch(says);
      expect(
        findings.map(({ code }) => code),
        context,
      ).toEqual(codes);
      expect(run?.status, context).toBe(status === 'pass' ? 0 : 1);
      expect(noticed, context).not.toBe('MISSING');
      const quicker = found.keyed.join() === instead.join() && instead !== sniff;
      expect(found, context).toEqual(quicker ? { keyed: instead, bare: instead } : { keyed: sniff, bare });
    },
  );

  it('every failure of the catalogue is here, or it is said why not', () => {
    const all = Array.from({ length: 30 }, (_, at) => `F${101 + at}`);
    expect([...new Set([...rows.map(({ id }) => id).filter((id) => id !== '-'), ...Object.keys(elsewhere)])].sort()).toEqual(all);
  });
});
