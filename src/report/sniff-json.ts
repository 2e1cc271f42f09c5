import { hexNumber, toHex } from '../bytes/hex.js';
import { nameOf } from '../bytes/registry.js';
import type { InnerPacket, Observation, ObservedUnit } from '../dissect/analyser.js';
import type { ObservedIke } from '../dissect/ike/session-tracker.js';
import type { IcmpErrorUnit, IkeUnit, Unit } from '../dissect/packet.js';
import type { CaptureFacts } from '../model/capture-facts.js';
import type { Finding } from '../model/finding.js';
import type { IkeSession } from '../model/ike-session.js';
import type { OpenvpnSession } from '../model/openvpn-session.js';
import type { Malformed } from '../model/packet.js';
import type { SaFacts } from '../model/sa.js';
import { spiText } from '../wire/ike/proposal-facts.js';
import { openvpnOpcodes } from '../wire/openvpn/opcodes.js';
import { ikeAnomalies } from './ike-anomalies.js';
import { isoTime } from './iso-time.js';
import { type Json, type JsonRecord, toJson } from './json-record.js';

type Record = { readonly [key: string]: Json | undefined };

/**
 * The `packet` records of a frame (design.md §4): one for each unit in it, so that AH around ESP gives two. A frame that
 * holds none but could not be decoded gives one that says where it stopped.
 */
export function packetRecords({ packet, units }: Observation): Record[] {
  const time = isoTime(packet);
  const records: JsonRecord[] = [];
  for (const observed of units) {
    const record: JsonRecord = { type: 'packet', frame: packet.frame, time };
    records.push(addUnit(record, observed));
  }
  if (packet.malformed === undefined) return records;
  const malformed = malformedRecord(packet.malformed);
  const last = records.at(-1);
  if (last !== undefined) {
    last['malformed'] ??= malformed;
    return records;
  }
  const ip = packet.layers.findLast((layer) => layer.kind === 'ipv4' || layer.kind === 'ipv6');
  const proto = packet.layers.at(-1)?.kind ?? 'unknown';
  const ends = ip === undefined ? {} : { src: ip.src, dst: ip.dst };
  return [{ type: 'packet', frame: packet.frame, time, ...ends, proto, malformed }];
}

/** Adds the fields of a unit. One record is filled step by step: to put several together costs most of the time of a packet. */
function addUnit(record: JsonRecord, observed: ObservedUnit): JsonRecord {
  const { unit, malformed, opened, checked, inner } = observed;
  record['src'] = unit.src.address;
  record['dst'] = unit.dst.address;
  if (unit.src.port !== undefined) record['sport'] = unit.src.port;
  if (unit.dst.port !== undefined) record['dport'] = unit.dst.port;
  if (unit.kind === 'ike') addIke(record, unit, observed.ike);
  else Object.assign(record, ownFields(unit));
  record['length'] = unit.length;
  const shown = unit.kind === 'ike' ? unit.encapsulation === 'tcp' : unit.encapsulation !== 'none';
  if (shown) record['encap'] = unit.encapsulation;
  if (unit.ipFragments > 1) record['ip_fragments'] = unit.ipFragments;
  if (malformed !== undefined) record['malformed'] = malformedRecord(malformed);
  if (observed.openvpn !== undefined) addOpenvpn(record, observed);
  if (opened !== undefined) record['decrypted'] = decryptedRecord(observed);
  if (checked !== undefined) record['icv_verdict'] = checked.icv;
  if (opened === undefined && observed.openvpn === undefined && inner !== undefined) record['inflated'] = innerRecord(inner);
  return record;
}

function ownFields(unit: Exclude<Unit, IkeUnit>): Record {
  switch (unit.kind) {
    case 'esp':
      return { proto: 'esp', spi: hexNumber(unit.spi, 8), seq: unit.sequence };
    case 'ah':
      return { proto: 'ah', spi: hexNumber(unit.spi, 8), seq: unit.sequence, next_header: unit.nextHeader, icv: toHex(unit.icv) };
    case 'ipcomp':
      return { proto: 'ipcomp', cpi: hexNumber(unit.cpi, 4), next_header: unit.nextHeader };
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
        ...(unit.quoted === undefined ? {} : { quoted: quotedRecord(unit.quoted) }),
      };
  }
}

