import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITIES, Ikev2Scene, PEER, type ProbeRun, SELECTORS } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/** Whatever strongSwan 5.9.8 refuses, and what goes wrong on the way: `probe peer` names it. Prints our words beside strongSwan's log. */
const lacking = lackingForPeers();
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;

interface Refused {
  readonly name: string;
  readonly peer?: string;
  /** What the path does, in the lab; `undo` takes it back. */
  readonly before?: string;
  readonly undo?: string;
  readonly args: (scene: Ikev2Scene) => readonly string[];
  /** While the probe is waiting for an echo that does not come. */
  readonly during?: string;
  /** The step that says it, its end and its words. */
  readonly step: string;
  readonly status?: 'fail' | 'warn';
  readonly says: RegExp;
  /** A finding says so too. */
  readonly code?: string;
  readonly cause?: RegExp;
  /** strongSwan's line about it; none where it is not the one who refuses. */
  readonly log?: RegExp;
  /** Seconds to wait for an answer. */
  readonly patience?: number;
  readonly exit?: number;
}

const PSK = (scene: Ikev2Scene) => [...scene.psk(), ...IDENTITIES, ...SELECTORS];
const CERT = (kind: string, ca?: string) => (scene: Ikev2Scene) => [...scene.certificate(kind, ca), ...IDENTITIES, ...SELECTORS];
const EAP = (method: string, name?: string) => (scene: Ikev2Scene) => [
  ...scene.eap(method, name),
  ...['--id', 'anna', '--peer-id', 'gateway.example', '--virtual-ip', '--remote-ts', '10.77.0.0/24', '--ping', '10.77.0.1'],
];
const path = (rule: string) => ({ before: `path ${JSON.stringify(rule)}`, undo: 'path_clear' });
/** ESP in UDP 4500: no non-ESP marker behind the UDP header. */
const ESP_IN_UDP = 'udp dport 4500 @th,64,32 != 0';
const FRAGMENT = 'ip frag-off & 0x3fff != 0';

