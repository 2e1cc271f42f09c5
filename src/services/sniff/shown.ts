import type { Observation, ObservedUnit } from '../../dissect/analyser.js';
import type { IkeSession } from '../../model/ike-session.js';
import type { OpenvpnSession } from '../../model/openvpn-session.js';
import type { SaFacts } from '../../model/sa.js';
import type { Kind, Selection } from './selection.js';
import { spisOf } from './unit-spis.js';

/** Whether a selection shows what a packet holds. */
export function showsUnit(selection: Selection, observed: ObservedUnit, packet: Observation['packet']): boolean {
  const { src, dst, kind } = observed.unit;
  return selection.shows({
    kind: kind === 'ip-fragment' ? carriedKind(observed.unit) : kind,
    src,
    dst,
    spis: spisOf(observed),
    time: packet,
  });
}

/** A fragment is selected with what it is a part of: ports tell IKE from ESP. */
function carriedKind({ src }: ObservedUnit['unit']): Kind {
  return src.port === undefined ? 'esp' : 'ike';
}

/** Likewise an SA of ESP or AH. */
export function showsSa(selection: Selection, sa: SaFacts): boolean {
  return selection.shows({
    kind: sa.protocol,
    src: end(sa.src, sa.srcPort),
    dst: end(sa.dst, sa.dstPort),
    spis: [sa.spi],
    time: sa.firstTime,
  });
}

function end(address: string, port: number | undefined): { address: string; port?: number } {
  return port === undefined ? { address } : { address, port };
}

/** Likewise an IKE session. */
export function showsSession(selection: Selection, { initiator, responder, spiI, spiR, firstTime }: IkeSession): boolean {
  return selection.shows({ kind: 'ike', src: initiator, dst: responder, spis: [spiI, spiR], time: firstTime });
}

/** Likewise a session of OpenVPN. */
export function showsOpenvpn(selection: Selection, { client, server, firstTime }: OpenvpnSession): boolean {
  return selection.shows({ kind: 'openvpn', src: client, dst: server, spis: [], time: firstTime });
}
