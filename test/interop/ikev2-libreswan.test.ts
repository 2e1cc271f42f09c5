import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITIES, Ikev2Scene, type ProbeRun, quoted, SELECTORS, stepsAmiss } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/**
 * Peers with kernel ESP, in a guest: libreswan 4.10, strongSwan 5.9.8 and OpenIKED 7.2, with ESP and AH as IP protocols 50 and 51, transport mode, ESN,
 * IPComp. We are the router beside it, with raw sockets.
 */
const lacking = lackingForPeers();
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;

interface Tunnel {
  readonly name: string;
  readonly peer: string;
  readonly args?: (scene: Ikev2Scene) => readonly string[];
  /** What steps say. */
  readonly says?: Readonly<Record<string, RegExp>>;
  /** The peer's log. */
  readonly log?: readonly RegExp[];
  /** What its kernel says while the tunnel is up. */
  readonly kernel?: RegExp;
}

const PSK = (scene: Ikev2Scene) => [...scene.psk(), ...IDENTITIES, ...SELECTORS];
const CERT = (kind: string) => (scene: Ikev2Scene) => [...scene.certificate(kind), ...IDENTITIES, ...SELECTORS];
const HOSTS = ['--local-ts', '203.0.113.254/32', '--remote-ts', '203.0.113.2/32', '--ping', '203.0.113.2'];
const PROTOCOL_50 = { nat: /none between us; ESP goes as IP protocol 50/ };

const libreswan: readonly Tunnel[] = [
  {
    name: 'pre-shared key, ESP as protocol 50',
    peer: 'fresh_pluto',
    says: PROTOCOL_50,
    log: [/authenticated peer using authby=secret and ID_FQDN '@client\.example'/],
    kernel: /proto esp spi 0x[0-9a-f]+\(\d+\) reqid \d+\S* mode tunnel\n(?!.*encap)/,
  },
  {
    name: 'the very ipsec.conf and ipsec.secrets that pluto has, by --conn',
    peer: 'fresh_pluto; vm_exec r "cat /etc/ipsec.secrets" >$TMP/ipsec.secrets',
    args: (scene) => ['--conn', 'lab', '--config', `${scene.lab.folder}/ipsec.conf`],
    says: PROTOCOL_50,
    log: [/authenticated peer using authby=secret and ID_FQDN '@client\.example'/],
  },
  {
    name: 'certificates',
    peer: 'into_nss rsa-2048; fresh_pluto authby=rsasig rightcert=gateway leftrsasigkey=%cert',
    args: CERT('rsa-2048'),
    says: { ...PROTOCOL_50, 'auth-theirs': /signed with the key of .*CN=gateway\.example/ },
    log: [/authenticated peer '2048-bit PKCS#1 1.5 RSA with SHA2_256' digital signature using peer certificate '@client\.example'/],
  },
  {
    name: 'AES-CBC with SHA-1 and DH 14',
    peer: "fresh_pluto 'ike=aes128-sha1;modp2048' 'esp=aes128-sha1' pfs=no",
    args: (scene) => [...PSK(scene), '--ike', 'aes128-sha1-modp2048', '--esp', 'aes128-sha1'],
    says: { child: /AES_CBC_128, AUTH_HMAC_SHA1_96/ },
    kernel: /auth-trunc hmac\(sha1\) .* 96[\s\S]*enc cbc\(aes\)/,
  },
  {
    name: 'ChaCha20-Poly1305',
    peer: "fresh_pluto 'ike=chacha20_poly1305-sha2_256;dh31' 'esp=chacha20_poly1305' pfs=no",
    args: (scene) => [...PSK(scene), '--ike', 'chacha20poly1305-prfsha256-x25519', '--esp', 'chacha20poly1305'],
    kernel: /rfc7539esp\(chacha20,poly1305\)/,
  },
  {
    name: 'forced encapsulation',
    peer: 'fresh_pluto encapsulation=yes',
    args: (scene) => [...PSK(scene), '--force-encap'],
    says: { nat: /ESP goes in UDP/ },
    kernel: /encap type espinudp sport 4500 dport 4500/,
  },
  {
    name: 'transport mode',
    peer: 'fresh_pluto type=transport leftsubnet= rightsubnet=',
    args: (scene) => [...scene.psk(), ...IDENTITIES, ...HOSTS, '--transport-mode'],
    kernel: /mode transport/,
  },
  {
    name: 'extended sequence numbers',
    peer: 'fresh_pluto esn=yes',
    args: (scene) => [...PSK(scene), '--esn'],
    says: { child: /ESN/ },
    kernel: /flag [^\n]*\besn\b/,
  },
  {
    name: 'AH, protocol 51',
    peer: "fresh_pluto phase2=ah 'ah=sha2_256' pfs=no",
    args: (scene) => [...PSK(scene), '--ah', 'sha256'],
    kernel: /proto ah spi/,
  },
];