const refusals: readonly Refused[] = [
  // ---- proposals
  {
    name: 'no IKE proposal',
    args: (scene) => [...PSK(scene), '--ike', 'aes256-sha512-modp2048'],
    step: 'ike-sa-init',
    says: /the peer accepts none of our proposals: N\(NO_PROPOSAL_CHOSEN\)/,
    code: 'probe/no-ike-proposal',
    log: /received proposals unacceptable/,
  },
  {
    name: 'no common group',
    args: (scene) => [...PSK(scene), '--ike', 'aes128-sha256-ecp256'],
    step: 'ike-sa-init',
    says: /the peer accepts none of our proposals: N\(NO_PROPOSAL_CHOSEN\)/,
    code: 'probe/no-ike-proposal',
    cause: /encryption, integrity, PRF and group/,
    log: /received proposals unacceptable/,
  },
  {
    name: 'no connection for our address',
    peer: 'conn r c.remote_addrs=192.0.2.9',
    args: PSK,
    step: 'ike-sa-init',
    says: /NO_PROPOSAL_CHOSEN/,
    code: 'probe/no-ike-proposal',
    cause: /no configuration at all for a peer at 198\.51\.100\.1/,
    log: /no IKE config found for 203\.0\.113\.2\.\.\.198\.51\.100\.1, sending NO_PROPOSAL_CHOSEN/,
  },
  {
    name: 'IKEv1 only',
    peer: 'conn r c.version=1',
    args: (scene) => [...PSK(scene), '--ikev2'],
    step: 'ike-sa-init',
    says: /NO_PROPOSAL_CHOSEN/,
    code: 'probe/ikev1-only',
    log: /no IKE config found for 203\.0\.113\.2\.\.\.198\.51\.100\.1, sending NO_PROPOSAL_CHOSEN/,
  },
  {
    name: 'no ESP proposal',
    args: (scene) => [...PSK(scene), '--esp', 'aes256gcm16'],
    step: 'child',
    says: /the peer accepts none of our proposals: N\(NO_PROPOSAL_CHOSEN\) in IKE_AUTH/,
    code: 'probe/no-esp-proposal',
    log: /no acceptable proposal found/,
  },
  {
    name: 'PFS at the peer alone',
    peer: 'conn r k.esp_proposals=aes128-sha256-modp3072',
    args: (scene) => [...PSK(scene), '--esp', 'aes128-sha256'],
    step: 'rekey-child',
    says: /NO_PROPOSAL_CHOSEN.* in CREATE_CHILD_SA/,
    code: 'probe/rekey-refused',
    cause: /at the first rekeying, hours later, the groups for PFS are compared and do not fit/,
    log: /parsed CREATE_CHILD_SA request[^\n]*\n(?:[^\n]*\n)*?[^\n]*no acceptable proposal found/,
  },
  {
    name: 'selectors',
    args: (scene) => [...scene.psk(), ...IDENTITIES, '--local-ts', '10.78.0.0/24', '--remote-ts', '10.99.0.0/24'],
    step: 'child',
    says: /the peer accepts none of our traffic selectors: N\(TS_UNACCEPTABLE\)/,
    code: 'probe/selectors-refused',
    log: /traffic selectors 10\.99\.0\.0\/24 === 10\.78\.0\.0\/24 unacceptable/,
  },
  {
    name: 'selectors wider than those of the peer',
    args: (scene) => [...scene.psk(), ...IDENTITIES, '--local-ts', '10.78.0.0/16', '--remote-ts', '10.77.0.0/16', '--ping', '10.77.0.1'],
    step: 'child',
    status: 'warn',
    says: /10\.78\.0\.0\/24 to 10\.77\.0\.0\/24/,
    code: 'probe/selectors-narrowed',
    log: /established with SPIs \w+ \w+ and TS 10\.77\.0\.0\/24 === 10\.78\.0\.0\/24/,
  },
  // ---- who is who
  {
    name: 'wrong pre-shared key',
    args: (scene) => [...scene.psk('wrong-psk'), ...IDENTITIES, ...SELECTORS],
    step: 'auth-ours',
    says: /the peer did not accept our authentication: N\(AUTHENTICATION_FAILED\)/,
    code: 'probe/authentication-refused',
    cause: /pre-shared keys differ/,
    log: /tried 1 shared key for .* but MAC mismatched/,
  },
  {
    name: 'our identity is not the one the peer has',
    args: (scene) => [...scene.psk(), '--id', 'somebody.example', '--peer-id', 'gateway.example', ...SELECTORS],
    step: 'auth-ours',
    says: /AUTHENTICATION_FAILED/,
    code: 'probe/authentication-refused',
    cause: /our identity \(--id\) is not the one configured there/,
    log: /no matching peer config found/,
  },
  {
    name: 'the peer is called otherwise than asked for',
    args: (scene) => [...scene.psk(), '--id', 'client.example', '--peer-id', 'somebody.example', ...SELECTORS],
    step: 'auth-ours',
    says: /refused as long as somebody\.example is asked for; accepted without: it calls itself gateway\.example/,
    code: 'probe/peer-id-wrong',
    log: /no matching peer config found/,
  },
  {
    name: 'the peer wants a certificate',
    peer: 'gateway_certificate rsa-2048',
    args: (scene) => [...PSK(scene), '--ca', `${scene.lab.folder}/pki/ca.pem`],
    step: 'auth-ours',
    says: /AUTHENTICATION_FAILED/,
    code: 'probe/authentication-refused',
    cause: /another method, a certificate/,
    log: /constraint requires public key authentication, but pre-shared key was used/,
  },
  {
    name: 'our certificate has expired',
    peer: 'gateway_certificate rsa-2048',
    args: CERT('expired'),
    step: 'auth-ours',
    says: /AUTHENTICATION_FAILED/,
    code: 'probe/authentication-refused',
    cause: /Most likely because of what we see ourselves: our own certificate: .* has expired/,
    log: /subject certificate invalid/,
  },
  {
    name: 'our certificate is of an authority the peer does not trust',
    peer: 'gateway_certificate rsa-2048',
    args: (scene) => [...CERT('other')(scene), '--ca', `${scene.lab.folder}/pki/other-ca.pem`],
    step: 'auth-ours',
    says: /AUTHENTICATION_FAILED/,
    code: 'probe/authentication-refused',
    cause: /the peer asked for certificates of another authority/,
    log: /no trusted RSA public key found for 'client\.example'/,
  },
  {
    name: 'our certificate has another name',
    peer: 'gateway_certificate rsa-2048',
    args: CERT('renamed'),
    step: 'auth-ours',
    says: /AUTHENTICATION_FAILED/,
    code: 'probe/authentication-refused',
    cause: /we call ourselves "client\.example", our certificate is for .*client\.elsewhere\.example/,
    log: /no trusted RSA public key found for 'client\.example'/,
  },
  {
    name: 'our intermediate certificate is missing',
    peer: 'gateway_certificate rsa-2048',
    args: CERT('below'),
    step: 'auth-ours',
    says: /AUTHENTICATION_FAILED/,
    code: 'probe/authentication-refused',
    cause: /intermediate/,
    log: /no issuer certificate found for .*client\.example/,
  },
  {
    name: "the peer's certificate has expired",
    peer: 'gateway_certificate expired',
    args: CERT('rsa-2048'),
    step: 'auth-theirs',
    says: /has expired: not after 2025-02-01/,
    code: 'probe/peer-certificate-expired',
    log: /authentication of 'gateway\.example' \(myself\) with RSA/,
  },
  {
    name: "the peer's certificate is of an authority we do not trust",
    peer: 'gateway_certificate other',
    args: CERT('rsa-2048'),
    step: 'auth-theirs',
    says: /was issued by .*another CA, .*/,
    log: /authentication of 'gateway\.example' \(myself\) with RSA/,
  },
  {
    name: "the peer's certificate has another name",
    peer: 'gateway_certificate renamed',
    args: CERT('rsa-2048'),
    step: 'auth-theirs',
    says: /calls itself "gateway\.example", its certificate is for .*gateway\.elsewhere\.example/,
    code: 'probe/peer-identity-mismatch',
    log: /authentication of 'gateway\.example' \(myself\) with RSA/,
  },
  {
    name: 'the peer has no key for its certificate',
    peer: 'gateway_certificate wrong-key',
    args: CERT('rsa-2048'),
    step: 'auth-ours',
    says: /AUTHENTICATION_FAILED/,
    code: 'probe/authentication-refused',
    cause: /it cannot prove itself: no key for its own certificate/,
    log: /no private key found for 'gateway\.example'/,
  },
  {
    name: 'wrong EAP password',
    peer: 'gateway_certificate rsa-2048; eap mschapv2; conn r secrets.eap-1.secret=another-password',
    args: EAP('mschapv2'),
    step: 'auth-ours',
    says: /the server refused "anna" by MSCHAPv2 \(E=691\): user name or password is wrong/,
    code: 'probe/eap-refused',
    log: /EAP method EAP_MSCHAPV2 failed for peer anna/,
  },
  {
    name: 'unknown EAP user',
    peer: 'gateway_certificate rsa-2048; eap mschapv2',
    args: EAP('mschapv2', 'berta'),
    step: 'auth-ours',
    says: /the server refused "berta" by MSCHAPv2 \(E=691\): user name or password is wrong/,
    code: 'probe/eap-refused',
    log: /no EAP key found for hosts .* 'berta'/,
  },
  {
    name: 'another EAP method',
    peer: 'gateway_certificate rsa-2048; eap md5',
    args: EAP('mschapv2'),
    step: 'auth-ours',
    says: /no EAP method in common: the server asked for MD5-Challenge, we have MSCHAPv2/,
    log: /received EAP_NAK|EAP method EAP_MD5 failed|initiating EAP_MD5/,
  },
  {
    name: 'no virtual address',
    args: (scene) => [...scene.psk(), ...IDENTITIES, '--virtual-ip', '--remote-ts', '10.77.0.0/24'],
    step: 'configuration',
    says: /the peer had no address to give: N\(INTERNAL_ADDRESS_FAILURE\)/,
    code: 'probe/no-virtual-ip',
    log: /no virtual IP found for/,
  },
  {
    name: 'the peer has no such PPK and insists on one',
    peer: 'conn r c.ppk_id=office-ppk c.ppk_required=yes secrets.ppk-1.id=office-ppk secrets.ppk-1.secret=another',
    args: (scene) => [...PSK(scene), '--ppk-id', 'office-ppk', '--ppk-file', `${scene.lab.folder}/password`],
    step: 'auth-ours',
    says: /AUTHENTICATION_FAILED/,
    code: 'probe/authentication-refused',
    cause: /the postquantum keys \(PPK\) differ/,
    log: /tried 1 shared key for .* but MAC mismatched/,
  },
  {
    name: 'the peer has no PPK',
    args: (scene) => [...PSK(scene), '--ppk-id', 'office-ppk', '--ppk-file', `${scene.lab.folder}/password`],
    step: 'auth-ours',
    says: /we must use a postquantum key, and the peer did not announce USE_PPK/,
  },
  {
    name: 'no CHILD_SA in IKE_AUTH',
    peer: 'conn r c.childless=force',
    args: (scene) => [...PSK(scene), '--ikev2'],
    step: 'child',
    says: /INVALID_SYNTAX/,
    code: 'probe/childless-required',
    log: /peer did not initiate a childless IKE_SA/,
  },
  // ---- the path
  {
    name: 'UDP 500 blocked',
    ...path('udp dport 500 drop'),
    args: PSK,
    step: 'udp-500',
    says: /no answer/,
    patience: 2,
  },
  {
    name: 'UDP 500 rejected as if the host were not there',
    ...path('udp dport 500 reject with icmp type host-unreachable'),
    args: PSK,
    step: 'udp-500',
    says: /answered with ICMP: host unreachable \(said by [\d.]+\); UDP 4500 answers/,
    code: 'probe/udp-500-blocked',
    cause: /for UDP 500 alone/,
    patience: 2,
  },
  {
    name: 'UDP 4500 blocked on the way there',
    ...path('udp dport 4500 iifname t-i drop'),
    args: PSK,
    step: 'auth-ours',
    says: /no answer to IKE_AUTH, and UDP 4500 answers nothing else either/,
    code: 'probe/udp-4500-blocked',
    patience: 2,
    log: /generating IKE_SA_INIT response/,
  },
  {
    name: 'UDP 4500 blocked on the way back',
    ...path('udp sport 4500 iifname t-r drop'),
    args: PSK,
    step: 'auth-ours',
    says: /no answer to IKE_AUTH, and UDP 4500 answers nothing else either/,
    code: 'probe/udp-4500-blocked',
    patience: 2,
    log: /from 203\.0\.113\.2\[4500\] to 198\.51\.100\.1\[4500\]/,
  },
  {
    name: 'ESP dropped on the way there',
    ...path(`iifname t-i ${ESP_IN_UDP} drop`),
    args: PSK,
    step: 'echo',
    says: /no answer from 10\.77\.0\.1; IKE on the same way still answers/,
    patience: 3,
    log: /CHILD_SA net\{1\} established/,
  },
  {
    name: 'ESP dropped on the way back',
    ...path(`iifname t-r ${ESP_IN_UDP} drop`),
    args: PSK,
    step: 'echo',
    says: /no answer from 10\.77\.0\.1; IKE on the same way still answers/,
    patience: 3,
    log: /CHILD_SA net\{1\} established/,
  },
  {
    name: 'ESP dropped both ways',
    ...path(`${ESP_IN_UDP} drop`),
    args: PSK,
    step: 'echo',
    says: /no answer from 10\.77\.0\.1; IKE on the same way still answers/,
    patience: 3,
    log: /CHILD_SA net\{1\} established/,
  },
  {
    name: 'a filter inside, behind the peer',
    before: 'at r ip daddr 10.77.0.1 icmp type echo-request drop',
    undo: 'ns r nft flush table inet at',
    args: PSK,
    step: 'echo',
    says: /no answer from 10\.77\.0\.1; IKE on the same way still answers/,
    patience: 3,
    log: /CHILD_SA net\{1\} established/,
  },
  {
    name: 'IP fragments dropped, and IKE_AUTH needs them',
    peer: 'gateway_certificate rsa-4096; conn r c.fragmentation=no',
    ...path(`${FRAGMENT} drop`),
    args: (scene) => [...CERT('rsa-4096')(scene), '--fragment-size', '0'],
    step: 'auth-ours',
    says: /no answer to IKE_AUTH of \d+ bytes: IP fragments are lost on the way/,
    code: 'probe/fragments-dropped',
    patience: 3,
    log: /generating IKE_SA_INIT response/,
  },
  {
    name: 'IP fragments dropped',
    ...path(`${FRAGMENT} drop`),
    args: PSK,
    step: 'fragments',
    status: 'warn',
    says: /fragment|2400/,
    patience: 3,
    log: /CHILD_SA net\{1\} established/,
  },
  {
    name: 'a path MTU of 1300',
    before: 'ns m ip link set t-r mtu 1300; ns r ip link set r0 mtu 1300',
    undo: 'ns m ip link set t-r mtu 1500; ns r ip link set r0 mtu 1500; ns i ip route flush cache',
    args: PSK,
    step: 'outer-path-mtu',
    status: 'warn',
    says: /1300/,
    patience: 3,
    log: /CHILD_SA net\{1\} established/,
  },
  {
    name: 'nobody at that address',
    args: PSK,
    before: 'stop charon-r -9',
    step: 'udp-500',
    says: /unreachable|refused|closed|nothing/,
    patience: 2,
  },
  {
    name: 'the peer restarts',
    before: 'at r ip daddr 10.77.0.1 icmp type echo-request drop',
    undo: 'ns r nft flush table inet at',
    args: PSK,
    during: 'stop charon-r -9; start r',
    step: 'echo',
    says: /no answer within [\d.]+ s.*answers whoever begins anew/,
    code: 'probe/peer-restarted',
    cause: /its daemon was restarted/,
    patience: 8,
  },
];

