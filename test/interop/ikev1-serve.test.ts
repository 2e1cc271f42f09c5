import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ikev2Scene } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/** IKEv1: strongSwan 5.9.8 as the initiator against our `serve`, with ESP in user space at both ends. */
const lacking = lackingForPeers();
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;

const AGGRESSIVE = 'conn r c.aggressive=yes ss.i_dont_care_about_security_and_use_aggressive_mode_psk=yes';

interface Row {
  readonly name: string;
  readonly ike: string;
  readonly esp: string;
  readonly peer?: string;
}

const rows: readonly Row[] = [
  { name: 'main, the seed story', ike: '3des-md5-modp1024', esp: '3des-md5' },
  { name: 'main, the seed story with PFS', ike: '3des-md5-modp1024', esp: '3des-md5-modp1024' },
  { name: 'main, AES and SHA2 with MODP-2048', ike: 'aes256-sha256-modp2048', esp: 'aes256-sha256' },
  { name: 'main, ECP-256', ike: 'aes128-sha256-ecp256', esp: 'aes128gcm16-ecp256' },
  { name: 'aggressive', ike: 'aes256-sha256-modp2048', esp: 'aes256-sha256', peer: AGGRESSIVE },
];

/** `serve` at our end, and what it says. */
class Server {
  text = '';
  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
      });
    }
  }

  static async start(scene: Ikev2Scene, args: readonly string[]): Promise<Server> {
    const server = new Server(scene.lab.start(['serve', ...args]));
    await server.says(/waiting for initiators/);
    return server;
  }

  async says(wanted: RegExp, seconds = 20): Promise<void> {
    for (let waited = 0; !wanted.test(this.text); waited += 50) {
      if (waited > seconds * 1000 || this.child.exitCode !== null) throw new TypeError(`serve never said ${wanted}: ${this.text}`);
      await setTimeout(50);
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGINT');
    await once(this.child, 'exit');
  }
}

const ECHO = 'ns r ping -c 3 -i 0.2 -W 2 -I 10.77.0.1 10.78.0.9';

