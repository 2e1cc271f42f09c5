import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TunnelOrder } from './support/ikev2-agent.js';
import { Ikev2Agent } from './support/ikev2-agent-process.js';
import { IDENTITIES, Ikev2Scene, PEER, SELECTORS, Served } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/**
 * Our initiator beside strongSwan's own, on the same responder, one round of each after the other: handshakes as they are on the wire,
 * and TCP through the tunnel. Prints figures; what is asserted is a ratio of medians of the same minute.
 */
const lacking = lackingForPeers();
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;

const ROUNDS = 60;
/** Rounds before those that count: daemon and agent both stay up. */
const WARM = 20;
/** What others do on the machine meanwhile may cost one side more than the other: measured again then. */
const retry = 2;
const SECONDS = 4;
/** Both ends of strongSwan are kept from writing their keys to the log while time counts. */
const QUIET = 'ss.filelog.f.ike=1 ss.filelog.f.chd=1 ss.filelog.f.mgr=0';

const handshakes = [
  { name: 'PSK, modp2048', ike: 'aes128-sha256-modp2048' },
  { name: 'PSK, curve25519', ike: 'aes128-sha256-curve25519' },
  { name: 'PSK, ecp256', ike: 'aes128-sha256-ecp256' },
];
const ciphers = ['aes256gcm16', 'chacha20poly1305', 'aes256-sha256', '3des-md5'];

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

describe.skipIf(lacking !== '')(`speed beside strongSwan${skipped}`, () => {
  let scene: Ikev2Scene;
  let agent: Ikev2Agent;
  beforeAll(async () => {
    scene = await Ikev2Scene.open();
    agent = await Ikev2Agent.start(scene.lab);
  });
  afterAll(async () => {
    agent?.close();
    await scene?.close();
  });

  /** Milliseconds from the first IKE_SA_INIT to the answer to IKE_AUTH, in order; strongSwan begins from port 500, we from another. */
  const onTheWire = async (): Promise<{ readonly ours: readonly number[]; readonly theirs: readonly number[] }> => {
    const fields = ['frame.time_epoch', 'isakmp.ispi', 'isakmp.exchangetype', 'isakmp.flag_r', 'udp.srcport'];
    const lines = await scene.lab.sh(
      `tshark -n -r "$TMP/capture.pcap" -Y isakmp -T fields ${fields.map((field) => `-e ${field}`).join(' ')} 2>/dev/null`,
    );
    const begun = new Map<string, { readonly time: number; readonly who: 'ours' | 'theirs' }>();
    const times = { ours: [] as number[], theirs: [] as number[] };
    for (const line of lines.trim().split('\n')) {
      const [time, spi = '', exchange, response, port] = line.split('\t');
      const isResponse = response === '1' || response === 'True';
      if (exchange === '34' && !isResponse && !begun.has(spi))
        begun.set(spi, { time: Number(time), who: port === '500' ? 'theirs' : 'ours' });
      const from = begun.get(spi);
      if (exchange === '35' && isResponse && from !== undefined) times[from.who].push((Number(time) - from.time) * 1000);
    }
    return times;
  };

  it.each(handshakes)('handshake, $name', { retry }, async ({ name, ike }) => {
    const settings = `c.proposals=${ike} c.unique=never ${QUIET}`;
    await scene.peer(`both ${settings}`);
    await scene.lab.sh('[ -z "$(pid_of charon-i)" ] || stop charon-i; start i');
    const ours: TunnelOrder = {
      address: PEER,
      source: '198.51.100.1',
      inner: ['10.78.0.1', '10.77.0.1'],
      flags: {
        ike,
        esp: 'aes128-sha256',
        pskFile: `${scene.lab.folder}/psk`,
        id: 'client.example',
        peerId: 'gateway.example',
        localTs: ['10.78.0.0/24'],
        remoteTs: ['10.77.0.0/24'],
      },
    };
    await scene.lab.sh('rm -f "$TMP/capture.pcap" "$TMP/tcpdump.out"; capture i');
    for (let round = 0; round < WARM + ROUNDS; round++) {
      await scene.lab.sh('up; swan i --terminate --ike lab --timeout 5 >/dev/null');
      await agent.many([ours], 1);
    }
    await scene.lab.sh('capture_end');
    const times = await onTheWire();
    expect([times.ours.length, times.theirs.length]).toEqual([WARM + ROUNDS, WARM + ROUNDS]);
    const [us, them] = [median(times.ours.slice(WARM)), median(times.theirs.slice(WARM))];
    process.stdout.write(
      `handshake, ${name}: ours ${us.toFixed(2)} ms (the first ${times.ours[0]?.toFixed(1)}), strongSwan's ${them.toFixed(2)} ms, ratio ${(us / them).toFixed(2)} (medians of ${ROUNDS})\n`,
    );
    expect(us / them).toBeLessThanOrEqual(1);
    expect(scene.log().match(/IKE_SA lab\[\d+\] established/g)?.length).toBe(2 * (WARM + ROUNDS));
    await scene.lab.sh('stop charon-i');
  });

  it.skipIf(!existsSync('/usr/bin/iperf3'))('TCP through the tunnel', async () => {
    const iperf = async (reverse: boolean) => {
      const out = await scene.lab.sh(`ns i iperf3 -c 10.77.0.1 -B 10.78.0.1 -t ${SECONDS} -O 1 -J ${reverse ? '-R' : ''}`);
      return (JSON.parse(out) as { end: { sum_received: { bits_per_second: number } } }).end.sum_received.bits_per_second / 1e6;
    };
    const table: string[] = [];
    for (const esp of ciphers) {
      const mbits: number[] = [];
      for (const who of ['theirs', 'ours'] as const) {
        await scene.peer(`both k.esp_proposals=${esp} ${QUIET}`);
        await scene.lab.sh('bg iperf ip netns exec "$NS-r" iperf3 -s -B 10.77.0.1; sleep 0.3');
        let tunnel: Served | undefined;
        if (who === 'theirs') await scene.lab.sh('start i; up');
        else {
          tunnel = new Served(
            scene.lab.start(['probe', 'peer', PEER, ...scene.psk(), ...IDENTITIES, ...SELECTORS, '--esp', esp, '--tun', 'vd0']),
          );
          await tunnel.says(/vd0 is up/, 30);
        }
        mbits.push(await iperf(false), await iperf(true));
        // The peer's own count: it went through the tunnel.
        expect(Number(/ in +\w+, +(\d+) bytes/.exec(await scene.lab.sh('swan r --list-sas 2>/dev/null'))?.[1])).toBeGreaterThan(10_000_000);
        if (tunnel !== undefined) await tunnel.stop();
        else await scene.lab.sh('down; stop charon-i');
        await scene.lab.sh('stop iperf');
        expect(await scene.established()).toBe(0);
      }
      const [there = 0, back = 0, ourThere = 0, ourBack = 0] = mbits;
      table.push(
        `${esp.padEnd(18)} strongSwan ${there.toFixed(0).padStart(4)} / ${back.toFixed(0).padStart(4)} Mbit/s   ours ${ourThere.toFixed(0).padStart(4)} / ${ourBack.toFixed(0).padStart(4)}   ratio ${(ourThere / there).toFixed(2)} / ${(ourBack / back).toFixed(2)}`,
      );
      expect(Math.min(ourThere, ourBack)).toBeGreaterThan(20);
    }
    process.stdout.write(`TCP through the tunnel, there / back; strongSwan with ESP in user space at the other end\n${table.join('\n')}\n`);
  });
});
