import { hexNumber } from '../bytes/hex.js';
import type { Layer } from '../dissect/packet.js';
import { formatMac } from '../wire/link/mac.js';
import { bytesText } from './payload-tree.js';

/** Fields that are numbers people know in hex. */
const HEX: Readonly<Record<string, number>> = { spi: 8, etherType: 4, checksum: 4, identification: 4, cpi: 4, flags: 2 };

/** One protocol layer as a line: `ipv4: tos 0, totalLength 84, … src 10.0.0.1, dst 10.0.0.2`. */
export function layerLine(layer: Layer): string {
  const fields = Object.entries(layer)
    .filter(([name, value]) => name !== 'kind' && value !== undefined && !isEmpty(value))
    .map(([name, value]) => `${spaced(name)} ${isMac(layer, name) ? formatMac(value as number) : fieldText(name, value)}`);
  return fields.length === 0 ? layer.kind : `${layer.kind}: ${fields.join(', ')}`;
}

/** Ethernet addresses are held as numbers. */
function isMac({ kind }: Layer, name: string): boolean {
  return kind === 'ethernet' && (name === 'src' || name === 'dst');
}

function isEmpty(value: unknown): boolean {
  return value === false || ((value instanceof Uint8Array || Array.isArray(value)) && value.length === 0);
}

/** `fragmentOffset` -> `fragment offset`. */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function fieldText(name: string, value: unknown): string {
  if (value instanceof Uint8Array) return bytesText(value);
  if (typeof value === 'number') {
    const digits = HEX[name];
    return digits === undefined ? String(value) : hexNumber(value, digits);
  }
  if (value === true) return 'yes';
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([inner, item]) => `${spaced(inner)} ${fieldText(inner, item)}`)
      .join(', ')}}`;
  }
  return String(value);
}
