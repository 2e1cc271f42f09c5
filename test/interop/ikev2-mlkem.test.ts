import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITIES, Ikev2Scene, SELECTORS } from './support/ikev2-scene.js';
import { comesUp, isServed, type Served, type Tunnel } from './support/ikev2-tunnels.js';
import { lackingForPeers } from './support/peer-lab.js';

/**
 * Additional key exchanges (RFC 9370) with ML-KEM: strongSwan has them since 6.0, Debian has 5.9. The environment variable
 * VPNDOCTOR_STRONGSWAN6 names the prefix of one that has it (scripts/lab/README.md).
 */
const prefix = process.env['VPNDOCTOR_STRONGSWAN6'];
const named = prefix !== undefined && existsSync(`${prefix}/sbin/charon-systemd`);
const lacking = lackingForPeers() || (named ? '' : 'VPNDOCTOR_STRONGSWAN6 names no strongSwan 6');
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;

/** The same words at both ends. */
const offers = (ike: string, esp: string) => ({
  peer: `conn r c.proposals=${ike} k.esp_proposals=${esp}`,
  ours: ['--ike', ike, '--esp', esp],
});

interface Row {
  readonly name: string;
  readonly ike: string;
  readonly esp: string;
  readonly peer?: string;
  readonly certificate?: true;
  readonly log: readonly RegExp[];
}