describe.skipIf(lacking !== '')(`serve --ikev1 with strongSwan as initiator${skipped}`, () => {
  let scene: Ikev2Scene;
  let server: Server | undefined;
  const matrix: string[] = [];
  beforeAll(async () => {
    scene = await Ikev2Scene.open();
  }, 240_000);
  afterAll(async () => {
    await server?.stop();
    await scene?.close();
    process.stdout.write(`${matrix.join('\n')}\n`);
  });

  async function begin(peer: string, args: readonly string[]): Promise<Server> {
    await server?.stop();
    server = await Server.start(scene, ['--ikev1', ...scene.psk(), '--id', 'client.example', '-v', ...args]);
    await scene.peer(`conn r c.version=1 c.remote_addrs=$ADDR_I; ${peer}`);
    return server;
  }

  it.each(rows)(
    '$name: echo, rekeyed in both phases, deleted',
    async ({ name, ike, esp, peer }) => {
      const serving = await begin(`conn r c.proposals=${ike} k.esp_proposals=${esp}; ${peer ?? ''}`, ['--ike', ike, '--esp', esp]);
      const story = () => `${serving.text}\n${scene.tail(60)}`;
      await scene.lab.sh('swan r --initiate --child net --timeout 10').catch((error: unknown) => {
        throw new TypeError(`${error}\n${story()}`);
      });
      expect(await scene.lab.sh(ECHO), story()).toContain(' 0% packet loss');
      await scene.lab.sh('swan r --rekey --child net; sleep 1');
      await serving.says(/CHILD_SA rekeyed/).catch((error: unknown) => {
        throw new TypeError(`${error}\n${story()}`);
      });
      expect(await scene.lab.sh(ECHO), story()).toContain(' 0% packet loss');
      await scene.lab.sh('swan r --rekey --ike lab; sleep 2');
      await serving.says(/IKE SA rekeyed/).catch((error: unknown) => {
        throw new TypeError(`${error}\n${story()}`);
      });
      expect(await scene.lab.sh(ECHO), story()).toContain(' 0% packet loss');
      await scene.lab.sh('swan r --terminate --ike lab --timeout 5');
      await serving.says(/IKE SA deleted by the peer/);
      matrix.push(`${name.padEnd(45)} ok  strongSwan as initiator`);
    },
    90_000,
  );

  it('vpnc: aggressive, XAuth, mode config, echo', async () => {
    await server?.stop();
    const password = `${scene.lab.folder}/password`;
    const args = ['--aggressive', ...scene.psk(), '-v', '--xauth-user', 'anna', '--xauth-password-file', password];
    server = await Server.start(scene, [...args, '--pool', '10.79.0.0/28', '--dns', '10.78.0.53']);
    const serving = server;
    await scene.lab.sh(`
      printf '#!/bin/sh\\n[ "$reason" = connect ] && ip addr add $INTERNAL_IP4_ADDRESS/32 dev $TUNDEV && ip link set $TUNDEV up mtu 1400 && ip route add 10.78.0.0/24 dev $TUNDEV\\nexit 0\\n' >"$TMP/vpnc-script"
      chmod +x "$TMP/vpnc-script"
      printf '%s\\n' "IPSec gateway $ADDR_I" 'IPSec ID test-group' "IPSec secret $PSK" 'Xauth username anna' 'Xauth password test-password-not-secret' \
        'IKE DH Group dh2' 'Perfect Forward Secrecy nopfs' "Script $TMP/vpnc-script" "Pidfile $TMP/vpnc.pid" 'Local Port 500' 'No Detach' >"$TMP/vpnc.conf"
      [ -z "$(pid_of charon-r)" ] || stop charon-r
      bg vpnc ip netns exec "$NS-r" vpnc "$TMP/vpnc.conf"`);
    const story = async () => `${serving.text}\n${await scene.lab.sh('cat "$TMP/vpnc.log" 2>/dev/null || true')}`;
    await serving.says(/CHILD_SA up/).catch(async (error: unknown) => {
      throw new TypeError(`${error}\n${await story()}`);
    });
    await setTimeout(1000);
    expect(await scene.lab.sh('ns r ping -c 3 -i 0.2 -W 2 10.78.0.9 || true'), await story()).toContain(' 0% packet loss');
    expect(serving.text).toMatch(/password of the user "anna" is right/);
    await scene.lab.sh('stop vpnc');
    await serving.says(/IKE SA deleted by the peer/);
    matrix.push(`${'vpnc: aggressive, XAuth, mode config'.padEnd(45)} ok  vpnc as initiator`);
  }, 60_000);

  it('RSA certificates at both ends', async () => {
    await server?.stop();
    server = await Server.start(scene, ['--ikev1', ...scene.certificate('rsa-2048'), '--id', 'client.example', '-v']);
    const serving = server;
    await scene.peer('conn r c.version=1 c.remote_addrs=$ADDR_I; gateway_certificate rsa-2048; conn r r.id=client.example');
    await scene.lab.sh('swan r --initiate --child net --timeout 10').catch((error: unknown) => {
      throw new TypeError(`${error}\n${serving.text}\n${scene.tail(60)}`);
    });
    expect(await scene.lab.sh(ECHO), serving.text).toContain(' 0% packet loss');
    expect(serving.text).toMatch(/authentication of the peer valid: signed with the key of .*gateway\.example/);
    matrix.push(`${'RSA certificates'.padEnd(45)} ok  strongSwan as initiator`);
  }, 60_000);

  it('names a wrong secret of the initiator', async () => {
    const serving = await begin('conn r c.proposals=aes256-sha256-modp2048; psk r wrong', []);
    await scene.lab.sh('swan r --initiate --child net --timeout 4 || true');
    await serving.says(/does not open with any pre-shared key/);
  }, 60_000);
});
