import { DataChannel } from '../../../src/engine/openvpn/data/data-channel.js';
import type { OpenvpnCommand, OpenvpnHappening } from '../../../src/engine/openvpn/happenings.js';
import { createMachine, type OpenvpnMachine } from '../../../src/engine/openvpn/machine.js';
import type { StaticSettings } from '../../../src/engine/openvpn/settings.js';
import type { Input, Path } from '../../../src/engine/step.js';
import { openvpnCipher, openvpnDigest } from '../../../src/keymat/openvpn-algorithms.js';
import { seededRandom } from '../esp/make-child.js';
import { staticKey } from './data/make-channel.js';

export const path: Path = {
  channel: 'openvpn',
  local: { address: '198.51.100.1', port: 1194 },
  remote: { address: '203.0.113.2', port: 1194 },
};

export const settings: StaticSettings = {
  mode: 'static',
  key: staticKey,
  direction: undefined,
  protocol: 'udp',
  device: 'tun',
  topology: 'p2p',
  ifconfig: { local: '10.8.0.2', remoteOrNetmask: '10.8.0.1' },
  cipher: openvpnCipher('AES-256-CBC'),
  auth: openvpnDigest('SHA256'),
  compression: { framing: 'none', compressOut: false },
  keepalive: { ping: 10, timeout: 60 },
  tunMtu: 1500,
  explicitExitNotify: 1,
  mtuTest: false,
};

/** One end with its data channel, on a clock that the pair moves. */
export class End {
  readonly happenings: OpenvpnHappening[] = [];
  readonly out: Uint8Array[] = [];
  readonly timers = new Map<string, number>();
  readonly data: DataChannel;
  readonly #machine: OpenvpnMachine;

  constructor(own: StaticSettings, seed: number) {
    const env = { random: seededRandom(seed), date: () => 1_700_000_000_000 };
    this.data = new DataChannel({ order: 'unordered', device: 'tun', ...env });
    this.#machine = createMachine({ settings: own, traffic: () => this.data.traffic }, env);
  }

  input(input: Input<OpenvpnCommand>, now: number): void {
    const { timers, happenings } = this.#machine(undefined, input, now);
    for (const { id, at } of timers) at === undefined ? this.timers.delete(id) : this.timers.set(id, at);
    for (const happening of happenings) {
      this.happenings.push(happening);
      if (happening.kind === 'keys') this.data.add(happening.keys, now);
      else if (happening.kind === 'keys-gone') this.data.remove(happening.keyId);
      else if (happening.kind === 'send-inner') this.out.push(...this.data.seal(happening.bytes, now));
    }
  }

  command(command: OpenvpnCommand, now: number): void {
    this.input({ kind: 'command', command }, now);
  }

  receive(packet: Uint8Array, now: number): void {
    const opened = this.data.open(packet, now);
    if (opened.kind === 'inner') this.command({ kind: 'inner', session: 1, bytes: opened.bytes }, now);
  }

  of<Kind extends OpenvpnHappening['kind']>(kind: Kind): readonly Extract<OpenvpnHappening, { kind: Kind }>[] {
    return this.happenings.filter((one): one is Extract<OpenvpnHappening, { kind: Kind }> => one.kind === kind);
  }
}

/** Moves both ends to a time; `lose`: whether what goes out now is lost. */
export function run(ends: readonly [End, End], from: number, to: number, lose: (now: number) => boolean = () => false): void {
  for (let now = from; now <= to; ) {
    for (const [i, end] of ends.entries()) {
      for (const [id, at] of [...end.timers]) {
        if (at > now) continue;
        end.timers.delete(id);
        end.input({ kind: 'timer', id }, now);
      }
      for (const packet of end.out.splice(0)) if (!lose(now)) ends[1 - i]?.receive(packet, now);
    }
    if (ends.some(({ out }) => out.length > 0)) continue;
    now = Math.min(...ends.flatMap(({ timers }) => [...timers.values()]), to + 1);
  }
}