/** One line of a log, as short as a cell. */
const cut = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width));

describe.skipIf(lacking !== '')(`what strongSwan refuses${skipped}`, () => {
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
    await scene.peer(row.peer ?? ':');
    if (row.before !== undefined) await scene.lab.sh(row.before);
    let run: ProbeRun;
    try {
      const args = [...row.args(scene), ...(row.patience === undefined ? [] : ['--timeout', `${row.patience}`])];
      const running = scene.probe(args, PEER);
      if (row.during !== undefined) {
        while (!/CHILD_SA net\{1\} established/.test(scene.log())) await setTimeout(20);
        await scene.lab.sh(row.during);
      }
      run = await running;
    } finally {
      if (row.undo !== undefined) await scene.lab.sh(row.undo);
    }
    const step = run.steps[row.step];
    const log = scene.log();
    const others = Object.values(run.steps).map(({ id, status, text }) => `${id} ${status}: ${text}`);
    const all = `${others.join('\n')}\n${run.findings.map(({ code, title, cause }) => `${code}: ${title}: ${cause}`).join('\n')}\n${scene.tail(30)}`;
    table.push(
      `${cut(row.name, 46)} | ${cut(`${row.step}: ${step?.text}`, 100)} | ${cut(row.log === undefined ? '-' : (lineOf(log, row.log) ?? 'MISSING'), 100)}`,
    );
    expect(step?.status, all).toBe(row.status ?? 'fail');
    expect(step?.text, all).toMatch(row.says);
    if (row.code !== undefined)
      expect(
        run.findings.map(({ code }) => code),
        all,
      ).toContain(row.code);
    if (row.cause !== undefined) expect(run.findings.map(({ cause }) => cause).join(' '), all).toMatch(row.cause);
    if (row.log !== undefined) expect(log).toMatch(row.log);
    expect(run.status).toBe(row.status === 'warn' ? run.status : 1);
  });
});

/** The line of the log that the pattern found, without its date. */
function lineOf(log: string, pattern: RegExp): string | undefined {
  const found = pattern.exec(log);
  if (found === null) return undefined;
  const end = log.indexOf('\n', found.index + found[0].length - 1);
  return log
    .slice(0, end)
    .split('\n')
    .at(-1)
    ?.replace(/^\w{3} +\d+ [\d:]+ \d+/, '');
}
