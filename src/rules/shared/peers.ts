import type { CaptureFacts, IcmpErrorFacts } from '../../model/capture-facts.js';
import type { IkeSession } from '../../model/ike-session.js';
import type { OpenvpnSession } from '../../model/openvpn-session.js';
import type { SaFacts } from '../../model/sa.js';

/** Everything a capture holds about two addresses, in either direction. */
export interface Peers {
  /** `10.0.0.1 - 10.0.0.2`, the same whoever began: what findings are grouped by. */
  readonly subject: string;
  readonly sessions: readonly IkeSession[];
  readonly sas: readonly SaFacts[];
  readonly openvpn: readonly OpenvpnSession[];
  readonly icmpErrors: readonly IcmpErrorFacts[];
  readonly incompleteDatagrams: CaptureFacts['incompleteDatagrams'];
  readonly keepalives: CaptureFacts['keepalives'];
}

const known = new WeakMap<CaptureFacts, readonly Peers[]>();

/** The facts sorted by pair of addresses, in order of appearance. Every rule asks, so the answer is kept with the facts. */
export function peersOf(facts: CaptureFacts): readonly Peers[] {
  let peers = known.get(facts);
  if (peers === undefined) {
    peers = sortByPeers(facts);
    known.set(facts, peers);
  }
  return peers;
}

export function subjectOf(a: string, b: string): string {
  return a < b ? `${a} - ${b}` : `${b} - ${a}`;
}

type Growing = { -readonly [K in keyof Peers]: Peers[K] extends readonly (infer T)[] ? T[] : Peers[K] };

function sortByPeers(facts: CaptureFacts): readonly Peers[] {
  const bySubject = new Map<string, Growing>();
  const of = (a: string, b: string): Growing => {
    const subject = subjectOf(a, b);
    let peers = bySubject.get(subject);
    if (peers === undefined) {
      peers = { subject, sessions: [], sas: [], openvpn: [], icmpErrors: [], incompleteDatagrams: [], keepalives: [] };
      bySubject.set(subject, peers);
    }
    return peers;
  };
  for (const session of facts.sessions) of(session.initiator.address, session.responder.address).sessions.push(session);
  for (const sa of facts.sas) of(sa.src, sa.dst).sas.push(sa);
  for (const session of facts.openvpn) of(session.client.address, session.server.address).openvpn.push(session);
  for (const error of facts.icmpErrors) of(error.quoted.src, error.quoted.dst).icmpErrors.push(error);
  for (const datagram of facts.incompleteDatagrams) of(datagram.src, datagram.dst).incompleteDatagrams.push(datagram);
  for (const keepalive of facts.keepalives) of(keepalive.src, keepalive.dst).keepalives.push(keepalive);
  return [...bySubject.values()];
}

const byDirection = new WeakMap<Peers, ReadonlyMap<string, SaFacts>>();

/** The SA of the other direction of the same tunnel, as the tracker paired them. */
export function otherDirection(peers: Peers, { protocol, dst, pairSpi }: SaFacts): SaFacts | undefined {
  if (pairSpi === undefined) return undefined;
  let sas = byDirection.get(peers);
  if (sas === undefined) {
    sas = new Map(peers.sas.map((sa) => [`${sa.protocol} ${sa.src} ${sa.spi}`, sa]));
    byDirection.set(peers, sas);
  }
  return sas.get(`${protocol} ${dst} ${pairSpi}`);
}