const strongswan: readonly Tunnel[] = [
  {
    name: 'pre-shared key, ESP as protocol 50',
    peer: '',
    says: PROTOCOL_50,
    log: [/authentication of 'client\.example' with pre-shared key successful/],
    kernel: /proto esp [\s\S]*mode tunnel/,
  },
  {
    name: 'forced encapsulation',
    peer: 'conn r c.encap=yes',
    says: { nat: /ESP goes in UDP/ },
    kernel: /encap type espinudp/,
  },
  {
    name: 'transport mode',
    peer: 'conn r k.mode=transport k.local_ts=dynamic k.remote_ts=dynamic',
    args: (scene) => [...scene.psk(), ...IDENTITIES, ...HOSTS, '--transport-mode'],
    log: [/N\(USE_TRANSP\)/],
    kernel: /mode transport/,
  },
  {
    name: 'extended sequence numbers',
    peer: 'conn r k.esp_proposals=aes256gcm16-esn',
    args: (scene) => [...PSK(scene), '--esp', 'aes256gcm16', '--esn'],
    log: [/selected proposal: ESP:AES_GCM_16_256\/EXT_SEQ/],
    kernel: /flag [^\n]*\besn\b/,
  },
  {
    name: 'AH, protocol 51',
    peer: 'conn r k.esp_proposals= k.ah_proposals=sha256',
    args: (scene) => [...PSK(scene), '--ah', 'sha256'],
    log: [/selected proposal: AH:HMAC_SHA2_256_128\/NO_EXT_SEQ/],
    kernel: /proto ah spi/,
  },
  {
    name: 'IPComp',
    peer: 'conn r k.ipcomp=yes',
    args: (scene) => [...PSK(scene), '--ipcomp'],
    log: [/N\(IPCOMP_SUP\)/],
    kernel: /proto comp/,
  },
];

