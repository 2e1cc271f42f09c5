import { hexNumber, toHex } from '../bytes/hex.js';
import { nameOf } from '../bytes/registry.js';
import type { InnerPacket, Observation, ObservedUnit } from '../dissect/analyser.js';
import type { ObservedIke } from '../dissect/ike/session-tracker.js';
import type { IkeUnit, Unit } from '../dissect/packet.js';
import type { Finding } from '../model/finding.js';
import type { IkeSession } from '../model/ike-session.js';
import type { Malformed, Timestamp } from '../model/packet.js';
import type { SaFacts } from '../model/sa.js';
import { spiText } from '../wire/ike/proposal-facts.js';
import { openvpnOpcodes } from '../wire/openvpn/opcodes.js';
import { isoTime } from './format.js';
import { type Json, toJson } from './json-record.js';

type Record = { readonly [key: string]: Json | undefined };

/**
 * The `packet` records of a frame (design.md §4): one for each unit in it, so that AH around ESP gives two. A frame that
 * holds none but could not be decoded gives one that says where it stopped.
 */
export function packetRecords({ packet, units }: Observation, shows: (unit: Unit) => boolean): Record[] {
  const base = { type: 'packet', frame: packet.frame, time: isoTime(packet) };
  const records = units.filter(({ unit }) => shows(unit)).map((observed) => ({ ...base, ...unitRecord(observed) }));
  if (packet.malformed === undefined) return records;
  const malformed = malformedRecord(packet.malformed);
  const last = records.pop();
  if (last !== undefined) return [...records, { ...last, malformed: (last as Record)['malformed'] ?? malformed }];
  const ip = packet.layers.findLast((layer) => layer.kind === 'ipv4' || layer.kind === 'ipv6');
  const proto = packet.layers.at(-1)?.kind ?? 'unknown';
  return [{ ...base, ...(ip === undefined ? {} : { src: ip.src, dst: ip.dst }), proto, malformed }];
}

function unitRecord(observed: ObservedUnit): Record {
  const { unit } = observed;
  const ends = {
    src: unit.src.address,
    dst: unit.dst.address,
    ...(unit.src.port === undefined ? {} : { sport: unit.src.port }),
    ...(unit.dst.port === undefined ? {} : { dport: unit.dst.port }),
  };
  return {
    ...ends,
    ...ownFields(observed),
    length: unit.length,
    ...(unit.kind === 'ike' || unit.encapsulation === 'none' ? {} : { encap: unit.encapsulation }),
    ...(unit.kind === 'ike' && unit.encapsulation === 'tcp' ? { encap: 'tcp' } : {}),
    ...(unit.ipFragments > 1 ? { ip_fragments: unit.ipFragments } : {}),
    ...(observed.malformed === undefined ? {} : { malformed: malformedRecord(observed.malformed) }),
    ...(observed.opened === undefined ? {} : { decrypted: decryptedRecord(observed) }),
    ...(observed.checked === undefined ? {} : { icv_verdict: observed.checked.icv }),
  };
}

function ownFields({ unit, ike }: ObservedUnit): Record {
  switch (unit.kind) {
    case 'esp':
      return { proto: 'esp', spi: hexNumber(unit.spi, 8), seq: unit.sequence };
    case 'ah':
      return { proto: 'ah', spi: hexNumber(unit.spi, 8), seq: unit.sequence, next_header: unit.nextHeader, icv: toHex(unit.icv) };
    case 'ipcomp':
      return { proto: 'ipcomp', cpi: hexNumber(unit.cpi, 4), next_header: unit.nextHeader };
    case 'ike':
      return ikeFields(unit, ike);
    case 'natt-keepalive':
      return { proto: 'natt-keepalive' };
    case 'ip-fragment':
      return { proto: 'ip-fragment', protocol: unit.protocol, offset: unit.offset, more_fragments: unit.moreFragments };
    case 'openvpn':
      return {
        proto: 'openvpn',
        opcode: nameOf(openvpnOpcodes, unit.opcode),
        key_id: unit.keyId,
        ...(unit.peerId === undefined ? {} : { peer_id: unit.peerId }),
      };
    case 'icmp-error':
      return {
        proto: 'icmp-error',
        icmp_type: unit.type,
        icmp_code: unit.code,
        text: unit.text,
        ...(unit.mtu === undefined ? {} : { mtu: unit.mtu }),
        ...(unit.quoted === undefined ? {} : { quoted: toJson(unit.quoted) }),
      };
  }
}

