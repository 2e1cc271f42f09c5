import { Analyser, type Observation } from '../../src/dissect/analyser.js';
import type { PacketView } from '../../src/pcapfile/packet-view.js';
import { view } from './packets.js';

/** Raw IP packets in front of one analyser, a second apart from 2026-01-01T00:00:01Z on. */
export function observeAll(packets: readonly Uint8Array[], options: Partial<PacketView> = {}): Observation[] {
  const analyser = new Analyser();
  return packets.flatMap((bytes, i) => analyser.observe(view(i + 1, bytes, options)) ?? []);
}

/** The only packet. */
export function observe(bytes: Uint8Array, options: Partial<PacketView> = {}): Observation {
  const [observation] = observeAll([bytes], options);
  if (observation === undefined) throw new TypeError('nothing was observed');
  return observation;
}
