import { gunzipSync, gzipSync } from 'node:zlib';
import { UsageError } from '../bytes/errors.js';
import type { SecretStrength } from '../config/secret-entry.js';
import { allowedCommand } from './commands.js';
import { type Answer, answer, type CommandOutput, type FileStat, type Host, type NoAnswerReason, noAnswer } from './host.js';

export const BUNDLE_SCHEMA = 'vpndoctor/bundle/1';

/** Larger than any host makes; a bundle comes from strangers and may be a compression bomb. */
const MAX_BUNDLE_BYTES = 512 << 20;

/** An answer as it stands in a bundle. */
export type Recorded<T> = { readonly value: T } | { readonly reason: NoAnswerReason; readonly message: string };

/** Answers by path, commands by their line (`ip -d -j addr`). */
export interface BundleAnswers {
  readonly files: Readonly<Record<string, Recorded<string>>>;
  readonly directories: Readonly<Record<string, Recorded<readonly string[]>>>;
  readonly links: Readonly<Record<string, Recorded<string>>>;
  readonly stats: Readonly<Record<string, Recorded<FileStat>>>;
  readonly commands: Readonly<Record<string, Recorded<CommandOutput>>>;
}

/** What was taken out, without it: `/etc/ipsec.secrets:3 preshared key, 12 characters`. */
export interface Redaction {
  /** Path, or command line. */
  readonly source: string;
  readonly line: number;
  /** `preshared key`, `private key`, `password` … */
  readonly kind: string;
  /** Characters replaced. */
  readonly length: number;
}

/** The one JSON object of a bundle file (gzip or plain). */
export interface Bundle extends BundleAnswers {
  readonly schema: typeof BUNDLE_SCHEMA;
  /** Of vpndoctor. */
  readonly version: string;
  /** When the host was looked at, ISO 8601. */
  readonly made: string;
  readonly isRoot: boolean;
  /** Addresses and names were replaced too. */
  readonly anonymised: boolean;
  /** Configuration files that were named (`--config`) instead of those in the usual places. */
  readonly configPaths?: readonly string[];
  readonly redactions: readonly Redaction[];
  /** How strong the secrets were, by what stands in their place: checks judge this and not the replacement. */
  readonly strengths: Readonly<Record<string, SecretStrength>>;
  /** Captures put in on request. */
  readonly captures: readonly { readonly name: string; readonly base64: string }[];
}

/** A host as a bundle tells it. What was not asked when the bundle was made is `not-collected`. */
export class BundleHost implements Host {
  readonly isRoot: boolean;
  readonly now: Date;
  readonly configPaths?: readonly string[];

  constructor(readonly bundle: Bundle) {
    this.isRoot = bundle.isRoot;
    if (bundle.configPaths !== undefined) this.configPaths = bundle.configPaths;
    this.now = new Date(bundle.made);
  }

  get secretStrengths(): Bundle['strengths'] {
    return this.bundle.strengths;
  }

  async readFile(path: string): Promise<Answer<string>> {
    return replay(this.bundle.files, path);
  }

  async readDir(path: string): Promise<Answer<readonly string[]>> {
    return replay(this.bundle.directories, path);
  }

  async readLink(path: string): Promise<Answer<string>> {
    return replay(this.bundle.links, path);
  }

  async stat(path: string): Promise<Answer<FileStat>> {
    return replay(this.bundle.stats, path);
  }

  async run(command: readonly [string, ...string[]]): Promise<Answer<CommandOutput>> {
    allowedCommand(command);
    return replay(this.bundle.commands, command.join(' '));
  }
}

function replay<T>(table: Readonly<Record<string, Recorded<T>>>, key: string): Answer<T> {
  const recorded = Object.hasOwn(table, key) ? table[key] : undefined;
  if (recorded === undefined) return noAnswer('not-collected', `${key}: not in the bundle`);
  return 'value' in recorded ? answer(recorded.value) : noAnswer(recorded.reason, recorded.message);
}

/** The file's bytes: readable with `zcat FILE | less`. */
export function encodeBundle(bundle: Bundle): Buffer {
  return gzipSync(`${JSON.stringify(bundle, null, 1)}\n`);
}

/**
 * Bytes of a bundle, gzip or plain JSON.
 * @param name what to call it in the message
 * @throws UsageError when they are something else
 */
export function decodeBundle(bytes: Uint8Array, name: string): Bundle {
  const bundle = parse(bytes, name);
  const schema = isObject(bundle) ? bundle['schema'] : undefined;
  if (typeof schema === 'string' && schema.startsWith('vpndoctor/bundle/') && schema !== BUNDLE_SCHEMA) {
    throw new UsageError(`${name} is a bundle of another version (${schema})`, 'use the version of vpndoctor that made it, or a later one');
  }
  if (schema !== BUNDLE_SCHEMA || !isBundle(bundle)) throw notABundle(name);
  return bundle;
}

function parse(bytes: Uint8Array, name: string): unknown {
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MAX_BUNDLE_BYTES }) : Buffer.from(bytes);
    return JSON.parse(plain.toString('utf8'));
  } catch (error) {
    const damaged = error instanceof Error && 'code' in error && (error.code === 'Z_BUF_ERROR' || error.code === 'Z_DATA_ERROR');
    throw damaged
      ? new UsageError(`${name} is cut or damaged: its compressed data end too early or do not fit`, 'copy it again, as binary data')
      : notABundle(name);
  }
}

const notABundle = (name: string) => new UsageError(`${name} is not a bundle of vpndoctor`, 'make one with "vpndoctor collect -o FILE"');

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number';

const knownReasons: ReadonlySet<unknown> = new Set<NoAnswerReason>([
  'missing',
  'denied',
  'timeout',
  'too-large',
  'binary',
  'not-collected',
  'failed',
]);

/** Every answer is looked at before it is used: a bundle may be made by hand. */
function isBundle(value: unknown): value is Bundle {
  if (!isObject(value)) return false;
  const table = (name: string, fits: (value: unknown) => boolean) => {
    const entries = value[name];
    const isRecorded = (entry: unknown) =>
      isObject(entry) && ('value' in entry ? fits(entry['value']) : knownReasons.has(entry['reason']) && isText(entry['message']));
    return isObject(entries) && Object.values(entries).every(isRecorded);
  };
  const isStat = (stat: unknown) =>
    isObject(stat) && isText(stat['kind']) && ['mode', 'uid', 'gid', 'size'].every((key) => isNumber(stat[key]));
  const isOutput = (output: unknown) =>
    isObject(output) && isText(output['stdout']) && isText(output['stderr']) && isNumber(output['status']);
  return (
    isText(value['made']) &&
    !Number.isNaN(Date.parse(value['made'] as string)) &&
    typeof value['isRoot'] === 'boolean' &&
    typeof value['anonymised'] === 'boolean' &&
    (value['configPaths'] === undefined || (Array.isArray(value['configPaths']) && value['configPaths'].every(isText))) &&
    Array.isArray(value['redactions']) &&
    Array.isArray(value['captures']) &&
    isObject(value['strengths']) &&
    Object.values(value['strengths']).every((strength) => isObject(strength) && isNumber(strength['bytes']) && isText(strength['grade'])) &&
    table('files', isText) &&
    table('directories', (names) => Array.isArray(names) && names.every(isText)) &&
    table('links', isText) &&
    table('stats', isStat) &&
    table('commands', isOutput)
  );
}
