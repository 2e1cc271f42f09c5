import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITIES, Ikev2Scene, SELECTORS } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/**
 * IKEv1: our initiator against strongSwan 5.9.8 with ESP in user space. Every tunnel passes echo, is rekeyed in both phases and deleted.
 * What is refused stands in ikev1-refusals.test.ts.
 */
const lacking = lackingForPeers();
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;

const AGGRESSIVE = 'conn r c.aggressive=yes ss.i_dont_care_about_security_and_use_aggressive_mode_psk=yes';
const PSK = (scene: Ikev2Scene) => [...scene.psk(), ...IDENTITIES, ...SELECTORS];

/** strongSwan asks for a user after phase 1, and gives addresses. */
const XAUTH = `conn r l.round=1 r.round=1 connections.lab.remote-xauth.round=2 connections.lab.remote-xauth.auth=xauth \
  c.pools=inner pools.inner.addrs=10.79.0.0/28 pools.inner.dns=10.77.0.53 k.remote_ts= \
  secrets.xauth-1.id=anna secrets.xauth-1.secret=test-password-not-secret`;
const USER = (scene: Ikev2Scene, file = 'password') => [
  ...scene.psk(),
  ...IDENTITIES,
  ...['--xauth-user', 'anna', '--xauth-password-file', `${scene.lab.folder}/${file}`],
  ...['--virtual-ip', '--remote-ts', '10.77.0.0/24', '--ping', '10.77.0.1'],
];

/** Keys that both ends have of each other, without certificates. */
const KEYS = (kind: string) => (scene: Ikev2Scene) => [
  ...['--key', `${scene.lab.folder}/pki/client-${kind}.key`, '--peer-key', `${scene.lab.folder}/pki/gateway-${kind}.pub`],
  ...IDENTITIES,
  ...SELECTORS,
];
/** strongSwan shows its certificate, the client nothing but its user. */
const HYBRID = `gateway_certificate rsa-2048; ${XAUTH.replace('r.round=1 ', '')}; conn r r.auth=xauth r.round=1 connections.lab.remote-xauth.round= \
  connections.lab.remote-xauth.auth=`;
const HYBRID_USER = (file: string) => (scene: Ikev2Scene) => [
  ...['--hybrid', '--ca', `${scene.lab.folder}/pki/ca.pem`, ...IDENTITIES],
  ...['--xauth-user', 'anna', '--xauth-password-file', `${scene.lab.folder}/${file}`],
  ...['--virtual-ip', '--remote-ts', '10.77.0.0/24', '--ping', '10.77.0.1'],
];
/** strongSwan gives the address unasked. */
const PUSH = 'conn r c.pull=no c.pools=inner pools.inner.addrs=10.79.0.0/28 k.remote_ts=';

interface Tunnel {
  readonly name: string;
  readonly ike: string;
  readonly esp: string;
  /** Settings of strongSwan beside the version and the proposals. */
  readonly peer?: string;
  readonly args?: readonly string[];
  /** XAuth and mode config. */
  readonly user?: true;
  /** Kind of certificate at both ends, in place of a pre-shared key. */
  readonly certificate?: string;
  /** All that proves us and says what we want. */
  readonly flags?: (scene: Ikev2Scene) => readonly string[];
  readonly log?: readonly RegExp[];
  readonly weak?: true;
}

