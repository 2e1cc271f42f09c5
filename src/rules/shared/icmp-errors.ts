import type { CaptureFacts, IcmpErrorFacts } from '../../model/capture-facts.js';
import type { Evidence, Severity } from '../../model/finding.js';
import type { OpenvpnSession } from '../../model/openvpn-session.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { OPENVPN_PORT } from '../../wire/openvpn/header.js';
import { IKE_PORT, NATT_PORT } from '../../wire/udp-encap.js';
import { cameUp } from './handshake.js';
import { type Peers, peersOf } from './peers.js';

/** Type and codes of one kind of ICMP error, in both families (RFC 792, RFC 1812 §5.2.7.1; RFC 4443 §3). */
export interface IcmpKind {
  readonly v4: readonly [type: number, ...codes: number[]];
  readonly v6: readonly [type: number, ...codes: number[]];
}

/** Errors of that kind between two peers, those about the same port or protocol together. */
export interface IcmpCase {
  readonly peers: Peers;
  readonly errors: readonly IcmpErrorFacts[];
  readonly first: IcmpErrorFacts;
  /** `UDP 500`, `ESP (protocol 50)`. */
  readonly about: string;
  /** `warning` when an IKE SA of these peers came up, or went on, after the last of the errors. */
  readonly severity: Severity;
}

/** Those of all peers. */
export function icmpCases(facts: CaptureFacts, kind: IcmpKind): readonly IcmpCase[] {
  return peersOf(facts).flatMap((peers) => casesBetween(peers, kind));
}

function casesBetween(peers: Peers, kind: IcmpKind): readonly IcmpCase[] {
  const byAbout = new Map<string, IcmpErrorFacts[]>();
  for (const error of peers.icmpErrors) {
    const [type, ...codes] = error.quoted.src.includes(':') ? kind.v6 : kind.v4;
    if (error.type !== type || !codes.includes(error.code)) continue;
    const about = aboutOf(error);
    const errors = byAbout.get(about);
    if (errors === undefined) byAbout.set(about, [error]);
    else errors.push(error);
  }
  return [...byAbout].map(([about, errors]) => {
    const first = errors[0] as IcmpErrorFacts;
    return { peers, about, errors, first, severity: healed(peers, errors.at(-1) ?? first) ? 'warning' : 'error' };
  });
}

const isIpsec = (protocol: string, name: 'ESP' | 'AH'): boolean => protocol.toUpperCase() === name;

/** The destination of the quoted packets answered after the error: with ESP or AH when it is about those, else on an established IKE SA. */
function healed(peers: Peers, error: IcmpErrorFacts): boolean {
  const { dst, protocol } = error.quoted;
  if (peers.openvpn.some((session) => heardAfter(session, dst, error))) return true;
  if (isIpsec(protocol, 'ESP') || isIpsec(protocol, 'AH'))
    return peers.sas.some((sa) => sa.src === dst && secondsBetween(error, sa.lastTime) > 0);
  return peers.sessions.some(
    (session) => cameUp(session) && session.messages.some((m) => m.src.address === dst && secondsBetween(error, m) > 0),
  );
}

/** A tunnel of OpenVPN: the host sent data after the error. */
function heardAfter({ client, server, data }: OpenvpnSession, address: string, error: IcmpErrorFacts): boolean {
  const ends = [
    [client, data.client],
    [server, data.server],
  ] as const;
  return ends.some(([end, facts]) => end.address === address && facts !== undefined && secondsBetween(error, facts.lastTime) > 0);
}

function aboutOf({ quoted }: IcmpErrorFacts): string {
  const port = portOf(quoted);
  if (port !== undefined) return `${quoted.protocol.toUpperCase() === 'TCP' ? 'TCP' : 'UDP'} ${port}`;
  if (isIpsec(quoted.protocol, 'ESP')) return 'ESP (protocol 50)';
  if (isIpsec(quoted.protocol, 'AH')) return 'AH (protocol 51)';
  return quoted.protocol.toUpperCase();
}

/** IKE, NAT-T and OpenVPN. */
export const SERVICE_PORTS: ReadonlySet<number> = new Set([IKE_PORT, NATT_PORT, OPENVPN_PORT]);

/** The UDP or TCP service that the quoted packet goes to or comes from; undefined for what has no ports. */
export function serviceOf({ protocol, src, dst, srcPort, dstPort }: IcmpErrorFacts['quoted']) {
  if (srcPort === undefined || dstPort === undefined) return undefined;
  const answers = SERVICE_PORTS.has(srcPort) && !SERVICE_PORTS.has(dstPort);
  const port = answers ? srcPort : dstPort;
  const transport = protocol.toUpperCase() === 'TCP' ? 'tcp' : 'udp';
  return {
    transport,
    port,
    server: answers ? src : dst,
    client: answers ? dst : src,
    /** Of IPsec over UDP, with which ESP goes along. */
    ipsec: transport === 'udp' && [srcPort, dstPort].some((each) => each === IKE_PORT || each === NATT_PORT),
  } as const;
}

/** The well-known port of the quoted packet. */
function portOf({ srcPort, dstPort }: IcmpErrorFacts['quoted']): number | undefined {
  return srcPort !== undefined && dstPort !== IKE_PORT && dstPort !== NATT_PORT && (srcPort === IKE_PORT || srcPort === NATT_PORT)
    ? srcPort
    : dstPort;
}

export function icmpEvidence({ errors }: IcmpCase): readonly Evidence[] {
  return errors.slice(0, 4).map(({ frame, reporter, type, code, text, quoted }) => ({
    frame,
    field: `ICMP ${type}/${code}`,
    text: `${reporter} says "${text}" about the packet of ${quoted.src} to ${quoted.dst}`,
  }));
}
