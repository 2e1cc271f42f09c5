import { hash } from 'node:crypto';
import { ByteWriter } from '../../bytes/writer.js';
import type { PacketEnd } from '../../model/endpoint.js';
import { endpointText } from '../../model/endpoint-text.js';
import type { NatFacts, NatVerdict } from '../../model/ike-session.js';
import { writeIpv4Address, writeIpv6Address } from '../../wire/ip/address.js';
import { IKE_PORT, NATT_PORT } from '../../wire/udp-encap.js';

/** The NAT detection hashes of one message and what its packet looked like where it was captured. */
export interface NatObservation {
  readonly fromInitiator: boolean;
  /** As they stand in the header of that message: in an IKE_SA_INIT request the responder's is zero. */
  readonly spiI: Uint8Array;
  readonly spiR: Uint8Array;
  readonly src: PacketEnd;
  readonly dst: PacketEnd;
  /** `NAT_DETECTION_SOURCE_IP`; in IKEv1 every NAT-D payload but the first. Several are allowed: a host with several addresses. */
  readonly source: readonly Uint8Array[];
  /** `NAT_DETECTION_DESTINATION_IP`; in IKEv1 the first NAT-D payload. */
  readonly destination: readonly Uint8Array[];
}

/**
 * What a hash was made over, compared with the endpoint seen: `same`; `other-port`: that address with port 500 or 4500;
 * `port-zero`: that address with port 0, which no datagram has (libreswan's `encapsulation=yes`); `differs`; `absent`:
 * no hash, no port, or an algorithm that its length does not tell.
 */
export type HashMatch = 'same' | 'other-port' | 'port-zero' | 'differs' | 'absent';

/** IKEv2 takes SHA-1 (RFC 7296 §2.23), IKEv1 the hash negotiated (RFC 3947 §3.2), which its length tells as well. */
const HASH_BY_LENGTH: Readonly<Record<number, string>> = { 16: 'md5', 20: 'sha1', 32: 'sha256', 48: 'sha384', 64: 'sha512' };
const IKE_PORTS = [IKE_PORT, NATT_PORT] as const;

/** HASH(SPIi | SPIr | address | port), the same layout in both versions. `algorithm` is a node:crypto name. */
export function natHash(algorithm: string, spiI: Uint8Array, spiR: Uint8Array, end: Required<PacketEnd>): Uint8Array {
  const w = new ByteWriter(34).bytes(spiI).bytes(spiR);
  if (end.address.includes(':')) writeIpv6Address(w, end.address);
  else writeIpv4Address(w, end.address);
  return hash(algorithm, w.u16(end.port).finish(), 'buffer');
}

/** Compares the hashes of one role with the endpoint seen. */
export function matchNatHash(hashes: readonly Uint8Array[], spiI: Uint8Array, spiR: Uint8Array, seen: PacketEnd): HashMatch {
  const { address, port } = seen;
  if (port === undefined) return 'absent';
  let result: HashMatch = 'absent';
  for (const received of hashes) {
    const algorithm = HASH_BY_LENGTH[received.length];
    if (algorithm === undefined) continue;
    const madeOver = (tried: number) => Buffer.compare(received, natHash(algorithm, spiI, spiR, { address, port: tried })) === 0;
    if (madeOver(port)) return 'same';
    if (IKE_PORTS.some((other) => other !== port && madeOver(other))) result = 'other-port';
    else if (madeOver(0)) result = 'port-zero';
    else if (result === 'absent') result = 'differs';
  }
  return result;
}

/** One NAT leaves at least the hashes of the other end as they are. */
const STRANGE =
  'none of the NAT detection hashes matches the addresses seen here: addresses rewritten in this capture, a NAT on either side of it for both ends, or hashes made otherwise';

interface EndView {
  /** Its own source hash against its address seen here. */
  readonly own: HashMatch;
  /** The peer's destination hash against that address: where the peer sends to. */
  readonly byPeer: HashMatch;
  readonly seen: PacketEnd | undefined;
}

/**
 * Says of each end whether a NAT is before it, from the last observation of each direction.
 * A mismatch of the peer's destination hash proves a NAT: packets arrive here under another address than they were sent to.
 * A mismatch of an end's own source hash does not: daemons forge it to force UDP encapsulation.
 */
