import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Flow, flowText, measureFlow, ratioText } from './support/flow.js';
import { comparedTimes, wireTimes } from './support/handshake-times.js';
import { lackingForPeers, PeerLab } from './support/peer-lab.js';

/**
 * Our initiator beside strongSwan's own, in turns, against the same strongSwan responder with ESP in user space: figures to be read, not
 * judged, because the machine has other things to do. `scripts/bench/tunnel.js` asks for more of them.
 */
const lacking = lackingForPeers() || (existsSync('/usr/bin/iperf3') ? '' : 'iperf3 is not here: scripts/lab/install.sh');
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;
const asked = (name: string, usual: number) => Number(process.env[`VPNDOCTOR_BENCH_${name}`] ?? usual);
const handshakes = asked('HANDSHAKES', 6);
const seconds = asked('SECONDS', 1);
const rounds = asked('ROUNDS', 1);

const groups = ['modp2048', 'curve25519', 'ecp256'];
const suites = ['aes256gcm16', 'chacha20poly1305', 'aes256-sha256', '3des-md5'];
const QUIET = ['default', 'ike', 'chd', 'mgr'].map((part) => `ss.filelog.f.${part}=0`).join(' ');

describe.skipIf(lacking !== '')(`our initiator beside strongSwan's${skipped}`, () => {
  let lab: PeerLab;
  let credentials: readonly string[];

  beforeAll(async () => {
    lab = await PeerLab.open();
    await lab.sh('printf %s "$PSK" >"$TMP/psk"');
    // Neither logs, nor wants cookies of the many half-open ones of a moment.
    await lab.sh(`both ${QUIET} ss.cookie_threshold=0 ss.block_threshold=0
      conn r c.proposals=${[...groups.map((group) => `aes128-sha256-${group}`), '3des-md5-modp1024'].join()} k.esp_proposals=${suites.join()}
      start r; start i; bg iperf ip netns exec "$NS-r" iperf3 -s -B $INNER_R`);
    const ids = ['--id', 'client.example', '--peer-id', 'gateway.example'];
    const selectors = ['--local-ts', '10.78.0.0/24', '--remote-ts', '10.77.0.0/24'];
    credentials = ['203.0.113.2', '--psk-file', `${lab.folder}/psk`, ...ids, ...selectors];
  });
  afterAll(() => lab?.close());

  /** What strongSwan at i proposes from now on. */
  const propose = (ike: string, esp: string) =>
    lab.sh(`conn i c.proposals=${ike} k.esp_proposals=${esp}; settings_of i | sort |
    grep -v '^ss[.]' | render >"$TMP/i/etc/swanctl.conf"; swan i --load-all --noprompt >/dev/null 2>&1`);

  it('handshakes with a pre-shared key, from the first packet to the last of IKE_AUTH on the wire', async () => {
    const lines = [`${handshakes} handshakes each, in turns; ms, medians (least); ours in a fresh process each`];
    for (const group of groups) {
      const ike = `aes128-sha256-${group}`;
      await propose(ike, 'aes256gcm16');
      await lab.sh('capture i i0 udp');
      for (let n = 0; n < handshakes; n++) {
        await lab.sh('up; down');
        const { status, stdout } = await lab.vpndoctor([
          'probe',
          'peer',
          ...credentials,
          '--ike',
          ike,
          '--esp',
          'aes256gcm16',
          '--until',
          'child',
        ]);
        expect(status, stdout).toBe(0);
      }
      await lab.sh('capture_end');
      const { stdout } = await lab.vpndoctor(['sniff', '-r', `${lab.folder}/capture.pcap`, '--json']);
      // The port of IKE is charon's.
      const { theirs, ours } = wireTimes(stdout, (port) => (port === 500 ? 'theirs' : 'ours'));
      expect(ours).toHaveLength(handshakes);
      // A retransmission more or less is charon's own affair.
      expect(theirs?.length).toBeGreaterThan(handshakes / 2);
      lines.push(`${group.padEnd(12)} ${comparedTimes('strongSwan', theirs, ours, 'between answer and next request')}`);
    }
    console.log(lines.join('\n'));
  });

  it('handshakes of IKEv1, main mode and quick mode, from the first packet to the answer of quick mode', async () => {
    const each = Math.ceil(handshakes / 2);
    const lines = [`${each} handshakes each, in turns; ms, medians (least); ours in a fresh process each`];
    // One connection has both versions at r: IKEv1 alone makes it another for charon.
    await lab.sh(
      'conn r c.version=0; settings_of r | sort | grep -v "^ss[.]" | render >"$TMP/r/etc/swanctl.conf"; swan r --load-all --noprompt >/dev/null 2>&1; conn i c.version=1',
    );
    for (const ike of ['3des-md5-modp1024', 'aes128-sha256-modp2048', 'aes128-sha256-ecp256']) {
      await propose(ike, 'aes256-sha256');
      await lab.sh('capture i i0 udp');
      for (let n = 0; n < each; n++) {
        await lab.sh('up; down');
        const flags = ['--ikev1', '--ike', ike, '--esp', 'aes256-sha256', '--until', 'child'];
        const { status, stdout } = await lab.vpndoctor(['probe', 'peer', ...credentials, ...flags]);
        expect(status, stdout).toBe(ike.startsWith('3des') ? 1 : 0);
      }
      await lab.sh('capture_end');
      const { stdout } = await lab.vpndoctor(['sniff', '-r', `${lab.folder}/capture.pcap`, '--json']);
      const { theirs, ours } = wireTimes(stdout, (port) => (port === 500 ? 'theirs' : 'ours'), 'ikev1');
      // A probe that had no answer in time asks once more.
      expect(ours?.length).toBeGreaterThanOrEqual(each);
      expect(theirs?.length).toBeGreaterThan(each / 2);
      lines.push(`${ike.padEnd(23)} ${comparedTimes('strongSwan', theirs, ours, 'between main mode and quick mode')}`);
    }
    console.log(lines.join('\n'));
  });

  it('TCP through --tun beside the tunnel of libipsec', { timeout: 600_000 }, async () => {
    await lab.sh('conn i c.version=2');
    const charon = Number((await lab.sh('pid_of charon-i')).trim());
    const lines = [`${rounds} rounds of ${seconds} s each way, in turns; Mbit/s out / in (ms of processor time a megabyte), medians`];
    for (const suite of suites) {
      await propose('aes128-sha256-modp2048', suite);
      const theirs: Flow[] = [];
      const ours: Flow[] = [];
      for (let round = 0; round < rounds; round++) {
        await lab.sh('up');
        theirs.push(await flow(charon));
        await lab.sh('down');
        ours.push(await throughTun(suite));
      }
      lines.push(`${suite.padEnd(17)} strongSwan ${flowText(theirs)}, ours ${flowText(ours)}, ${ratioText(ours, theirs)}`);
      for (const one of ours) expect(Math.min(one.out, one.in), suite).toBeGreaterThan(1);
    }
    console.log(lines.join('\n'));
  });

  /** Brings the tunnel up as an interface, measures, and looks that nothing is left. */
  async function throughTun(suite: string): Promise<Flow> {
    const child = lab.start(['probe', 'peer', ...credentials, '--ike', 'aes128-sha256-modp2048', '--esp', suite, '--tun', 'vpn0']);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    await until(
      () => said.includes('vpn0 is up'),
      child,
      () => said,
    );
    const result = await flow(child.pid ?? 0);
    child.kill('SIGTERM');
    const [status] = (await once(child, 'close')) as [number | null];
    // 3DES and MD5 are a warning.
    expect(status, said).toBe(suite === '3des-md5' ? 1 : 0);
    expect(said).toMatch(/vpn0 is gone, with its addresses and routes; \d+ packets out, \d+ in/);
    expect(await lab.sh('ns i ip -o link; ns i ip route')).not.toContain('vpn0');
    expect(await lab.sh('swan r --list-sas 2>/dev/null')).not.toContain('ESTABLISHED');
    return result;
  }

  const flow = (pid: number) => measureFlow(lab, pid, '-c $INNER_R -B $INNER_I', seconds);
});

async function until(met: () => boolean, child: ChildProcess, said: () => string): Promise<void> {
  for (let left = 1500; !met(); left--) {
    if (left === 0 || child.exitCode !== null) throw new TypeError(`not up: ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