function ikeFields(unit: IkeUnit, observed: ObservedIke | undefined): Record {
  if (observed === undefined) return { proto: 'ike' };
  const { message, facts, inside } = observed;
  const { header } = message;
  const malformed = facts === undefined ? message.malformed : facts.malformed;
  return {
    proto: message.version === 0 ? 'ike' : `ikev${message.version}`,
    version: `${header.major}.${header.minor}`,
    spi_i: spiText(header.spiI),
    spi_r: spiText(header.spiR),
    ...(facts === undefined ? {} : { exchange: facts.exchange }),
    exchange_type: header.exchangeType,
    flags: header.flags,
    message_id: header.messageId,
    ...(facts === undefined ? {} : { response: facts.response }),
    encrypted: message.encrypted !== undefined || message.payloads.some(({ kind }) => kind === 'sk' || kind === 'skf'),
    payloads: message.payloads.map(({ name }) => name),
    payload_types: message.payloads.map(({ type }) => type),
    ...(inside === undefined ? {} : { decrypted_payloads: inside.payloads.map(({ name }) => name), icv: inside.icv }),
    ...(facts?.notifies === undefined || facts.notifies.length === 0 ? {} : { notifies: toJson(facts.notifies) }),
    ...(facts?.fragment === undefined ? {} : { fragment: toJson(facts.fragment) }),
    ...(facts?.retransmissionOf === undefined ? {} : { retransmission_of: facts.retransmissionOf }),
    ...(malformed === undefined ? {} : { malformed: malformedRecord(malformed) }),
    ...(unit.length === header.length ? {} : { header_length: header.length }),
  };
}

function decryptedRecord({ opened, inner }: ObservedUnit): Record {
  if (opened === undefined) return {};
  const { plain } = opened;
  return {
    icv: plain.icv,
    plausible: plain.plausible,
    next_header: plain.nextHeader,
    pad_length: plain.padLength,
    iv: toHex(plain.iv),
    ...(inner === undefined ? {} : { inner: innerRecord(inner) }),
  };
}

function innerRecord({ layers, units, malformed }: InnerPacket): Record {
  return {
    layers: layers.map((layer) => toJson(withoutBytes(layer)) ?? null),
    ...(units.length === 0 ? {} : { units: units.map(unitRecord) }),
    ...(malformed === undefined ? {} : { malformed: malformedRecord(malformed) }),
  };
}

/** Bytes as hex. */
function withoutBytes(layer: object): object {
  return Object.fromEntries(Object.entries(layer).map(([key, value]) => [key, value instanceof Uint8Array ? toHex(value) : value]));
}

function malformedRecord({ field, offset, message }: Malformed): Record {
  return { field, offset, message };
}

/** The `sa` record of one SA. */
export function saRecord(sa: SaFacts): Record {
  const { protocol, firstSequence, lastSequence, ...rest } = sa;
  return {
    type: 'sa',
    proto: protocol,
    first_seq: firstSequence,
    last_seq: lastSequence,
    ...(toJson(rest) as Record),
  };
}

/** The `session` record of one IKE SA. */
export function sessionRecord(session: IkeSession): Record {
  return { type: 'session', ...(toJson(session) as Record) };
}

/** The `finding` record of one diagnosis. */
export function findingRecord(finding: Finding): Record {
  return { type: 'finding', ...(toJson(finding) as Record) };
}

/** The last record: what was read, and what was not right about the input. */
export function captureRecord(capture: { packets: number; duration: number; firstTime?: Timestamp; notes: readonly string[] }): Record {
  return { type: 'capture', schema: 'vpndoctor/sniff/1', ...(toJson(capture) as Record) };
}
