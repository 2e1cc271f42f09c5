import { readInnerPacket } from '../../../src/engine/inner/inner-packet.js';
import { icmpPacket } from '../../../src/engine/inner/messages.js';
import { Responder } from '../../../src/engine/inner/responder.js';
import { seededRandom } from '../esp/make-child.js';

type Host = (packet: Uint8Array) => readonly Uint8Array[];

export const host: Host = (() => {
  const responder = new Responder({ random: seededRandom(3) });
  return (packet: Uint8Array) => responder.answer(packet, 0);
})();

/** An ICMP error about a packet, from a router in its address family. */
export function errorAbout(packet: Uint8Array, type: number, code: number, rest = 0, quote = 1000): Uint8Array {
  const inner = readInnerPacket(packet);
  if (inner === undefined) throw new TypeError('no IP packet');
  const src = inner.version === 4 ? '10.9.9.9' : '2001:db8:9::9';
  return icmpPacket({ src, dst: inner.src }, type, code, rest, packet.subarray(0, quote));
}

/** A router in front of `host` that passes packets up to `mtu` bytes, and tells so of larger ones or is silent. */
export function narrow(mtu: number, tells: boolean, says = mtu): Host {
  return (packet) => {
    if (packet.length <= mtu) return host(packet);
    if (!tells) return [];
    return [(packet[0] as number) >> 4 === 4 ? errorAbout(packet, 3, 4, says) : errorAbout(packet, 2, 0, says)];
  };
}
