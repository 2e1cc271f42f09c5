import type { InnerPacket, Observation, ObservedUnit } from '../dissect/analyser.js';
import type { Layer } from '../dissect/packet.js';
import { isoTime } from './format.js';
import { layerLine } from './layer-line.js';
import { bytesText, payloadTree } from './payload-tree.js';

/** A frame as an indented tree: every layer, what its units hold, what came out of them decrypted, and where decoding stopped. */
export function packetTree({ packet, units }: Observation): string[] {
  const cut = packet.capturedLength < packet.originalLength ? ` (${packet.capturedLength} captured)` : '';
  return [
    `packet ${packet.frame}, ${isoTime(packet)}, ${packet.originalLength} bytes${cut}`,
    ...indented(content({ layers: packet.layers, units, ...(packet.malformed === undefined ? {} : { malformed: packet.malformed }) })),
  ];
}

function content({ layers, units, malformed }: InnerPacket): string[] {
  const lines: string[] = [];
  const rest = [...units];
  for (const layer of layers) {
    lines.push(layerLine(layer));
    // Layers and units name the same thing in the same order.
    const at = rest.findIndex(({ unit }) => unit.kind === unitKind(layer));
    if (at >= 0) lines.push(...indented(unitTree(rest.splice(at, 1)[0] as ObservedUnit)));
  }
  for (const unit of rest) lines.push(...indented(unitTree(unit)));
  if (malformed !== undefined) lines.push(`MALFORMED: ${malformed.message}`);
  return lines;
}

function unitKind(layer: Layer): string {
  return layer.kind === 'icmp' ? 'icmp-error' : layer.kind;
}

function unitTree(observed: ObservedUnit): string[] {
  const { unit, ike, opened, checked, inner, malformed } = observed;
  const lines: string[] = [];
  if (unit.kind === 'icmp-error') lines.push(unit.text);
  if (ike !== undefined) lines.push(...ikeTree(ike));
  if (checked !== undefined) lines.push(`ICV ${checked.icv}`);
  if (opened !== undefined) {
    const { plain } = opened;
    lines.push(
      `decrypted: ICV ${plain.icv}, next header ${plain.nextHeader}, padding ${plain.padLength}${plain.plausible ? '' : ', key most likely wrong'}`,
    );
    if (inner !== undefined) lines.push(...indented(content(inner)));
    else lines.push(`  ${bytesText(plain.payload)}`);
  }
  if (malformed !== undefined) lines.push(`MALFORMED: ${malformed.message}`);
  return lines;
}

function ikeTree({ message, facts, inside, whole }: NonNullable<ObservedUnit['ike']>): string[] {
  const lines: string[] = [];
  if (message.version !== 0) {
    const { header, version } = message;
    lines.push(
      `${facts?.exchange ?? `exchange ${header.exchangeType}`}, version ${header.major}.${header.minor}, flags 0x${header.flags.toString(16).padStart(2, '0')}, message ID ${header.messageId}, ${header.length} bytes`,
    );
    lines.push(`SPIs ${bytesText(header.spiI)} ${bytesText(header.spiR)}`);
    for (const node of message.payloads) lines.push(...payloadTree(node, version));
    if (message.encrypted !== undefined) lines.push(`encrypted: ${message.encrypted.length} bytes`);
    if (whole !== undefined) lines.push('put together:', ...indented(whole.payloads.flatMap((node) => payloadTree(node, version))));
    if (inside !== undefined)
      lines.push(`decrypted, ICV ${inside.icv}:`, ...indented(inside.payloads.flatMap((node) => payloadTree(node, version))));
  }
  const malformed = facts?.malformed ?? message.malformed;
  if (malformed !== undefined) lines.push(`MALFORMED: ${malformed.message}`);
  return lines;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
