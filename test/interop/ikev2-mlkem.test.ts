import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { IDENTITIES, Ikev2Scene, SELECTORS } from './support/ikev2-scene.js';
import { comesUp, isServed, type Served, type Tunnel } from './support/ikev2-tunnels.js';
import { lackingForPeers } from './support/peer-lab.js';

/**
 * Additional key exchanges (RFC 9370) with ML-KEM: strongSwan has them since 6.0, Debian has 5.9. The environment variable
 * VPNDOCTOR_STRONGSWAN6 names the prefix of one that was built with --enable-ml and what the lab needs (scripts/lab/README.md).
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
});
