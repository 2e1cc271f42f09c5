import type { InnerPacket, Observation, ObservedUnit } from '../dissect/analyser.js';
import type { Layer } from '../dissect/packet.js';
import type { PayloadNode } from '../wire/ike/chain.js';
import { ikeAnomalies } from './ike-anomalies.js';
import { isoTime } from './iso-time.js';
import { layerLine } from './layer-line.js';
import { openvpnWords } from './openvpn-line.js';
import { bytesText, payloadTree } from './payload-tree.js';

const STEP = '  ';

/** A frame as an indented tree: every layer, what its units hold, what came out of them decrypted, and where decoding stopped. */
export function packetTree({ packet, units }: Observation): string[] {
  const cut = packet.capturedLength < packet.originalLength ? ` (${packet.capturedLength} captured)` : '';
  const lines = [`packet ${packet.frame}, ${isoTime(packet)}, ${packet.originalLength} bytes${cut}`];
  addContent(lines, STEP, packet.layers, units, packet.malformed);
  return lines;
}

/* Lines are added to one list with the indent they stand at: this is done for every packet. */

function addContent(
  lines: string[],
  indent: string,
  layers: InnerPacket['layers'],
  units: InnerPacket['units'],
  malformed: InnerPacket['malformed'],
): void {
  const rest = [...units];
  for (const layer of layers) {
    lines.push(indent + layerLine(layer));
    // Layers and units name the same thing in the same order.
    const at = rest.findIndex(({ unit }) => unit.kind === unitKind(layer));
    if (at >= 0) addUnit(lines, indent + STEP, rest.splice(at, 1)[0] as ObservedUnit);
  }
  for (const unit of rest) addUnit(lines, indent + STEP, unit);
  addMalformed(lines, indent, malformed);
}

function unitKind(layer: Layer): string {
  return layer.kind === 'icmp' ? 'icmp-error' : layer.kind;
}

function addUnit(lines: string[], indent: string, observed: ObservedUnit): void {
  const { unit, ike, opened, checked, inner, malformed } = observed;
  if (unit.kind === 'icmp-error') lines.push(indent + unit.text);
  if (unit.kind === 'openvpn') lines.push(indent + openvpnWords(unit, observed));
  if (ike !== undefined) addIke(lines, indent, ike);
  if (checked !== undefined) lines.push(`${indent}ICV ${checked.icv}`);
  if (opened !== undefined) {
    const { plain } = opened;
    lines.push(
      `${indent}decrypted: ICV ${plain.icv}, next header ${plain.nextHeader}, padding ${plain.padLength}${plain.plausible ? '' : ', key most likely wrong'}`,
    );
    if (inner === undefined) lines.push(indent + STEP + bytesText(plain.payload));
  } else if (inner !== undefined) {
    lines.push(`${indent}${unit.kind === 'openvpn' ? 'decrypted' : 'inflated'}:`);
  }
  if (inner !== undefined) addContent(lines, indent + STEP, inner.layers, inner.units, inner.malformed);
  addMalformed(lines, indent, malformed);
}

function addIke(lines: string[], indent: string, ike: NonNullable<ObservedUnit['ike']>): void {
  const { message, facts, inside, whole } = ike;
  if (message.version !== 0) {
    const { header, version } = message;
    lines.push(
      `${indent}${facts?.exchange ?? `exchange ${header.exchangeType}`}, version ${header.major}.${header.minor}, flags 0x${header.flags.toString(16).padStart(2, '0')}, message ID ${header.messageId}, ${header.length} bytes`,
      `${indent}SPIs ${bytesText(header.spiI)} ${bytesText(header.spiR)}`,
    );
    addPayloads(lines, indent, message.payloads, version);
    if (message.encrypted !== undefined) lines.push(`${indent}encrypted: ${message.encrypted.length} bytes`);
    if (whole !== undefined) {
      lines.push(`${indent}put together:`);
      addPayloads(lines, indent + STEP, whole.payloads, version);
    }
    if (inside !== undefined) {
      lines.push(`${indent}decrypted, ICV ${inside.icv}:`);
      addPayloads(lines, indent + STEP, inside.payloads, version);
    }
  }
  for (const { text, spec } of ikeAnomalies(ike)) lines.push(`${indent}ANOMALY: ${text} (${spec})`);
  addMalformed(lines, indent, facts?.malformed ?? message.malformed);
}

function addPayloads(lines: string[], indent: string, payloads: readonly PayloadNode[], version: 1 | 2): void {
  for (const node of payloads) for (const line of payloadTree(node, version)) lines.push(indent + line);
}

function addMalformed(lines: string[], indent: string, malformed: InnerPacket['malformed']): void {
  if (malformed !== undefined) lines.push(`${indent}MALFORMED: ${malformed.message}`);
}