const rows: readonly Row[] = [
  {
    name: 'ML-KEM-512 behind x25519',
    ike: 'aes128-sha256-x25519-ke1_mlkem512',
    esp: 'aes128-sha256',
    log: [/IKE:\S*CURVE_25519\/KE1_ML_KEM_512/, /IKE_INTERMEDIATE/],
  },
  {
    name: 'ML-KEM-768 behind ECP-256, of the child too',
    ike: 'aes256gcm16-prfsha256-ecp256-ke1_mlkem768',
    esp: 'aes256gcm16-ecp256-ke1_mlkem768',
    log: [/IKE:\S*ECP_256\/KE1_ML_KEM_768/, /ESP:\S*ECP_256\S*\/KE1_ML_KEM_768/],
  },
  {
    name: 'ML-KEM-1024 in IKE fragments',
    ike: 'aes256-sha384-ecp384-ke1_mlkem1024',
    esp: 'aes256-sha384-modp2048-ke1_mlkem1024',
    log: [/splitting IKE message/, /received fragment #2 of 2/],
  },
  {
    name: 'three additional exchanges',
    ike: 'aes128-sha256-x25519-ke1_mlkem768-ke2_ecp384-ke3_mlkem1024',
    esp: 'aes128-sha256-x25519-ke1_mlkem512-ke2_ecp521',
    log: [/KE1_ML_KEM_768\/KE2_ECP_384\/KE3_ML_KEM_1024/, /KE1_ML_KEM_512\/KE2_ECP_521/],
  },
  {
    name: 'one that may be left out',
    ike: 'aes128-sha256-x25519-ke1_mlkem768-ke1_none',
    esp: 'aes128-sha256-x25519-ke1_none-ke1_mlkem768',
    log: [/IKE:\S*KE1_ML_KEM_768/],
  },
  {
    name: 'ML-KEM-768 alone',
    ike: 'aes128-sha256-mlkem768',
    esp: 'aes128-sha256-mlkem768',
    log: [/IKE:\S*\/ML_KEM_768/],
  },
  {
    name: 'cookies before it',
    ike: 'aes128-sha256-x25519-ke1_mlkem768',
    esp: 'aes128-sha256',
    peer: 'conn r ss.cookie_threshold=1',
    log: [/IKE_INTERMEDIATE/],
  },
  {
    name: 'certificates behind it',
    ike: 'aes128-sha256-x25519-ke1_mlkem768',
    esp: 'aes128-sha256',
    peer: 'gateway_certificate rsa-2048',
    certificate: true,
    log: [/IKE_INTERMEDIATE/],
  },
];

describe.skipIf(lacking !== '')(`ML-KEM with strongSwan 6${skipped}`, () => {
  let scene: Ikev2Scene;
  beforeAll(async () => {
    scene = await Ikev2Scene.open();
    await scene.lab.sh(`PATH=${prefix}/sbin:$PATH PLUGINS_USER+=' ml sha3'`);
  });
  afterAll(async () => {
    await scene?.close();
  });

  it.each(rows)('probe peer: $name', async ({ name, ike, esp, peer = ':', certificate, log }) => {
    const { peer: theirs, ours } = offers(ike, esp);
    const proof = (at: Ikev2Scene) => (certificate ? at.certificate('rsa-2048') : at.psk());
    const tunnel: Tunnel = { name, peer: `${theirs}; ${peer}`, args: (at) => [...proof(at), ...IDENTITIES, ...SELECTORS, ...ours], log };
    await comesUp(scene, tunnel);
  });

  it.each(rows)('serve: $name', async ({ name, ike, esp, peer = ':', certificate, log }) => {
    const { peer: theirs, ours } = offers(ike, esp);
    const proof = (at: Ikev2Scene) => (certificate ? at.certificate('rsa-2048') : at.psk());
    const one: Served = { name, peer: `${theirs}; ${peer}`, serve: (at) => [...proof(at), ...IDENTITIES, ...ours], log };
    await isServed(scene, one);
  });

  const B = 'aes128-sha256-x25519';
  it('serve: whoever offers ML-KEM gets it without being told to', async () => {
    await isServed(scene, {
      name: 'defaults',
      peer: `conn r c.proposals=${B}-ke1_mlkem768 k.esp_proposals=${B}-ke1_mlkem1024`,
      serve: (at) => [...at.psk(), ...IDENTITIES],
      log: [/IKE:\S*KE1_ML_KEM_768/, /ESP:\S*KE1_ML_KEM_1024/],
    });
  });

  it.each([
    ['which the peer insists on and we do not offer', `${B}-ke1_mlkem768`, B, 'proposals = aes128-sha256-curve25519'],
    ['which the peer does not have', B, `${B}-ke1_mlkem768`, 'proposals = aes128-sha256-curve25519-ke1_mlkem768'],
    ['of which the peer has another', `${B}-ke1_mlkem1024`, `${B}-ke1_mlkem512`, 'proposals = aes128-sha256-curve25519-ke1_mlkem512'],
  ])('probe peer names ML-KEM %s', async (_name, theirs, ours, line) => {
    await scene.peer(`conn r c.proposals=${theirs}`);
    const run = await scene.probe([...scene.psk(), ...IDENTITIES, ...SELECTORS, '--ike', ours]);
    expect(run.steps['ike-sa-init']?.text).toMatch(/the peer accepts none of our proposals/);
    const [finding] = run.findings;
    expect(finding?.code).toBe('probe/no-ike-proposal');
    expect(finding?.cause).toMatch(/additional key exchanges \(ML-KEM\)/);
    expect(run.stdout).toContain(`${line}"`);
  });

  it.each([
    ['the peer insists on', `${B}-ke1_mlkem768`, B],
    ['the peer does not have', B, `${B}-ke1_mlkem768`],
  ])('probe peer names ML-KEM of the child that %s, at the rekeying', async (_name, theirs, ours) => {
    await scene.peer(`conn r c.proposals=${B} k.esp_proposals=${theirs}`);
    const run = await scene.probe([...scene.psk(), ...IDENTITIES, ...SELECTORS, '--ike', B, '--esp', ours]);
    expect(run.steps['echo']?.status).toBe('pass');
    expect(run.findings.map(({ code }) => code)).toEqual(['probe/rekey-refused']);
    expect(run.stdout).toContain(`esp_proposals = ${ours.replace('x25519', 'curve25519')}"`);
  });

  it.each([
    ['insists on', 'ke1_mlkem768-ke1_mlkem1024'],
    ['also takes', 'ke1_mlkem768-ke1_mlkem1024-ke1_none'],
  ])('probe scan finds what the peer %s', async (_name, words) => {
    await scene.peer(`conn r c.proposals=${B}-${words}`);
    const { stdout } = await scene.lab.vpndoctor(['probe', 'scan', '203.0.113.2', '--json', '--rate', '50']);
    const { accepted } = JSON.parse(stdout) as { accepted: Record<string, { name: string }[]> };
    const names = Object.fromEntries(Object.entries(accepted).map(([kind, found]) => [kind, found.map(({ name }) => name)]));
    expect(names).toEqual({
      encr: ['AES_CBC_128'],
      prf: ['PRF_HMAC_SHA2_256'],
      integ: ['AUTH_HMAC_SHA2_256_128'],
      ke: ['CURVE25519'],
      addke1: ['KE1_ML_KEM_768', 'KE1_ML_KEM_1024'],
    });
  });
});
