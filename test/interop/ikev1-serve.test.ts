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

/** Certificates, keys and users: what strongSwan is told, and what `serve` is. */
interface Proof {
  readonly name: string;
  readonly peer: string;
  readonly args: (scene: Ikev2Scene) => readonly string[];
  readonly says: readonly RegExp[];
}

const IKE = ['--ikev1', '--id', 'client.example', '-v'];
const users = ({ lab }: Ikev2Scene) => ['--xauth-user', 'anna', '--xauth-password-file', `${lab.folder}/password`];
const POOL = ['--pool', '10.79.0.0/28', '--dns', '10.78.0.53'];
/** strongSwan as a client with a user, behind a first round of this kind. */
const CLIENT =
  'conn r c.vips=0.0.0.0 k.local_ts=dynamic connections.lab.local-x.auth=xauth connections.lab.local-x.xauth_id=anna connections.lab.local-x.round=2 \
  l.round=1 secrets.xauth-1.id=anna secrets.xauth-1.secret=test-password-not-secret';

const proofs: readonly Proof[] = [
  {
    name: 'main, RSA certificates',
    peer: 'gateway_certificate rsa-2048; conn r r.id=client.example',
    args: (scene) => [...IKE, ...scene.certificate('rsa-2048')],
    says: [/authentication of the peer valid: signed with the key of .*gateway\.example/],
  },
  {
    name: 'main, ECDSA P-256',
    peer: 'gateway_certificate ecdsa-256; conn r r.id=client.example',
    args: (scene) => [...IKE, ...scene.certificate('ecdsa-256')],
    says: [/signed with the key of .*gateway\.example.* \(an ECDSA key on P-256\)/],
  },
  {
    name: 'main, raw RSA keys',
    peer: 'known_keys rsa-2048; conn r r.id=client.example',
    args: ({ lab }) => [...IKE, '--key', `${lab.folder}/pki/client-rsa-2048.key`, '--peer-key', `${lab.folder}/pki/gateway-rsa-2048.pub`],
    says: [/a key that was given to us as trusted/],
  },
  {
    name: 'main, hybrid',
    peer: `${CLIENT.replace('l.round=1 ', '')}; gateway_certificate rsa-2048; conn r l.auth=xauth l.xauth_id=anna l.certs= r.id=client.example connections.lab.local-x.auth= \
      connections.lab.local-x.xauth_id= connections.lab.local-x.round=`,
    args: (scene) => [...IKE, '--hybrid', ...scene.certificate('rsa-2048'), ...users(scene), ...POOL],
    says: [/XAuth alone is to prove/, /password of the user "anna" is right/],
  },
  {
    name: 'main, XAuth and mode config pushed',
    peer: `${CLIENT}; conn r c.pull=no`,
    args: (scene) => [...IKE, ...scene.psk(), ...users(scene), ...POOL, '--mode-config', 'push'],
    says: [/password of the user "anna" is right/],
  },
  {
    name: 'aggressive, XAuth and mode config',
    peer: `${CLIENT}; ${AGGRESSIVE}`,
    args: (scene) => [...IKE, ...scene.psk(), ...users(scene), ...POOL],
    says: [/password of the user "anna" is right/],
  },
  {
    name: 'main, NAT-T of draft 02',
    peer: 'conn r c.encap=yes',
    args: (scene) => [...IKE, ...scene.psk(), '--nat-t', 'draft-02n'],
    says: [/in UDP/],
  },
];