const tunnels: readonly Tunnel[] = [
  { name: 'main, the seed story', ike: '3des-md5-modp1024', esp: '3des-md5', weak: true, log: [/3DES_CBC\/HMAC_MD5_96/] },
  { name: 'main, the seed story with PFS', ike: '3des-md5-modp1024', esp: '3des-md5-modp1024', weak: true },
  { name: 'main, AES and SHA2 with MODP-2048', ike: 'aes256-sha256-modp2048', esp: 'aes256-sha256' },
  { name: 'main, AES and SHA2 with ECP-256 and PFS', ike: 'aes128-sha384-ecp256', esp: 'aes128-sha256-ecp256' },
  { name: 'main, SHA-512 and MODP-4096', ike: 'aes192-sha512-modp4096', esp: 'aes256-sha512' },
  { name: 'main, AES-GCM for ESP', ike: 'aes256-sha256-ecp384', esp: 'aes256gcm16' },
  { name: 'main, SHA-1 and MODP-1536', ike: 'aes128-sha1-modp1536', esp: 'aes128-sha1', weak: true },
  { name: 'main, Camellia', ike: 'camellia256-sha256-modp2048', esp: 'camellia128-sha256' },
  { name: 'aggressive', ike: 'aes256-sha256-modp2048', esp: 'aes128-sha256', peer: AGGRESSIVE, args: ['--aggressive'] },
  { name: 'aggressive, 3DES', ike: '3des-sha1-modp1024', esp: '3des-sha1', peer: AGGRESSIVE, args: ['--aggressive'], weak: true },
  { name: 'main, XAuth and mode config', ike: 'aes256-sha256-modp2048', esp: 'aes128-sha256', peer: XAUTH, user: true },
  {
    name: 'aggressive, XAuth and mode config',
    ike: 'aes256-sha1-modp1024',
    esp: 'aes128-sha1',
    peer: `${XAUTH}; ${AGGRESSIVE}`,
    args: ['--aggressive'],
    user: true,
    weak: true,
  },
  { name: 'main, RSA', ike: 'aes256-sha256-modp2048', esp: 'aes256-sha256', peer: 'gateway_certificate rsa-2048', certificate: 'rsa-2048' },
  {
    name: 'main, RSA-4096 with SHA-1',
    ike: 'aes128-sha1-modp2048',
    esp: 'aes128-sha1',
    peer: 'gateway_certificate rsa-4096; conn r c.fragmentation=no',
    certificate: 'rsa-4096',
  },
  {
    name: 'main, RSA-4096 in IKE fragments',
    ike: 'aes256-sha256-modp2048',
    esp: 'aes256-sha256',
    peer: 'gateway_certificate rsa-4096; conn r c.fragmentation=yes',
    certificate: 'rsa-4096',
    args: ['--fragment-size', '1200'],
    log: [/received fragment #2/, /splitting IKE message/],
  },
  {
    name: 'main, ECDSA P-256',
    ike: 'aes256-sha1-modp2048',
    esp: 'aes256-sha256',
    peer: 'gateway_certificate ecdsa-256',
    certificate: 'ecdsa-256',
  },
  {
    name: 'main, ECDSA P-384',
    ike: 'aes256-sha256-ecp384',
    esp: 'aes256-sha256',
    peer: 'gateway_certificate ecdsa-384',
    certificate: 'ecdsa-384',
  },
  {
    name: 'aggressive, ECDSA P-521',
    ike: 'aes256-sha512-ecp521',
    esp: 'aes256-sha256',
    peer: 'gateway_certificate ecdsa-521; conn r c.aggressive=yes',
    certificate: 'ecdsa-521',
    args: ['--aggressive'],
  },
  { name: 'main, raw RSA keys', ike: 'aes256-sha256-modp2048', esp: 'aes256-sha256', peer: 'known_keys rsa-2048', flags: KEYS('rsa-2048') },
  {
    name: 'main, raw ECDSA keys',
    ike: 'aes256-sha256-modp2048',
    esp: 'aes256-sha256',
    peer: 'known_keys ecdsa-256',
    flags: KEYS('ecdsa-256'),
  },
  { name: 'main, hybrid', ike: 'aes256-sha256-modp2048', esp: 'aes256-sha256', peer: HYBRID, flags: HYBRID_USER('password') },
  {
    name: 'aggressive, hybrid',
    ike: 'aes256-sha256-modp2048',
    esp: 'aes256-sha256',
    peer: `${HYBRID}; conn r c.aggressive=yes`,
    flags: HYBRID_USER('password'),
    args: ['--aggressive'],
  },
  {
    name: 'main, mode config pushed',
    ike: 'aes256-sha256-modp2048',
    esp: 'aes128-sha256',
    peer: PUSH,
    flags: (scene) => [
      ...scene.psk(),
      ...IDENTITIES,
      ...['--virtual-ip', '--mode-config', 'push', '--remote-ts', '10.77.0.0/24', '--ping', '10.77.0.1'],
    ],
  },
  {
    name: 'main, XAuth and mode config pushed',
    ike: 'aes256-sha256-modp2048',
    esp: 'aes128-sha256',
    peer: `${XAUTH}; conn r c.pull=no`,
    user: true,
    args: ['--mode-config', 'push'],
  },
  {
    name: 'main, NAT-T of draft 03',
    ike: 'aes256-sha256-modp2048',
    esp: 'aes128-sha256',
    args: ['--force-encap', '--nat-t', 'draft-03'],
    log: [/received draft-ietf-ipsec-nat-t-ike-03 vendor ID/, /NAT-D-DRAFT|NAT-D/],
  },
  {
    name: 'aggressive, NAT-T of draft 02',
    ike: 'aes256-sha256-modp2048',
    esp: 'aes128-sha256',
    peer: AGGRESSIVE,
    args: ['--aggressive', '--force-encap', '--nat-t', 'draft-02'],
    log: [/received draft-ietf-ipsec-nat-t-ike-02 vendor ID/],
  },
  {
    name: 'main, NAT-T of draft 02 by its other id',
    ike: 'aes256-sha256-modp2048',
    esp: 'aes128-sha256',
    peer: 'conn r c.encap=yes',
    args: ['--nat-t', 'draft-02n'],
    log: [/received draft-ietf-ipsec-nat-t-ike-02\\n vendor ID/],
  },
  { name: 'main, IKE fragments allowed', ike: 'aes256-sha256-modp2048', esp: 'aes256-sha256', peer: 'conn r c.fragmentation=force' },
];

describe.skipIf(lacking !== '')(`IKEv1 with strongSwan${skipped}`, () => {
  let scene: Ikev2Scene;
  const matrix: string[] = [];
  beforeAll(async () => {
    scene = await Ikev2Scene.open();
  });
  afterAll(async () => {
    await scene?.close();
    process.stdout.write(`${matrix.join('\n')}\n`);
  });

  it.each(tunnels)('$name', async ({ name, ike, esp, peer, args = [], log = [], weak, user, certificate, flags }) => {
    await scene.peer(`conn r c.version=1 c.proposals=${ike} k.esp_proposals=${esp}; ${peer ?? ''}`);
    const credentials = (at: Ikev2Scene) =>
      flags !== undefined
        ? flags(at)
        : user === true
          ? USER(at)
          : certificate === undefined
            ? PSK(at)
            : [...at.certificate(certificate), ...IDENTITIES, ...SELECTORS];
    const run = await scene.probe(['--ikev1', ...credentials(scene), '--ike', ike, '--esp', esp, ...args]);
    const story = `${run.stdout.slice(0, 6000)}\n${scene.tail()}`;
    for (const id of ['ike-sa-init', 'auth-ours', 'auth-theirs', 'child', 'echo', 'rekey-child', 'rekey-ike', 'liveness', 'delete-sas']) {
      const expected = weak === true && (id === 'ike-sa-init' || id === 'child') ? /pass|warn/ : /pass/;
      expect(run.steps[id]?.status, `${id}: ${story}`).toMatch(expected);
    }
    await scene.logs(/deleting IKE_SA lab\[[23]\]/);
    await scene.has(0);
    const said = scene.log();
    expect(said).toContain('IKE_SA lab[1] established');
    for (const line of log) expect(said, story).toMatch(line);
    matrix.push(`${name.padEnd(45)} ok  phase 1 ${run.steps['ike-sa-init']?.text}; phase 2 ${run.steps['child']?.text}`);
  });
});
