import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITIES, Ikev2Scene, PEER, quoted, SELECTORS } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/**
 * Whatever strongSwan 5.9.8 and libreswan 4.10 refuse in IKEv1 or say nothing to, and what goes wrong on the way: `probe peer` names it.
 * Prints our words beside their logs.
 */
const lacking = lackingForPeers();
const plutoHere = fileURLToPath(new URL('support/pluto-here.sh', import.meta.url));
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;

interface Refused {
  readonly name: string;
  /** Settings of strongSwan beside those of `V1`. */
  readonly peer?: string;
  /** What the path does, in the lab. */
  readonly path?: readonly string[];
  readonly args: (scene: Ikev2Scene) => readonly string[];
  /** The step that says it, its end and its words. */
  readonly step: string;
  readonly status?: 'warn';
  readonly says: RegExp;
  /** A finding says so too. */
  readonly code: string;
  readonly cause?: RegExp;
  /** strongSwan's line about it; none where it is not the one who refuses. */
  readonly log?: RegExp;
  /** Seconds to wait for an answer. */
  readonly patience?: number;
}

const V1 = 'conn r c.version=1 c.proposals=aes256-sha256-modp2048 k.esp_proposals=aes256-sha256';
const AGGRESSIVE = 'conn r c.aggressive=yes ss.i_dont_care_about_security_and_use_aggressive_mode_psk=yes';
/** strongSwan asks for a user after phase 1, and gives addresses. */
const XAUTH = `conn r l.round=1 r.round=1 connections.lab.remote-xauth.round=2 connections.lab.remote-xauth.auth=xauth \
  c.pools=inner pools.inner.addrs=10.79.0.0/28 k.remote_ts= secrets.xauth-1.id=anna secrets.xauth-1.secret=test-password-not-secret`;
/** A second connection, for aggressive mode: strongSwan has one mode in each. */
const BESIDES = `conn r connections.agg.version=1 connections.agg.aggressive=yes connections.agg.proposals=aes256-sha256-modp2048 \
  connections.agg.local_addrs=203.0.113.2 connections.agg.local.auth=psk connections.agg.local.id=gateway.example \
  connections.agg.remote.auth=psk connections.agg.children.net2.esp_proposals=aes256-sha256 \
  ss.i_dont_care_about_security_and_use_aggressive_mode_psk=yes`;
/** Another secret for our address than for our name. */
const BY_ADDRESS = `psk r another-secret; ${BESIDES}; \
  conn r r.id=%any secrets.ike-1.id=198.51.100.1 secrets.ike-2.id=client.example secrets.ike-2.secret=$PSK`;
/** Messages of r in informational exchanges, on the port of IKE and behind the marker of that of NAT-T. */
const NO_NOTICES = ['udp sport 500 @th,208,8 5 drop', 'udp sport 4500 @th,240,8 5 drop'];

const OFFER = ['--ikev1', '--ike', 'aes256-sha256-modp2048', '--esp', 'aes256-sha256'];
const PSK = (scene: Ikev2Scene) => [...OFFER, ...scene.psk(), ...IDENTITIES, ...SELECTORS];
const WRONG = (scene: Ikev2Scene) => [...OFFER, ...scene.psk('wrong-psk'), ...IDENTITIES, ...SELECTORS];
const CERT = (kind: string) => (scene: Ikev2Scene) => [...OFFER, ...scene.certificate(kind), ...IDENTITIES, ...SELECTORS];
const USER = (file: string) => (scene: Ikev2Scene) => [
  ...OFFER,
  ...scene.psk(),
  ...IDENTITIES,
  ...['--xauth-user', 'anna', '--xauth-password-file', `${scene.lab.folder}/${file}`],
  ...['--virtual-ip', '--remote-ts', '10.77.0.0/24', '--ping', '10.77.0.1'],
];

/** strongSwan shows its certificate, the client nothing but its user. */
const HYBRID = `gateway_certificate rsa-2048; ${XAUTH.replace('r.round=1 ', '')}; conn r r.auth=xauth r.round=1 connections.lab.remote-xauth.round= \
  connections.lab.remote-xauth.auth=`;
const HYBRID_USER = (scene: Ikev2Scene) => [
  ...[...OFFER, '--hybrid', '--ca', `${scene.lab.folder}/pki/ca.pem`, ...IDENTITIES],
  ...['--xauth-user', 'anna', '--xauth-password-file', `${scene.lab.folder}/wrong-psk`],
  ...['--virtual-ip', '--remote-ts', '10.77.0.0/24', '--ping', '10.77.0.1'],
];
/** Keys that both ends have of each other, without certificates. */
const KEYS = (theirs: string) => (scene: Ikev2Scene) => [
  ...[...OFFER, '--key', `${scene.lab.folder}/pki/client-rsa-2048.key`, '--peer-key', `${scene.lab.folder}/pki/gateway-${theirs}.pub`],
  ...[...IDENTITIES, ...SELECTORS],
];