/** How vpnc is configured beside the gateway and its user, and what `serve` is told. */
const vpncRows: readonly {
  readonly name: string;
  readonly conf: readonly string[];
  readonly args: (scene: Ikev2Scene) => readonly string[];
  readonly says: RegExp;
}[] = [
  { name: 'XAuth', conf: [], args: (scene) => scene.psk(), says: /CHILD_SA up/ },
  {
    name: 'hybrid',
    conf: ['IKE Authmode hybrid', 'CA-File $TMP/pki/ca.pem'],
    args: (scene) => [...scene.certificate('rsa-2048'), '--hybrid'],
    says: /XAuth alone is to prove/,
  },
  {
    name: 'NAT-T of draft 02, forced',
    conf: ['NAT Traversal Mode force-natt'],
    args: (scene) => [...scene.psk(), '--nat-t', 'draft-02'],
    says: /in UDP/,
  },
  {
    name: 'NAT-T of draft 00, forced',
    conf: ['NAT Traversal Mode force-natt'],
    args: (scene) => [...scene.psk(), '--nat-t', 'draft-00'],
    says: /in UDP on the port of IKE/,
  },
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

  async says(wanted: RegExp, seconds = 30): Promise<void> {
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

/** vpnc runs its script when the tunnel is up: the route is waited for. */
const VPNC_ECHO = `wait_for 30 ns r sh -c 'ip route get 10.78.0.9 | grep -q "dev tun"' && pings r 3 10.78.0.9 || true`;
const THREE = /( 0% packet loss[\s\S]*){3}/;
const ECHO = 'pings r 3 -I 10.77.0.1 10.78.0.9 || true';

describe.skipIf(lacking !== '')(`serve --ikev1 with strongSwan as initiator${skipped}`, () => {
  let scene: Ikev2Scene;
  let server: Server | undefined;
  const matrix: string[] = [];
  beforeAll(async () => {
    scene = await Ikev2Scene.open();
  });
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

  it.each(rows)('$name: echo, rekeyed in both phases, deleted', async ({ name, ike, esp, peer }) => {
    const serving = await begin(`conn r c.proposals=${ike} k.esp_proposals=${esp}; ${peer ?? ''}`, ['--ike', ike, '--esp', esp]);
    const story = () => `${serving.text}\n${scene.tail(60)}`;
    await scene.lab.sh('swan r --initiate --child net --timeout 30').catch((error: unknown) => {
      throw new TypeError(`${error}\n${story()}`);
    });
    await serving.says(/CHILD_SA up/);
    expect(await scene.lab.sh(ECHO), story()).toMatch(THREE);
    await scene.lab.sh('swan r --rekey --child net');
    await serving.says(/CHILD_SA rekeyed/).catch((error: unknown) => {
      throw new TypeError(`${error}\n${story()}`);
    });
    expect(await scene.lab.sh(ECHO), story()).toMatch(THREE);
    await scene.lab.sh('swan r --rekey --ike lab');
    await serving.says(/IKE SA rekeyed/).catch((error: unknown) => {
      throw new TypeError(`${error}\n${story()}`);
    });
    expect(await scene.lab.sh(ECHO), story()).toMatch(THREE);
    await scene.lab.sh('swan r --terminate --ike lab --timeout 30');
    await serving.says(/IKE SA deleted by the peer/);
    matrix.push(`${name.padEnd(45)} ok  strongSwan as initiator`);
  });

  it.each(proofs)('$name', async ({ name, peer, args, says }) => {
    await server?.stop();
    server = await Server.start(scene, args(scene));
    const serving = server;
    await scene.peer(`conn r c.version=1 c.remote_addrs=$ADDR_I; ${peer}`);
    const story = () => `${serving.text}\n${scene.tail(60)}`;
    await scene.lab.sh('swan r --initiate --child net --timeout 30').catch((error: unknown) => {
      throw new TypeError(`${error}\n${story()}`);
    });
    await serving.says(/CHILD_SA up/);
    const from = /10\.79\.0\.\d+/.exec(serving.text)?.[0] ?? '10.77.0.1';
    expect(await scene.lab.sh(ECHO.replace('10.77.0.1', from)), story()).toMatch(THREE);
    for (const words of says) expect(serving.text, story()).toMatch(words);
    matrix.push(`${name.padEnd(45)} ok  strongSwan as initiator`);
  });

  it.each(vpncRows)('vpnc: aggressive, mode config, $name, echo', async ({ name, conf, args, says }) => {
    await server?.stop();
    server = await Server.start(scene, ['--aggressive', '-v', ...args(scene), ...users(scene), ...POOL, '--subnet', '10.78.0.0/24']);
    const serving = server;
    await scene.lab.sh(`
      printf '#!/bin/sh\\n[ "$reason" = connect ] && ip addr add $INTERNAL_IP4_ADDRESS/32 dev $TUNDEV && ip link set $TUNDEV up mtu 1400 && ip route add $CISCO_SPLIT_INC_0_ADDR/$CISCO_SPLIT_INC_0_MASKLEN dev $TUNDEV\\nexit 0\\n' >"$TMP/vpnc-script"
      chmod +x "$TMP/vpnc-script"
      printf '%s\\n' "IPSec gateway $ADDR_I" 'IPSec ID test-group' "IPSec secret $PSK" 'Xauth username anna' 'Xauth password test-password-not-secret' \
        'IKE DH Group dh2' 'Perfect Forward Secrecy nopfs' "Script $TMP/vpnc-script" "Pidfile $TMP/vpnc.pid" 'Local Port 500' 'No Detach' \
        ${conf.map((line) => `"${line}"`).join(' ')} >"$TMP/vpnc.conf"
      [ -z "$(pid_of charon-r)" ] || stop charon-r
      bg vpnc ip netns exec "$NS-r" vpnc "$TMP/vpnc.conf"`);
    const story = async () => `${serving.text}\n${await scene.lab.sh('cat "$TMP/vpnc.out" 2>/dev/null || true')}`;
    try {
      await serving.says(/CHILD_SA up/).catch(async (error: unknown) => {
        throw new TypeError(`${error}\n${await story()}`);
      });
      expect(await scene.lab.sh(VPNC_ECHO), await story()).toMatch(THREE);
      expect(serving.text).toMatch(/password of the user "anna" is right/);
      expect(serving.text, await story()).toMatch(says);
    } finally {
      await scene.lab.sh('stop vpnc');
    }
    await serving.says(/IKE SA deleted by the peer/);
    matrix.push(`${`vpnc: aggressive, mode config, ${name}`.padEnd(45)} ok  vpnc as initiator`);
  });

  it('names a wrong password of the user', async () => {
    await server?.stop();
    server = await Server.start(scene, [...IKE, ...scene.psk(), ...users(scene), ...POOL]);
    await scene.peer(`conn r c.version=1 c.remote_addrs=$ADDR_I; ${CLIENT.replace('test-password-not-secret', 'wrong')}`);
    await scene.lab.sh('swan r --initiate --child net --timeout 4 || true');
    await server.says(/the password of the user "anna" is wrong/);
    matrix.push(`${'a wrong password of XAuth'.padEnd(45)} named  strongSwan as initiator`);
  });

  it('tells an initiator of IKEv2 at once that this is IKEv1', async () => {
    await begin('conn r c.version=2', []);
    expect(await scene.lab.sh('swan r --initiate --child net --timeout 30 || true')).toMatch(/received INVALID_MAJOR_VERSION notify error/);
    matrix.push(`${'IKEv2'.padEnd(45)} told  strongSwan as initiator`);
  });

  it('names a wrong secret of the initiator', async () => {
    const serving = await begin('conn r c.proposals=aes256-sha256-modp2048; psk r wrong', []);
    await scene.lab.sh('swan r --initiate --child net --timeout 4 || true');
    await serving.says(/does not open with any pre-shared key/);
  });
});
