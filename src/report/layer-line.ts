import { hexNumber } from '../bytes/hex.js';
import type { Layer } from '../dissect/packet.js';
import { formatMac } from '../wire/link/mac.js';
import { bytesText } from './payload-tree.js';

/** Fields that are numbers people know in hex. */
const HEX: ReadonlyMap<string, number> = new Map([
  ['spi', 8],
  ['etherType', 4],
  ['checksum', 4],
  ['identification', 4],
  ['cpi', 4],
  ['flags', 2],
]);

/** One protocol layer as a line: `ipv4: tos 0, totalLength 84, … src 10.0.0.1, dst 10.0.0.2`. */
export function layerLine(layer: Layer): string {
  let fields = '';
  for (const name of Object.keys(layer)) {
    const value: unknown = (layer as unknown as { readonly [name: string]: unknown })[name];
    if (name === 'kind' || value === undefined || isEmpty(value)) continue;
    const text = isMac(layer, name) ? formatMac(value as number) : fieldText(name, value);
    fields += `${fields === '' ? ': ' : ', '}${spaced(name)} ${text}`;
  }
  return layer.kind + fields;
}

/** Ethernet addresses are held as numbers. */
function isMac({ kind }: Layer, name: string): boolean {
  return kind === 'ethernet' && (name === 'src' || name === 'dst');
}

function isEmpty(value: unknown): boolean {
  return value === false || (typeof value === 'object' && (value instanceof Uint8Array || Array.isArray(value)) && value.length === 0);
}

/** The names of fields are few, and wanted for every layer. */
const SPACED = new Map<string, string>();

/** `fragmentOffset` -> `fragment offset`. */
function spaced(name: string): string {
  let text = SPACED.get(name);
  if (text === undefined) {
    text = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    SPACED.set(name, text);
  }
  return text;
}

function fieldText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') {
    const digits = HEX.get(name);
    return digits === undefined ? String(value) : hexNumber(value, digits);
  }
  if (value === true) return 'yes';
  if (value instanceof Uint8Array) return bytesText(value);
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([inner, item]) => `${spaced(inner)} ${fieldText(inner, item)}`)
      .join(', ')}}`;
  }
  return String(value);
}