describe.skipIf(lacking !== '')(`peers with kernel ESP${skipped}`, () => {
  let scene: Ikev2Scene;
  beforeAll(async () => {
    scene = await Ikev2Scene.open({ kind: 'guest' });
  });
  afterAll(async () => {
    await scene?.close();
  });

  const guest = (script: string) => scene.lab.sh(`vm_exec r ${quoted(script)}`);

  /** The probe; beside it every SA that the kernel of the guest was given meanwhile. */
  const probe = ({ args = PSK }: Tunnel) => scene.whileWatched(() => scene.probe([...args(scene), '--timeout', '15']));
  const judge = (tunnel: Tunnel, run: ProbeRun, kernel: string, log: string) => {
    const tail = `${log.split('\n').slice(-40).join('\n')}\n${kernel}`;
    expect(
      stepsAmiss(run).map(({ id, status, text, details }) => `${id} ${status}: ${text} ${details.join('; ')}`),
      tail,
    ).toEqual([]);
    expect(run.steps['echo']?.status).toBe('pass');
    for (const [id, words] of Object.entries(tunnel.says ?? {})) expect(run.steps[id]?.text, id).toMatch(words);
    for (const line of tunnel.log ?? []) expect(log).toMatch(line);
    if (tunnel.kernel !== undefined) expect(kernel).toMatch(tunnel.kernel);
  };

  it.each(libreswan)('libreswan: $name', async (tunnel) => {
    await scene.lab.sh(tunnel.peer);
    const { run, kernel } = await probe(tunnel);
    await scene.lab.sh('save_logs');
    const log = readFileSync(`${scene.lab.folder}/r/pluto.log`, 'latin1');
    judge(tunnel, run, kernel, log);
    expect(log).toMatch(/responder established Child SA/);
    // What went through, in its own count.
    expect(log).toMatch(/(?:ESP|AH) traffic information: in=[1-9]\w* out=[1-9]\w*/);
    expect(await guest('ipsec whack --trafficstatus')).not.toMatch(/type=/);
  });

  it.each(strongswan)('strongSwan: $name', async (tunnel) => {
    await scene.peer(tunnel.peer === '' ? ':' : tunnel.peer);
    const { run, kernel } = await probe(tunnel);
    await scene.lab.sh('save_logs');
    const log = scene.log();
    judge(tunnel, run, kernel, log);
    expect(log).toMatch(/CHILD_SA net\{\d+\} established/);
    expect(log).toMatch(/closing CHILD_SA net\{\d+\} with SPIs \w+_i \([1-9]\d* bytes\) \w+_o \([1-9]\d* bytes\)/);
    expect(await scene.established()).toBe(0);
  });

  it('OpenIKED: pre-shared key, ESP as protocol 50', async (context) => {
    const here = await scene.lab.sh('openiked_here && echo here || true');
    if (!here.includes('here')) return context.skip("Debian's package openiked cannot be had");
    await scene.lab.sh('fresh_iked');
    const run = await scene.probe([...PSK(scene), '--timeout', '15']);
    const log = await guest('cat /tmp/iked.log');
    // It has no ESP of its own: what echo went through is the kernel's, which got these SAs.
    judge({ name: '', peer: '', says: PROTOCOL_50, log: [/ikev2_childsa_enable: loaded/] }, run, '', log);
    expect(log).toMatch(/sa_state: \S+ -> ESTABLISHED from 203\.0\.113\.254:500/);
    // The second is that of the rekeying.
    expect(log.match(/-> ESTABLISHED/g)?.length).toBe(2);
    expect(log.match(/ikev2_ikesa_recv_delete: received delete/g)?.length).toBe(2);
    expect(run.steps['rekey-child']?.text).toMatch(/echo passes with the new keys/);
  });

  it('probe scan finds what libreswan has configured', async () => {
    await scene.lab.sh("fresh_pluto 'ike=aes256-sha2_256;modp2048+dh31,aes_gcm256-sha2_512;dh19'");
    const { stdout } = await scene.lab.vpndoctor(['probe', 'scan', '203.0.113.2', '--ikev2', '--json', '--rate', '50', '--timeout', '10']);
    const scan = JSON.parse(stdout) as { accepted: Record<string, readonly { name: string }[]>; messages: number };
    process.stdout.write(`libreswan: ${scan.messages} messages\n`);
    const names = Object.fromEntries(Object.entries(scan.accepted).map(([kind, found]) => [kind, found.map(({ name }) => name)]));
    expect(names).toEqual({
      encr: ['AES_CBC_256', 'AES_GCM_16_256'],
      prf: ['PRF_HMAC_SHA2_256', 'PRF_HMAC_SHA2_512'],
      integ: ['AUTH_HMAC_SHA2_256_128'],
      ke: ['MODP_2048', 'ECP_256', 'CURVE25519'],
    });
    expect(scan.messages).toBeLessThan(100);
  });

  it('libreswan begins, `serve` answers: ESP as protocol 50, rekeyed by libreswan', async () => {
    await scene.lab.sh('fresh_pluto pfs=yes');
    const ours = await scene.serve([...scene.psk(), ...IDENTITIES, '--pfs', 'x25519-modp2048']);
    try {
      expect(await guest('timeout 60 ipsec auto --up lab')).toMatch(/initiator established Child SA/);
      const ping = 'for n in 1 2 3; do ping -n -q -c 1 -W 10 -I 10.77.0.1 10.78.0.9 || exit 1; done';
      await guest(ping);
      expect(await guest('ipsec whack --rekey-ipsec --name lab')).not.toMatch(/fail/i);
      await ours.says(/CHILD_SA rekeyed/);
      await guest(ping);
      expect(await guest('ipsec whack --rekey-ike --name lab')).not.toMatch(/fail/i);
      await ours.says(/IKE SA rekeyed/);
      await guest(ping);
      expect(await guest('ipsec whack --trafficstatus')).toMatch(/inBytes=[1-9]\d*, outBytes=[1-9]\d*/);
      await guest('ipsec auto --down lab');
      await ours.says(/IKE SA deleted by the peer/);
      expect(ours.output).toMatch(/NAT: none between us/);
    } finally {
      await ours.stop();
    }
  });
});
