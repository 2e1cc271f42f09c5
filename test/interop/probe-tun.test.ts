import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITIES, Ikev2Scene, PEER } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/** The tunnel as an interface of the host, `probe scan`, `-w`, and Ctrl-C, all against strongSwan. */
const lacking = lackingForPeers() || (existsSync('/dev/net/tun') ? '' : '/dev/net/tun is not here');
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;

describe.skipIf(lacking !== '')(`probe with strongSwan${skipped}`, () => {
  let scene: Ikev2Scene;

  beforeAll(async () => {
    scene = await Ikev2Scene.open();
    await scene.peer('');
  });
  afterAll(async () => {
    await scene?.close();
  });

  const base = () => ['probe', 'peer', PEER, ...scene.psk(), ...IDENTITIES, '--remote-ts', '10.77.0.0/24', '--ping', '10.77.0.1'];

  it('--tun gives the host the tunnel until Ctrl-C, and leaves nothing behind', async () => {
    // The address inside is the interface's.
    await scene.lab.sh('ns i ip addr del $INNER_I/24 dev lo');
    const routes = await scene.lab.sh('ns i ip route');
    const child = scene.lab.start([...base(), '--local-ts', '10.78.0.1', '--tun', 'vpn0']);
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    for (let left = 3000; !said.includes('vpn0 is up'); left--) {
      expect(left, said).toBeGreaterThan(0);
      await setTimeout(20);
    }
    await scene.lab.sh('pings i 3 10.77.0.1');
    await scene.lab.sh('pings i 2 -s 1390 -M do 10.77.0.1');
    expect(await scene.established()).toBe(1);
    child.kill('SIGINT');
    const [status] = (await once(child, 'close')) as [number | null];
    expect(status).toBe(0);
    expect(await scene.established()).toBe(0);
    expect(await scene.lab.sh('ns i ip link show vpn0 2>&1 || true')).toContain('does not exist');
    expect(await scene.lab.sh('ns i ip route')).toBe(routes);
  });

  it.each([
    ['ike lab', 'IKE SA'],
    ['child net', 'CHILD_SA'],
  ])('--tun: what strongSwan takes down (%s) is a fault, and said as one', async (what, name) => {
    const child = scene.lab.start([...base(), '--local-ts', '10.78.0.1', '--tun', 'vpn0']);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    for (let left = 3000; !said.includes('vpn0 is up'); left--) {
      expect(left, said).toBeGreaterThan(0);
      await setTimeout(20);
    }
    const closed = once(child, 'close');
    await scene.lab.sh(`swan r --terminate --${what} --timeout 30`);
    const [status] = (await closed) as [number | null];
    expect(said).toMatch(new RegExp(`Verdict: tunnel on vpn0 failed: it ended after \\d+ s, because\\s+the peer deleted the ${name}`));
    expect(said).toContain('probe/deleted-by-peer');
    expect(status).toBe(1);
    expect(await scene.established()).toBe(0);
  });

  it('serve --tun gives the host the tunnel that strongSwan brings, while it is up', async () => {
    const routes = await scene.lab.sh('ns i ip addr; ns i ip route');
    await scene.peer('conn r c.remote_addrs=$ADDR_I');
    const ours = await scene.serve([
      ...scene.psk(),
      ...IDENTITIES,
      '--local-ts',
      '10.78.0.0/24',
      '--remote-ts',
      '10.77.0.0/24',
      '--tun',
      'vpn0',
    ]);
    const both = 'pings r 3 -I 10.77.0.1 10.78.0.1 && pings i 3 10.77.0.1 && pings i 2 -s 1390 -M do 10.77.0.1';
    try {
      await scene.lab.sh('swan r --initiate --child net --timeout 30');
      await ours.says(/vpn0 is up with 10\.78\.0\.1, MTU 14\d\d, routes to 10\.77\.0\.0\/24/);
      await scene.lab.sh(both);
      await scene.lab.sh('swan r --rekey --child net && swan r --rekey --ike lab');
      await ours.says(/CHILD_SA rekeyed[\s\S]*IKE SA rekeyed/);
      await scene.lab.sh(both);
      await scene.lab.sh('swan r --terminate --ike lab --timeout 30');
      await ours.says(/vpn0 is gone, with its addresses and routes, because the peer ended the tunnel; 16 packets out, \d+ in/);
      expect(await scene.lab.sh('ns i ip addr; ns i ip route')).toBe(routes);
      // The next one has it again.
      await scene.lab.sh('swan r --initiate --child net --timeout 30');
      await ours.says(/vpn0 is gone[\s\S]*vpn0 is up/);
      await scene.lab.sh(both);
      expect(await ours.stop(), ours.output).toBe(0);
      expect(await scene.established()).toBe(0);
      expect(await scene.lab.sh('ns i ip addr; ns i ip route')).toBe(routes);
    } finally {
      await ours.stop();
    }
  });

  /** Other tunnels for it: what begins at r, the addresses inside, ours first. */
  const others: readonly {
    readonly name: string;
    readonly serve: () => readonly string[];
    readonly begin: string;
    readonly inside: readonly [string, string];
  }[] = [
    {
      name: 'IKEv1',
      serve: () => [
        ...['--ikev1', ...scene.psk(), '--id', 'client.example'],
        ...['--local-ts', '10.78.0.0/24', '--remote-ts', '10.77.0.0/24'],
      ],
      begin: 'conn r c.version=1 c.proposals=aes256-sha256-modp2048',
      inside: ['10.78.0.1', '10.77.0.1'],
    },
    {
      name: 'a pool',
      serve: () => [...scene.psk(), ...IDENTITIES, '--pool', '10.99.0.0/24'],
      begin: 'conn r c.vips=0.0.0.0 k.local_ts= k.remote_ts=0.0.0.0/0',
      inside: ['10.99.0.1', '10.99.0.2'],
    },
    {
      name: 'OpenVPN',
      serve: () => ['--openvpn', ...scene.certificate('rsa-2048'), '--pool', '10.99.0.0/24'],
      begin: `--client --dev tun --remote $ADDR_I --ca $PKI/ca.pem --cert $PKI/gateway-rsa-2048.pem --key $PKI/gateway-rsa-2048.key`,
      inside: ['10.99.0.1', '10.99.0.2'],
    },
    {
      name: 'OpenVPN, a static key and frames of Ethernet',
      serve: () => ['--openvpn', `${scene.lab.folder}/static.conf`],
      begin: `--dev tap --remote $ADDR_I --lport 1195 --secret $TMP/static.key --cipher AES-256-CBC --ifconfig 10.98.0.2 255.255.255.0 --ping 1`,
      inside: ['10.98.0.1', '10.98.0.2'],
    },
  ];

  it.each(others)('serve --tun: $name', async ({ serve, begin, inside: [ours, theirs] }) => {
    const routes = await scene.lab.sh('ns i ip addr; ns i ip route');
    if (begin.startsWith('--'))
      await scene.lab.sh(`openvpn --genkey secret "$TMP/static.key"
        printf '%s\n' 'dev tap' "secret $TMP/static.key" 'cipher AES-256-CBC' 'ifconfig 10.98.0.1 255.255.255.0' >"$TMP/static.conf"`);
    else await scene.peer(`conn r c.remote_addrs=$ADDR_I; ${begin}`);
    const serving = await scene.serve([...serve(), '--tun', 'vpn0']);
    try {
      await scene.lab.sh(
        begin.startsWith('--') ? `bg openvpn ip netns exec "$NS-r" openvpn ${begin}` : 'swan r --initiate --child net --timeout 30',
      );
      await serving
        .says(new RegExp(`vpn0 is up with ${ours}, MTU 1[34]\\d\\d, routes to ${theirs.replace(/[.]\d+$/, '')}[.]`))
        .catch(async (error: unknown) => {
          throw new TypeError(`${error}\n${await scene.lab.sh('cat "$TMP/openvpn.out" 2>/dev/null || true')}`);
        });
      await scene.lab.sh(`wait_for 20 ns r ping -n -q -c 1 -W 1 ${ours}; pings r 3 ${ours} && pings i 3 ${theirs}`);
      expect(await serving.stop(), serving.output).toBe(0);
      expect(serving.output).toMatch(/vpn0 is gone, with its addresses and routes; [6-9] packets out, \d+ in/);
      expect(await scene.lab.sh('ns i ip addr; ns i ip route')).toBe(routes);
    } finally {
      await serving.stop();
      await scene.lab.sh('stop openvpn');
    }
  });

  it('Ctrl-C at any moment leaves no IKE SA at the peer', async () => {
    for (const milliseconds of [150, 250, 300, 350, 400, 500, 700]) {
      const child = scene.lab.start(base());
      child.stdout?.resume();
      child.stderr?.resume();
      const closed = once(child, 'close');
      await setTimeout(milliseconds);
      child.kill('SIGINT');
      await closed;
      expect(await scene.established(), `after ${milliseconds} ms`).toBe(0);
    }
  });

  it('scan finds what strongSwan is configured for, in tens of messages', async () => {
    await scene.peer('conn r c.proposals=aes256-aes128-sha256-sha1-modp2048-ecp256,aes256gcm16-prfsha384-ecp384,3des-md5-modp1024');
    const { stdout, status } = await scene.lab.vpndoctor(['probe', 'scan', PEER, '--json', '--rate', '50']);
    const record = JSON.parse(stdout) as { accepted: Record<string, { name: string }[]>; messages: number; unanswered: string[] };
    const names = (type: string) => record.accepted[type]?.map(({ name }) => name);
    expect(names('encr')).toEqual(['3DES', 'AES_CBC_128', 'AES_CBC_256', 'AES_GCM_16_256']);
    expect(names('prf')).toEqual(['PRF_HMAC_MD5', 'PRF_HMAC_SHA1', 'PRF_HMAC_SHA2_256', 'PRF_HMAC_SHA2_384']);
    expect(names('integ')).toEqual(['AUTH_HMAC_MD5_96', 'AUTH_HMAC_SHA1_96', 'AUTH_HMAC_SHA2_256_128']);
    expect(names('ke')).toEqual(['MODP_1024', 'MODP_2048', 'ECP_256', 'ECP_384']);
    expect(record.unanswered).toEqual([]);
    expect(record.messages).toBeLessThan(100);
    expect(status).toBe(1);
    // One offer was taken; all the others were questions that leave nothing.
    expect(await scene.lab.sh('swan r --stats')).toMatch(/IKE_SAs: 1 total, 1 half-open/);
  });

  it('-w keeps the run so that sniff reads all of it', async () => {
    await scene.peer('');
    const file = `${scene.lab.folder}/run.pcapng`;
    await scene.lab.vpndoctor([...base(), '-w', file]);
    const { stdout } = await scene.lab.vpndoctor(['sniff', '--json', '-r', file]);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const esp = records.filter(({ type, proto }) => type === 'packet' && proto === 'esp');
    expect(esp.length).toBeGreaterThan(6);
    expect(records.find(({ type, outcome }) => type === 'session' && outcome === 'established')).toBeDefined();
    expect(JSON.stringify(records)).toContain('client.example');
  });
});