const refusals: readonly Refused[] = [
  // ---- the version
  {
    name: 'IKEv2 only, asked in IKEv1',
    peer: 'conn r c.version=2',
    args: PSK,
    step: 'ike-sa-init',
    says: /none of our proposals/,
    code: 'probe/ikev2-only',
    log: /no IKE config found for 203\.0\.113\.2\.\.\.198\.51\.100\.1, sending NO_PROPOSAL_CHOSEN/,
  },
  {
    name: 'IKEv1 only, asked in IKEv2',
    args: (scene) => ['--ikev2', ...scene.psk(), ...IDENTITIES, ...SELECTORS],
    step: 'ike-sa-init',
    says: /NO_PROPOSAL_CHOSEN/,
    code: 'probe/ikev1-only',
    log: /no IKE config found for .*, sending NO_PROPOSAL_CHOSEN/,
  },
  // ---- proposals
  {
    name: 'no proposal for phase 1',
    args: (scene) => [...PSK(scene), '--ike', '3des-md5-modp1024'],
    step: 'ike-sa-init',
    says: /none of our proposals: N\(NO-PROPOSAL-CHOSEN\)/,
    code: 'probe/no-ike-proposal',
    log: /no proposal found/,
  },
  {
    name: 'no proposal for phase 2',
    args: (scene) => [...PSK(scene), '--esp', '3des-md5'],
    step: 'child',
    says: /none of our proposals: N\(NO-PROPOSAL-CHOSEN\)/,
    code: 'probe/no-esp-proposal',
    log: /no matching proposal found, sending NO_PROPOSAL_CHOSEN/,
  },
  {
    name: 'PFS that the peer wants',
    peer: 'conn r k.esp_proposals=aes256-sha256-modp2048',
    args: PSK,
    step: 'child',
    says: /none of our proposals/,
    code: 'probe/no-esp-proposal',
    cause: /PFS/,
    log: /no matching proposal found/,
  },
  {
    name: 'PFS that the peer does not want',
    args: (scene) => [...PSK(scene), '--pfs', 'modp2048'],
    step: 'child',
    says: /none of our proposals/,
    code: 'probe/no-esp-proposal',
    cause: /PFS/,
    log: /no matching proposal found/,
  },
  {
    name: 'proxy identities',
    args: (scene) => [...OFFER, ...scene.psk(), ...IDENTITIES, '--local-ts', '10.200.0.0/24', '--remote-ts', '10.201.0.0/24'],
    step: 'child',
    says: /identities/,
    code: 'probe/selectors-refused',
    log: /no matching CHILD_SA config found for 10\.200\.0\.0\/24 === 10\.201\.0\.0\/24/,
  },
  // ---- who is who
  {
    name: 'wrong secret, main mode',
    args: WRONG,
    step: 'auth-ours',
    says: /keys do not open/,
    code: 'probe/psk-mismatch',
    log: /invalid HASH_V1 payload length, decryption failed\?|message parsing failed|could not decrypt payloads/,
  },
  {
    name: 'wrong secret, main mode; aggressive mode proves it',
    peer: BESIDES,
    args: WRONG,
    step: 'auth-ours',
    says: /aggressive mode, asked with the same secret and name: HASH_R is made of another secret/,
    code: 'probe/psk-mismatch',
    cause: /Proved by aggressive mode/,
  },
  {
    name: 'wrong secret, aggressive mode',
    peer: AGGRESSIVE,
    args: (scene) => [...WRONG(scene), '--aggressive'],
    step: 'auth-ours',
    says: /HASH_R of "gateway.example" is not the one/,
    code: 'probe/psk-mismatch',
  },
  {
    name: 'another secret for our address',
    peer: BY_ADDRESS,
    args: PSK,
    step: 'auth-ours',
    says: /HASH_R fits, so that the peer has our secret, and main mode finds another one by our address/,
    code: 'probe/psk-by-address',
  },
  {
    name: 'wrong secret, and the peer says nothing',
    path: NO_NOTICES,
    args: WRONG,
    step: 'auth-ours',
    says: /no answer within/,
    code: 'probe/authentication-unanswered',
    cause: /Excluded: a blocked UDP 4500/,
    patience: 2,
  },
  {
    name: 'our identity, main mode',
    args: (scene) => [...PSK(scene), '--id', 'nobody.example'],
    step: 'auth-ours',
    says: /did not accept our authentication: N\(AUTHENTICATION-FAILED\)/,
    code: 'probe/authentication-refused',
    log: /found 1 matching config, but none allows pre-shared key|no peer config found/,
  },
  {
    name: 'our identity, aggressive mode',
    peer: AGGRESSIVE,
    args: (scene) => [...PSK(scene), '--aggressive', '--id', 'nobody.example'],
    step: 'ike-sa-init',
    says: /AUTHENTICATION-FAILED|accept/,
    code: 'probe/authentication-refused',
    log: /no peer config found|found 1 matching config, but none/,
  },
  {
    name: "the peer's name",
    args: (scene) => [...PSK(scene), '--peer-id', 'other.example'],
    step: 'auth-ours',
    says: /calls itself "gateway.example"/,
    code: 'probe/peer-identity-mismatch',
  },
  {
    name: 'the peer wants a certificate',
    peer: 'gateway_certificate rsa-2048',
    args: PSK,
    step: 'auth-ours',
    says: /AUTHENTICATION-FAILED|no answer|keys do not open|accept/,
    code: 'probe/authentication-refused',
  },
  {
    name: 'our certificate is of an authority the peer does not trust',
    peer: 'gateway_certificate rsa-2048',
    args: CERT('other'),
    step: 'auth-ours',
    says: /did not accept our authentication/,
    code: 'probe/authentication-refused',
    log: /no trusted RSA public key found for 'client\.example'/,
  },
  {
    name: "the peer's certificate is of an authority we do not trust",
    peer: 'gateway_certificate other',
    args: CERT('rsa-2048'),
    step: 'auth-ours',
    says: /another CA|not trusted|no authority|issued/,
    code: 'probe/peer-certificate-untrusted',
  },
  {
    name: 'another raw key of the peer',
    peer: 'known_keys rsa-2048',
    args: KEYS('rsa-4096'),
    step: 'auth-ours',
    says: /signature was not made with an RSA key of 4096 bits/,
    code: 'probe/peer-signature-invalid',
  },
  {
    name: 'our raw key, which the peer does not have',
    peer: 'known_keys rsa-2048 rsa-4096',
    args: KEYS('rsa-2048'),
    step: 'auth-ours',
    says: /did not accept our authentication/,
    code: 'probe/authentication-refused',
  },
  // ---- users and addresses
  {
    name: 'the password of hybrid',
    peer: HYBRID,
    args: HYBRID_USER,
    step: 'auth-ours',
    says: /does not accept our user or its password/,
    code: 'probe/xauth-refused',
    log: /XAuth authentication of 'anna' failed/,
  },
  {
    name: 'XAuth password',
    peer: XAUTH,
    args: USER('wrong-psk'),
    step: 'auth-ours',
    says: /does not accept our user or its password/,
    code: 'probe/xauth-refused',
    log: /XAuth authentication of 'anna' failed/,
  },
  {
    name: 'XAuth wanted, and we have no user',
    peer: XAUTH,
    args: PSK,
    step: 'auth-ours',
    says: /did not accept our authentication.*; the same with XAuth offered is accepted, and the peer asks for a user$/,
    code: 'probe/xauth-required',
    log: /found 1 matching config, but none allows pre-shared key authentication using Main Mode/,
  },
  {
    name: 'no mode config',
    args: (scene) => [...PSK(scene), '--virtual-ip'],
    step: 'configuration',
    says: /gave none/,
    code: 'probe/no-virtual-ip',
    log: /no virtual IP found|expected a virtual IP request|peer requested virtual IP/,
  },
  // ---- the path
  {
    name: 'UDP 500 blocked',
    path: ['udp dport 500 drop'],
    args: PSK,
    step: 'udp-500',
    says: /no answer .*UDP 4500 answers/,
    code: 'probe/udp-500-blocked',
    patience: 2,
  },
  {
    name: 'UDP 4500 blocked on the way there',
    path: ['udp dport 4500 iifname t-i drop'],
    args: PSK,
    step: 'auth-ours',
    says: /UDP 4500 answers nothing else either; over UDP 500 alone, without NAT traversal, phase 1 gets through: secret and identity are right/,
    code: 'probe/udp-4500-blocked',
    patience: 2,
  },
  {
    name: 'UDP 4500 blocked on the way back',
    path: ['udp sport 4500 iifname t-r drop'],
    args: PSK,
    step: 'auth-ours',
    says: /UDP 4500 answers nothing else either; over UDP 500 alone, without NAT traversal, phase 1 gets through: secret and identity are right/,
    code: 'probe/udp-4500-blocked',
    patience: 2,
  },
  {
    name: 'UDP 4500 blocked, and a wrong secret',
    path: ['udp dport 4500 drop'],
    args: WRONG,
    step: 'auth-ours',
    says: /UDP 4500 answers nothing else either; over UDP 500 alone, .* pre-shared key is another one too/,
    code: 'probe/udp-4500-blocked',
    patience: 2,
  },
  {
    name: 'both blocked',
    path: ['udp dport { 500, 4500 } drop'],
    args: PSK,
    step: 'udp-500',
    says: /no answer/,
    code: 'probe/peer-silent',
    patience: 2,
  },
  {
    name: 'ESP dropped',
    path: ['udp dport 4500 @th,64,32 != 0 drop'],
    args: PSK,
    step: 'echo',
    says: /no answer from 10\.77\.0\.1; IKE on the same way still answers/,
    code: 'probe/esp-unanswered',
    patience: 3,
  },
];

