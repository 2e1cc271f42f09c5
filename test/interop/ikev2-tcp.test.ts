import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITIES, Ikev2Scene, quoted, stepsAmiss } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/**
 * IKE over TCP (RFC 9329) with libreswan 4.10 on this machine's own processor. Its framing is the kernel's, which neither Debian's kernel nor
 * most others were built with (CONFIG_INET_ESPINTCP): espintcp.py stands in for that, transparently. For ESP in TCP there is no such help.
 */
const lacking = lackingForPeers();
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;
const support = (name: string) => quoted(fileURLToPath(new URL(`support/${name}`, import.meta.url)));

const PLUTO =
  "PLUTO_FLAGS='--impair tcp-skip-setsockopt-espintcp' pluto_here listen-tcp=yes -- ikev2=insist enable-tcp=yes tcp-remoteport=4500";

describe.skipIf(lacking !== '')(`IKE over TCP with libreswan${skipped}`, () => {
  let scene: Ikev2Scene;
  beforeAll(async () => {
    scene = await Ikev2Scene.open();
    await scene.lab.sh(`. ${support('pluto-here.sh')}
      framing() { local name=$1; shift; bg "$name" ip netns exec "$NS-i" python3 ${support('espintcp.py')} "$@"; wait_for 30 grep -q ready "$TMP/$name.out"; }
      framing ours-to-pluto frames=127.0.0.1:4501 $ADDR_R:4500 14500 && framing pluto-to-ours $ADDR_I:4502 frames=$ADDR_I:4500
      ns i nft 'add table ip framed; add chain ip framed out { type nat hook output priority -100; }; add chain ip framed in { type nat hook prerouting priority -100; }'
      ns i nft "add rule ip framed out ip daddr $ADDR_R tcp dport 4500 tcp sport != 14500 redirect to :4501"
      ns i nft "add rule ip framed in tcp dport 4500 redirect to :4502"`);
  });
  afterAll(async () => {
    // It would be waited for.
    await scene?.lab.sh('stop pluto -9');
    await scene?.close();
  });

  const log = () => scene.lab.sh('cat "$TMP/pluto/pluto.log"');
  const probe = (args: readonly string[]) => scene.probe(['--tcp', '4500', ...scene.psk(), ...IDENTITIES, '--timeout', '20', ...args]);

  it('probe peer: the exchanges of the IKE SA, cut off in between by INVALID_KE_PAYLOAD', async () => {
    await scene.lab.sh(`${PLUTO} 'ike=aes256-sha2_256;modp2048'`, 120);
    const run = await probe(['--no-child', '--ike', 'aes256-sha256-x25519-modp2048']);
    const words = await log();
    expect(
      stepsAmiss(run).map(({ id, status, text }) => `${id} ${status}: ${text}`),
      words,
    ).toEqual([]);
    expect(run.steps['ike-sa-init']?.text).toMatch(/CURVE25519 refused for MODP_2048/);
    expect(run.steps['nat']?.text).toMatch(/ESP goes over TCP/);
    for (const id of ['auth-ours', 'auth-theirs', 'rekey-ike', 'liveness']) expect(run.steps[id]?.status, id).toBe('pass');
    for (const line of [
      // It closes behind its refusal, and we come again.
      /responding with INVALID_KE_PAYLOAD requesting MODP2048[\s\S]*IKETCP ACCEPTED: socket \d+: accepted connection/,
      /responder established IKE SA; authenticated peer using authby=secret and ID_FQDN '@client\.example'/,
      /deleting state \(STATE_V2_ESTABLISHED_IKE_SA\)/,
    ])
      expect(words).toMatch(line);
    expect(words).not.toMatch(/way to small|missing 4 byte|malformed/);
  });

  it('serve: libreswan opens the connection, up to the child', async () => {
    await scene.lab.sh(`${PLUTO} 'ike=aes256-sha2_256;modp2048'`, 120);
    const ours = await scene.serve(['--tcp', '4500', ...scene.psk(), '--id', 'client.example', '--peer-id', 'gateway.example']);
    try {
      // It has no ESP to put in, and ends there.
      const said = await scene.lab.sh('pluto_run timeout 60 ipsec auto --up lab || true');
      expect(said, ours.output).toMatch(
        /initiator established IKE SA; authenticated peer using authby=secret and ID_FQDN '@client\.example'/,
      );
      await ours.says(/CHILD_SA up: .*tunnel mode in TCP/);
      expect(ours.output).toMatch(/authentication of the peer valid: the MAC fits/);
      expect(ours.output).not.toMatch(/ignored/);
    } finally {
      await ours.stop();
    }
  });
});