export function judgeNat(observations: readonly NatObservation[]): Pick<NatFacts, 'checked' | 'initiator' | 'responder' | 'text'> & {
  readonly initiatorBehindNat?: boolean;
  readonly responderBehindNat?: boolean;
} {
  const request = observations.findLast((o) => o.fromInitiator);
  const reply = observations.findLast((o) => !o.fromInitiator);
  const initiator = viewOf(request, reply);
  const responder = viewOf(reply, request);
  const strange = [initiator, responder].every(({ own, byPeer }) => own === 'differs' && byPeer === 'differs');
  const verdictI = strange ? 'unknown' : verdictOf(initiator);
  const verdictR = strange ? 'unknown' : verdictOf(responder);
  const checked = [initiator, responder].some((end) => end.own !== 'absent' || end.byPeer !== 'absent');
  const behindI = behindNat(verdictI);
  const behindR = behindNat(verdictR);
  return {
    checked,
    initiator: verdictI,
    responder: verdictR,
    text: strange ? STRANGE : checked ? natText(initiator, verdictI, responder, verdictR) : 'no NAT detection hashes were seen',
    ...(behindI === undefined ? {} : { initiatorBehindNat: behindI }),
    ...(behindR === undefined ? {} : { responderBehindNat: behindR }),
  };
}

function viewOf(sent: NatObservation | undefined, received: NatObservation | undefined): EndView {
  return {
    own: sent === undefined ? 'absent' : matchNatHash(sent.source, sent.spiI, sent.spiR, sent.src),
    byPeer: received === undefined ? 'absent' : matchNatHash(received.destination, received.spiI, received.spiR, received.dst),
    seen: sent?.src ?? received?.dst,
  };
}

function verdictOf({ own, byPeer }: EndView): NatVerdict {
  if (byPeer === 'differs' || byPeer === 'other-port' || own === 'other-port') return 'nat';
  if (own === 'port-zero') return 'forced';
  if (own === 'differs') return 'nat-or-forced';
  return own === 'same' && byPeer === 'same' ? 'none' : 'unknown';
}

function behindNat(verdict: NatVerdict): boolean | undefined {
  if (verdict === 'nat') return true;
  return verdict === 'none' || verdict === 'forced' ? false : undefined;
}

function natText(initiator: EndView, verdictI: NatVerdict, responder: EndView, verdictR: NatVerdict): string {
  if (verdictI === 'none' && verdictR === 'none') return 'no NAT: the hashes of both ends match the addresses seen here';
  const forgedBoth =
    verdictI === 'nat-or-forced' && verdictR === 'nat-or-forced' && initiator.byPeer === 'same' && responder.byPeer === 'same';
  if (forgedBoth) {
    return (
      'UDP encapsulation is forced at both ends, or this capture lies between two NATs: the source hash of neither end matches its address, ' +
      'yet each end sends to the very address seen here'
    );
  }
  return `${endText('initiator', initiator, verdictI)}; ${endText('responder', responder, verdictR)}`;
}

function endText(name: string, { own, byPeer, seen }: EndView, verdict: NatVerdict): string {
  const place = seen === undefined ? 'its address' : endpointText(seen);
  switch (verdict) {
    case 'none':
      return `${name}: no NAT, its own hash and the peer's match ${place}`;
    case 'nat':
      if (byPeer === 'differs' || byPeer === 'other-port') {
        return `${name} behind NAT: the peer sends to another ${byPeer === 'differs' ? 'address' : 'port'} than ${place}, so this capture lies on the ${name}'s side of the NAT`;
      }
      return `${name} behind NAT: it sends from another port than ${place} seen here`;
    case 'forced':
      return `${name} forces UDP encapsulation: its source hash is made over ${seen?.address ?? 'its address'} and port 0`;
    case 'nat-or-forced':
      return `${name} behind NAT or forcing UDP encapsulation: its source hash does not match ${place} seen here${byPeer === 'same' ? ', to which the peer does send' : ''}`;
    case 'unknown':
      if (own === 'same') return `${name}: no NAT between it and this capture, what the peer sees is not known`;
      if (byPeer === 'same') return `${name}: the peer sends to ${place}, its own hash is not known`;
      return `${name}: not known`;
  }
}
