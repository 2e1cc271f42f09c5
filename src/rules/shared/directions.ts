import type { SaFacts } from '../../model/sa.js';
import { parseIp } from '../../wire/ip/address.js';
import type { Peers } from './peers.js';

/** All ESP (or AH) of two peers in one direction. */
export interface Direction {
  readonly src: string;
  readonly dst: string;
  readonly sas: readonly SaFacts[];
  readonly packets: number;
}

/** Both directions, the one with the first packet first; the second may be empty. */
export function directionsOf(peers: Peers, protocol: SaFacts['protocol']): readonly [Direction, Direction] | undefined {
  const sas = peers.sas.filter((sa) => sa.protocol === protocol);
  const first = sas.reduce<SaFacts | undefined>((a, b) => (a === undefined || b.firstFrame < a.firstFrame ? b : a), undefined);
  if (first === undefined || first.src === first.dst || isGroup(first.dst)) return undefined;
  return [direction(first.src, first.dst, sas), direction(first.dst, first.src, sas)];
}

/** Multicast and broadcast: nothing comes back from there (VRRP and OSPF with AH). */
function isGroup(address: string): boolean {
  const ip = parseIp(address);
  return ip !== undefined && (ip.version === 4 ? ip.value >> 28n === 0xen || ip.value === 0xffff_ffffn : ip.value >> 120n === 0xffn);
}

function direction(src: string, dst: string, all: readonly SaFacts[]): Direction {
  const sas = all.filter((sa) => sa.src === src);
  return { src, dst, sas, packets: sas.reduce((sum, sa) => sum + sa.packets, 0) };
}

/** Whether that end sent IKE at or after a moment: the capture hears it. */
export function speaksIke(peers: Peers, address: string, fromFrame: number): number | undefined {
  for (const session of peers.sessions) {
    const message = session.messages.find((m) => m.src.address === address && m.frame >= fromFrame);
    if (message !== undefined) return message.frame;
  }
  return undefined;
}
