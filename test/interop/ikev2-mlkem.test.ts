import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITIES, Ikev2Scene, SELECTORS } from './support/ikev2-scene.js';
import { comesUp, isServed, type Served, type Tunnel } from './support/ikev2-tunnels.js';
import { lackingForPeers } from './support/peer-lab.js';

/**
 * Additional key exchanges (RFC 9370) with ML-KEM: strongSwan has them since 6.0, Debian has 5.9. The environment variable
 * VPNDOCTOR_STRONGSWAN6 names the prefix of one that was built with --enable-ml and what the lab needs (scripts/lab/README.md).
 */
const prefix = process.env['VPNDOCTOR_STRONGSWAN6'] ?? '';
const lacking = lackingForPeers() || (existsSync(`${prefix}/sbin/charon-systemd`) ? '' : 'VPNDOCTOR_STRONGSWAN6 names no strongSwan 6');
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;

const PSK = (scene: Ikev2Scene) => [...scene.psk(), ...IDENTITIES, ...SELECTORS];
const SERVE_PSK = (scene: Ikev2Scene) => [...scene.psk(), ...IDENTITIES];
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
  readonly log: readonly RegExp[];
}

const rows: readonly Row[] = [
  {
    name: 'ML-KEM-512 behind x25519',
    ike: 'aes128-sha256-x25519-ke1_mlkem512',
    esp: 'aes128-sha256',
    log: [/CURVE_25519\/KE1_ML_KEM_512/, /IKE_INTERMEDIATE/],
  },
  {
    name: 'ML-KEM-768 behind ECP-256, the child too',
    ike: 'aes256gcm16-prfsha256-ecp256-ke1_mlkem768',
    esp: 'aes256gcm16-ecp256-ke1_mlkem768',
    log: [/ECP_256\/KE1_ML_KEM_768/, /IKE_INTERMEDIATE/, /IKE_FOLLOWUP_KE/, /ESP:AES_GCM_16_256\/ECP_256\/NO_EXT_SEQ\/KE1_ML_KEM_768|ESP:AES_GCM_16_256\/ECP_256\/KE1_ML_KEM_768/],
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

  it.each(rows)('probe peer: $name', async ({ name, ike, esp, peer = ':', log }) => {
    const { peer: theirs, ours } = offers(ike, esp);
    const tunnel: Tunnel = { name, peer: `${theirs}; ${peer}`, args: (at) => [...PSK(at), ...ours], log };
    await comesUp(scene, tunnel);
  });

  it.each(rows)('serve: $name', async ({ name, ike, esp, peer = ':', log }) => {
    const { peer: theirs, ours } = offers(ike, esp);
    const one: Served = { name, peer: `${theirs}; ${peer}`, serve: (at) => [...SERVE_PSK(at), ...ours], log };
    await isServed(scene, one);
  });
});
