import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Flow, flowText, measureFlow, ratioText } from './support/flow.js';
import { comparedTimes, openvpnWireTimes } from './support/handshake-times.js';
import { PeerLab } from './support/peer-lab.js';

/**
 * `probe peer client.ovpn` beside OpenVPN's own client, in turns, against the same OpenVPN server in user space: TLS handshakes over UDP and
 * TCP, and TCP through `--tun`. Figures to be read, not judged, because the machine has other things to do. `scripts/bench/tunnel.js` asks for
 * more of them.
 */
const lacking = [
  ...(process.getuid?.() === 0 ? [] : ['root']),
  ...['/usr/sbin/openvpn', '/usr/bin/iperf3', '/dev/net/tun'].filter((file) => !existsSync(file)),
].join(', ');
const skipped = lacking === '' ? '' : ` (skipped: ${lacking} not here)`;
const asked = (name: string, usual: number) => Number(process.env[`VPNDOCTOR_BENCH_${name}`] ?? usual);
const handshakes = asked('HANDSHAKES', 4);
const seconds = asked('SECONDS', 1);
const rounds = asked('ROUNDS', 1);
const suites = ['AES-256-GCM', 'CHACHA20-POLY1305', 'AES-256-CBC'];

describe.skipIf(lacking !== '')(`our client beside OpenVPN's${skipped}`, () => {
  let lab: PeerLab;

  beforeAll(async () => {
    lab = await PeerLab.open();
    await lab.sh(`ovpn_pki; ovpn_secret ta
      ovpn_server --data-ciphers ${suites.join(':')} --auth SHA256 --verb 3 || return 1
      bg iperf ip netns exec "$NS-r" iperf3 -s -B $OVPN_R
      listening() { ns r ss -ltn | grep -q ':5201 '; }; wait_for 30 listening || return 1
      for suite in ${suites.join(' ')}; do
        printf '%s\\n' client 'dev tun' 'proto udp' nobind "remote $ADDR_R 1194" 'remote-cert-tls server' 'ca ca.crt' 'cert i/peer.crt' \\
          'key i/peer.key' "data-ciphers $suite" 'auth SHA256' >"$TMP/$suite.ovpn"
      done`);
  });
  afterAll(() => lab?.close());

  it('TCP through --tun beside the tunnel of OpenVPN', { timeout: 600_000 }, async () => {
    const lines = [`${rounds} rounds of ${seconds} s each way, in turns; Mbit/s out / in (ms of processor time a megabyte), medians`];
    for (const suite of suites) {
      const theirs: Flow[] = [];
      const ours: Flow[] = [];
      for (let round = 0; round < rounds; round++) {
        theirs.push(await throughTheirs(suite));
        ours.push(await throughOurs(suite));
      }
      lines.push(`${suite.padEnd(17)} OpenVPN ${flowText(theirs)}, ours ${flowText(ours)}, ${ratioText(ours, theirs)}`);
      for (const one of ours) expect(Math.min(one.out, one.in), suite).toBeGreaterThan(1);
    }
    console.log(lines.join('\n'));
  });

  it('TLS handshakes, from the reset to the PUSH_REPLY on the wire', async () => {
    const lines = [`${handshakes} handshakes each, in turns; ms, medians (least); ours in a fresh process each`];
    for (const [name, server, client] of [
      ['UDP', '', ''],
      ['UDP, tls-crypt', '--tls-crypt ta.key', 'tls-crypt ta.key'],
      ['TCP', '--proto tcp-server', 'proto tcp-client'],
    ]) {
      await lab.sh(`stop openvpn-r; ovpn_server ${server} --data-ciphers ${suites.join(':')} --auth SHA256 --verb 3 || return 1
        { grep -v '^proto' "$TMP/${suites[0]}.ovpn"; printf '%s\\n' ${client === '' ? "'proto udp'" : `'${client}'`}; } >"$TMP/handshake.ovpn"
        capture i i0 port 1194`);
      for (let n = 0; n < handshakes; n++) {
        await lab.sh(`: >"$TMP/openvpn-i.out"; VERB=3 ovpn i --config handshake.ovpn; ovpn_up 60; stop openvpn-i`, 90);
        const { status, stdout } = await lab.vpndoctor(['probe', 'peer', `${lab.folder}/handshake.ovpn`, '--until', 'push']);
        expect(status, stdout).toBe(0);
      }
      await lab.sh('capture_end');
      const { stdout } = await lab.vpndoctor(['sniff', '-r', `${lab.folder}/capture.pcap`, '--json']);
      const times = openvpnWireTimes(stdout);
      expect(times).toHaveLength(2 * handshakes);
      const turn = (which: number) => times.filter((_, n) => n % 2 === which);
      lines.push(`${name?.padEnd(16)} ${comparedTimes('OpenVPN', turn(0), turn(1), 'the client')}`);
    }
    console.log(lines.join('\n'));
  });

  const flow = (pid: number) => measureFlow(lab, pid, '-c $OVPN_R', seconds);

  async function throughTheirs(suite: string): Promise<Flow> {
    await lab.sh(`: >"$TMP/openvpn-i.out"; VERB=3 ovpn i --config ${suite}.ovpn; ovpn_up 60`, 90);
    const result = await flow(Number((await lab.sh('pid_of openvpn-i')).trim()));
    await lab.sh('stop openvpn-i');
    return result;
  }

  /** Brings the tunnel up as an interface, measures, and looks that nothing is left. */
  async function throughOurs(suite: string): Promise<Flow> {
    const child = lab.start(['probe', 'peer', `${lab.folder}/${suite}.ovpn`, '--tun', 'vpn0']);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    for (let left = 3000; !said.includes('vpn0 is up'); left--) {
      if (left === 0 || child.exitCode !== null) throw new TypeError(`not up: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const result = await flow(child.pid ?? 0);
    child.kill('SIGTERM');
    const [status] = (await once(child, 'close')) as [number | null];
    expect(status, said).toBe(0);
    expect(said).toMatch(/vpn0 is gone, with its addresses and routes; \d+ packets out, \d+ in/);
    expect(await lab.sh('ns i ip -o link; ns i ip route')).not.toContain('vpn0');
    return result;
  }
});