/** libreswan 4.10 on this machine's own processor: phase 1, and what it refuses of phase 2 before the kernel comes into it. */
interface RefusedByPluto extends Pick<Refused, 'name' | 'args' | 'step' | 'says' | 'code' | 'cause'> {
  /** Settings of its connection besides those of `PLUTO`. */
  readonly conn?: string;
  readonly log: RegExp;
}
const PLUTO = "'ike=aes256-sha2_256;modp2048' 'esp=aes256-sha2_256' pfs=no";
const byPluto: readonly RefusedByPluto[] = [
  {
    name: 'no proposal for phase 1',
    args: (scene) => [...PSK(scene), '--ike', '3des-sha1-modp1536'],
    step: 'ike-sa-init',
    says: /none of our proposals: N\(NO-PROPOSAL-CHOSEN\)/,
    code: 'probe/no-ike-proposal',
    log: /no acceptable Oakley Transform/,
  },
  {
    name: 'no proposal for phase 2',
    args: (scene) => [...PSK(scene), '--esp', '3des-sha1'],
    step: 'child',
    says: /none of our proposals: N\(NO-PROPOSAL-CHOSEN\)/,
    code: 'probe/no-esp-proposal',
    log: /sending encrypted notification NO_PROPOSAL_CHOSEN/,
  },
  {
    name: 'proxy identities',
    args: (scene) => [...OFFER, ...scene.psk(), ...IDENTITIES, '--local-ts', '10.200.0.0/24', '--remote-ts', '10.201.0.0/24'],
    step: 'child',
    says: /identities/,
    code: 'probe/selectors-refused',
    log: /cannot respond to IPsec SA request because no connection is known for/,
  },
  {
    name: 'wrong secret, main mode',
    args: WRONG,
    step: 'auth-ours',
    says: /no answer to message 5 of main mode; it sends message 4 again/,
    code: 'probe/psk-mismatch',
    cause: /Excluded: a blocked port; an identity/,
    log: /mismatch of preshared secrets|malformed payload in packet/,
  },
  {
    name: 'wrong secret, aggressive mode',
    conn: 'aggressive=yes',
    args: (scene) => [...WRONG(scene), '--aggressive'],
    step: 'auth-ours',
    says: /HASH_R of "gateway.example" is not the one/,
    code: 'probe/psk-mismatch',
    log: /sent Aggressive Mode response/,
  },
  {
    name: 'our identity',
    args: (scene) => [...PSK(scene), '--id', 'nobody.example'],
    step: 'auth-ours',
    says: /does not accept our identity: N\(INVALID-ID-INFORMATION\)/,
    code: 'probe/authentication-refused',
    cause: /the secret is right/,
    log: /Peer ID '@nobody\.example' mismatched/,
  },
  {
    name: 'aggressive mode alone',
    conn: 'aggressive=yes',
    args: PSK,
    step: 'udp-500',
    says: /another method or mode was answered/,
    code: 'probe/ikev1-other-method',
    log: /initial Main Mode message received but no connection has been authorized with authby=PSK and xauth=no/,
  },
  {
    name: 'XAuth wanted, and we have no user',
    conn: 'rightxauthclient=yes leftxauthserver=yes',
    args: PSK,
    step: 'udp-500',
    says: /another method or mode was answered/,
    code: 'probe/ikev1-other-method',
    log: /no connection has been authorized with authby=PSK and xauth=no/,
  },
  {
    name: 'no connection for our address',
    conn: 'right=192.0.2.7',
    args: PSK,
    step: 'udp-500',
    says: /an IKE_SA_INIT of IKEv2 was refused/,
    code: 'probe/no-ikev1-connection',
    log: /no connection has been authorized with authby=PSK and xauth=no/,
  },
  {
    name: 'IKEv2 only',
    conn: 'ikev2=insist',
    args: PSK,
    step: 'udp-500',
    says: /an IKE_SA_INIT of IKEv2 was answered/,
    code: 'probe/ikev2-only',
    log: /no connection has been authorized with authby=PSK and xauth=no/,
  },
];

