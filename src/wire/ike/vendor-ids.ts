import { DecodeError } from '../../bytes/errors.js';
import { hexNumber, toHex } from '../../bytes/hex.js';
import { BytesMemo } from '../../bytes/memo.js';
import { isPrintable, printableText } from '../../bytes/printable.js';
import { ByteReader } from '../../bytes/reader.js';
import { nameOf, type Registry } from '../../bytes/registry.js';
import { VENDOR_ID_VERSIONS } from './tables/vendor-id-versions.js';
import { KNOWN_VENDOR_IDS, type KnownVendorId, type VendorIdForm } from './tables/vendor-ids.js';

export interface VendorIdDescription {
  /** `Cisco Unity`, `strongSwan 5.1.0`, the text itself when it is text, otherwise `unknown (0x…)`. */
  readonly name: string;
  /** What the bytes behind the known ones say: a version, capabilities. */
  readonly detail?: string;
  /** It is in the table; false for text taken as it is and for unknown ones. */
  readonly exact: boolean;
}

/** Versions that Windows sends behind its id (MS-IKEE §2.2.6). */
const WINDOWS_VERSIONS: Registry = {
  2: 'Windows 2000',
  3: 'Windows XP SP1',
  4: 'Windows Server 2003 or XP SP2',
  5: 'Windows Vista',
  6: 'Windows Server 2008',
  7: 'Windows 7',
  8: 'Windows Server 2008 R2',
  9: 'Windows 8, Server 2012 or later',
};

const CHECKPOINT_PRODUCTS: Registry = { 1: 'FireWall-1', 2: 'SecuRemote/SecureClient' };
const CHECKPOINT_VERSIONS: Registry = {
  2: '4.1',
  3: '4.1 SP-1',
  4002: '4.1 SP-2 to SP-6',
  5000: 'NG',
  5001: 'NG FP1',
  5002: 'NG FP2',
  5003: 'NG FP3',
  5004: 'NG AI R54',
  5005: 'NG AI R55, NGX or later',
  5006: 'NG AI R56',
};

/** Known ones by their first bytes, longest first, so that the most particular wins. */
const BY_LENGTH: readonly (readonly [digits: number, ReadonlyMap<string, KnownVendorId>])[] = (() => {
  const groups = new Map<number, Map<string, KnownVendorId>>();
  for (const known of KNOWN_VENDOR_IDS) {
    const group = groups.get(known.hex.length) ?? new Map<string, KnownVendorId>();
    groups.set(known.hex.length, group.set(known.hex, known));
  }
  return [...groups].sort(([a], [b]) => b - a);
})();

const DESCRIBED = new BytesMemo<VendorIdDescription>(512);

/** A vendor id in words. The bytes are a peer's: what is printed of them is made printable. */
export function describeVendorId(id: Uint8Array): VendorIdDescription {
  return DESCRIBED.get(id, () => describe(id));
}

function describe(id: Uint8Array): VendorIdDescription {
  const hex = toHex(id);
  const version = VENDOR_ID_VERSIONS[hex];
  if (version !== undefined) return { name: version, exact: true };
  for (const [digits, group] of BY_LENGTH) {
    const known = group.get(hex.slice(0, digits));
    if (known === undefined || (known.form === undefined && hex.length !== digits)) continue;
    const detail = known.form === undefined ? undefined : describeRest(known.form, new ByteReader(id.subarray(digits / 2)));
    return detail === undefined ? { name: known.name, exact: true } : { name: known.name, detail, exact: true };
  }
  if (isFreeSwanStyle(id, hex)) return { name: 'FreeS/WAN, Openswan or Libreswan', detail: printableText(id), exact: false };
  if (isPrintable(id)) return { name: printableText(id), exact: false };
  return { name: `unknown (0x${hex})`, exact: false };
}

/** `OE` or `OSW` and ten or nine bytes between 0x40 and 0x7f: an Openswan whose version is not in the table. */
function isFreeSwanStyle(id: Uint8Array, hex: string): boolean {
  const prefix = hex.startsWith('4f5357') ? 3 : hex.startsWith('4f45') ? 2 : 0;
  return id.length === 12 && prefix > 0 && id.subarray(prefix).every((byte) => byte >= 0x40 && byte < 0x80);
}

function describeRest(form: VendorIdForm, r: ByteReader): string | undefined {
  try {
    return r.remaining === 0 ? undefined : readRest(form, r);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return 'cut';
  }
}

function readRest(form: VendorIdForm, r: ByteReader): string {
  switch (form) {
    case 'version':
      return `${r.u8('major version')}.${r.u8('minor version')}`;
    case 'concentrator': {
      const major = r.u8('major version');
      const minor = r.u8('minor version');
      return `${major}.${minor >> 4}.${minor & 0x0f}`;
    }
    case 'fragmentation':
      return fragmentationText(r.u32('capabilities'));
    case 'windows':
      return nameOf(WINDOWS_VERSIONS, r.u32('version'));
    case 'checkpoint':
      return checkpointText(r);
    case 'fortigate': {
      const major = r.u16('major version');
      const build = r.u16('build');
      return build === 0 ? 'version not told' : `FortiOS ${major}, build ${build}`;
    }
    case 'screenos': {
      r.skip(4, 'platform');
      const version = r.u32('version');
      return `ScreenOS ${(version >> 8) & 0xff}.${version & 0xff}`;
    }
    case 'number':
      return `version ${r.u32('version')}`;
    case 'text':
    case 'embedded-text':
      return longestText(r.rest());
    case 'padding':
      return `${r.remaining} bytes more`;
    case 'hex':
      return `0x${toHex(r.rest())}`;
  }
}

/** 0x80000000 and 0x40000000 as racoon reads them: fragments of main and aggressive mode, of base mode. */
function fragmentationText(capabilities: number): string {
  const modes = [
    ...((capabilities & 0x80000000) !== 0 ? ['main and aggressive mode'] : []),
    ...((capabilities & 0x40000000) !== 0 ? ['base mode'] : []),
  ];
  return modes.length === 0 ? hexNumber(capabilities, 8) : modes.join(', ');
}

function checkpointText(r: ByteReader): string {
  const product = nameOf(CHECKPOINT_PRODUCTS, r.u32('product'));
  const version = nameOf(CHECKPOINT_VERSIONS, r.u32('version'));
  const seconds = r.u32('timestamp');
  r.skip(4, 'reserved');
  const features = hexNumber(r.u32('features'), 8);
  const time = seconds === 0 ? '' : `, clock ${new Date(seconds * 1000).toISOString()}`;
  return `${product} ${version}, features ${features}${time}`;
}

/** The longest run of printable bytes; SafeNet has its version between binary fields. */
function longestText(bytes: Uint8Array): string {
  const runs = printableText(bytes).split(/(?:\\x[0-9a-f]{2})+/);
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '').trim();
}