/** What following and decrypting told of an OpenVPN packet. */
function addOpenvpn(record: JsonRecord, { openvpn, inner }: ObservedUnit): void {
  if (openvpn === undefined) return;
  const { session, fromClient, message, data } = openvpn;
  record['session'] = session.id;
  record['from_client'] = fromClient;
  if (message !== undefined) {
    const { packetId, acks, replayId, retransmissionOf, content, sessionId, remoteSessionId } = message;
    record['session_id'] = sessionId;
    if (packetId !== undefined) record['packet_id'] = packetId;
    if (acks !== undefined) record['acks'] = [...acks];
    if (remoteSessionId !== undefined) record['remote_session_id'] = remoteSessionId;
    if (replayId !== undefined) record['replay_id'] = replayId;
    if (content.length > 0) record['content'] = [...content];
    if (retransmissionOf !== undefined) record['retransmission_of'] = retransmissionOf;
  }
  if (data === undefined) return;
  const { authentic, packetId, framing, message: said } = data;
  record['decrypted'] = {
    authentic: authentic ?? null,
    ...(packetId === undefined ? {} : { packet_id: packetId }),
    compression: framing,
    ...(said === undefined ? {} : { message: said }),
    ...(inner === undefined ? {} : { inner: innerRecord(inner) }),
  };
}

/** SPIs are written alike wherever they stand. */
function quotedRecord({ spi, ...quoted }: NonNullable<IcmpErrorUnit['quoted']>): Record {
  return { ...(toJson(quoted) as Record), ...(spi === undefined ? {} : { spi: hexNumber(spi, 8) }) };
}

function addIke(record: JsonRecord, unit: IkeUnit, observed: ObservedIke | undefined): void {
  if (observed === undefined) {
    record['proto'] = 'ike';
    return;
  }
  const { message, facts, inside } = observed;
  const { header, payloads } = message;
  const malformed = facts === undefined ? message.malformed : facts.malformed;
  record['proto'] = message.version === 0 ? 'ike' : `ikev${message.version}`;
  record['version'] = `${header.major}.${header.minor}`;
  record['spi_i'] = spiText(header.spiI);
  record['spi_r'] = spiText(header.spiR);
  if (facts !== undefined) record['exchange'] = facts.exchange;
  record['exchange_type'] = header.exchangeType;
  record['flags'] = header.flags;
  record['message_id'] = header.messageId;
  if (facts !== undefined) record['response'] = facts.response;
  record['encrypted'] = message.encrypted !== undefined || payloads.some(({ kind }) => kind === 'sk' || kind === 'skf');
  record['payloads'] = payloads.map(({ name }) => name);
  record['payload_types'] = payloads.map(({ type }) => type);
  if (inside !== undefined) {
    record['decrypted_payloads'] = inside.payloads.map(({ name }) => name);
    record['icv'] = inside.icv;
  }
  if (facts !== undefined) {
    if (facts.notifies.length > 0) record['notifies'] = toJson(facts.notifies);
    if (facts.fragment !== undefined) record['fragment'] = toJson(facts.fragment);
    if (facts.retransmissionOf !== undefined) record['retransmission_of'] = facts.retransmissionOf;
  }
  const anomalies = ikeAnomalies(observed);
  if (anomalies.length > 0) record['anomalies'] = toJson(anomalies);
  if (malformed !== undefined) record['malformed'] = malformedRecord(malformed);
  if (unit.length !== header.length) record['header_length'] = header.length;
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
    ...(units.length === 0 ? {} : { units: units.map((unit) => addUnit({}, unit)) }),
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

/** The `session` record of one OpenVPN session. */
export function openvpnRecord(session: OpenvpnSession): Record {
  return { type: 'session', ...(toJson(session) as Record) };
}

/** The `finding` record of one diagnosis. */
export function findingRecord(finding: Finding): Record {
  return { type: 'finding', ...(toJson(finding) as Record) };
}

/** The last record: what was read, and what was not right about the input. */
export function captureRecord(facts: CaptureFacts, notes: readonly string[]): Record {
  const { packets, duration, firstTime, lastTime, icmpErrors, keepalives, incompleteDatagrams, evicted } = facts;
  const capture = { packets, duration, firstTime, lastTime, icmpErrors, keepalives, incompleteDatagrams, evicted, notes };
  return { type: 'capture', schema: 'vpndoctor/sniff/1', ...(toJson(capture) as Record) };
}