/** One line of a log, as short as a cell. */
const cut = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width));

describe.skipIf(lacking !== '')(`what strongSwan refuses in IKEv1${skipped}`, () => {
  let scene: Ikev2Scene;
  const table: string[] = [];

  beforeAll(async () => {
    scene = await Ikev2Scene.open();
  });
  afterAll(async () => {
    await scene?.close();
    if (table.length > 0) process.stdout.write(`\n${table.join('\n')}\n`);
  });

  it.each(refusals)('$name', async (row) => {
    await scene.peer(`${V1}; ${row.peer ?? ':'}`);
    for (const rule of row.path ?? []) await scene.lab.sh(`path ${JSON.stringify(rule)}`);
    let run: Awaited<ReturnType<Ikev2Scene['probe']>>;
    try {
      const patience = row.patience === undefined ? [] : ['--timeout', `${row.patience}`];
      run = await scene.probe([...row.args(scene), ...patience], PEER);
    } finally {
      if (row.path !== undefined) await scene.lab.sh('path_clear');
    }
    const step = run.steps[row.step];
    const log = scene.log();
    const steps = Object.values(run.steps).map(({ id, status, text }) => `${id} ${status}: ${text}`);
    const findings = run.findings.map(({ code, title, cause }) => `${code}: ${title}: ${cause}`);
    const all = [...steps, ...findings, scene.tail(30)].join('\n');
    const said = row.log === undefined ? '-' : (log.split('\n').find((line) => row.log?.test(line)) ?? 'MISSING');
    table.push(
      `${cut(row.name, 50)} | ${cut(`${row.step}: ${step?.text}`, 110)} | ${cut(said.replace(/^\w{3} +\d+ [\d:]+ \d+/, ''), 100)}`,
    );
    expect(step?.status, all).toBe(row.status ?? 'fail');
    expect(step?.text, all).toMatch(row.says);
    expect(
      run.findings.map(({ code }) => code),
      all,
    ).toContain(row.code);
    if (row.cause !== undefined) expect(run.findings.map(({ cause }) => cause).join(' '), all).toMatch(row.cause);
    if (row.log !== undefined) expect(log).toMatch(row.log);
    expect(run.status).toBe(1);
  });
});

describe.skipIf(lacking !== '')(`what libreswan refuses in IKEv1${skipped}`, () => {
  let scene: Ikev2Scene;
  const table: string[] = [];

  beforeAll(async () => {
    scene = await Ikev2Scene.open();
    await scene.lab.sh(`. ${quoted(plutoHere)}`);
  });
  afterAll(async () => {
    await scene?.close();
    if (table.length > 0) process.stdout.write(`\n${table.join('\n')}\n`);
  });

  it.each(byPluto)('$name', async ({ name, conn = '', args, step: id, says, code, cause, log: wanted }) => {
    await scene.lab.sh(`pluto_here ${PLUTO} ${conn}`, 120);
    const run = await scene.probe([...args(scene), '--timeout', '3'], PEER, 120);
    const log = await scene.lab.sh('grep -v "^|" "$TMP/pluto/pluto.log"');
    const step = run.steps[id];
    const findings = run.findings.map((finding) => `${finding.code}: ${finding.title}: ${finding.cause}`);
    const all = [...Object.values(run.steps).map((one) => `${one.id} ${one.status}: ${one.text}`), ...findings, log.slice(-3000)].join(
      '\n',
    );
    const said = log.split('\n').find((line) => wanted.test(line)) ?? 'MISSING';
    table.push(`${cut(name, 50)} | ${cut(`${id}: ${step?.text}`, 110)} | ${cut(said.replace(/^\w{3} +\d+ [\d:.]+ /, ''), 100)}`);
    expect(step?.status, all).toBe('fail');
    expect(step?.text, all).toMatch(says);
    expect(
      run.findings.map((finding) => finding.code),
      all,
    ).toContain(code);
    if (cause !== undefined) expect(run.findings.map((finding) => finding.cause).join(' '), all).toMatch(cause);
    expect(log, all).toMatch(wanted);
  });
});
