import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { UsageError } from '../../bytes/errors.js';
import { readError } from '../../bytes/file-error.js';
import type { OpenvpnConfig, OpenvpnDirective } from '../../config/openvpn/openvpn-config.js';
import { readOpenvpn } from '../../config/openvpn/read-openvpn.js';
import type { ReadIncluded } from '../../config/source.js';
import { COMMAND_LINE, flagLines, type OpenvpnFlags } from './flags.js';

/** What an option that takes a file or a block holds. */
export interface Material {
  readonly bytes: Uint8Array;
  /** `ca.crt`, or `<ca> in client.ovpn`: for messages. */
  readonly from: string;
}

/** What the settings of a configuration need of the world. */
export interface ProfileIo {
  /** Asks on the terminal without showing what is typed; undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  warn(line: string): void;
}

/** Files of keys and certificates are small, and so are configurations. */
const MOST_BYTES = 4 << 20;

/** A configuration with the flags behind it, as its options are asked for. */
export class OpenvpnProfile {
  /** Options that were asked for by name: what nobody asks for has no meaning here. */
  readonly #asked = new Set<string>();

  private constructor(
    readonly config: OpenvpnConfig,
    private readonly lastLine: number,
  ) {}

  /**
   * @param file absent: flags alone
   * @param lines further ones in front of the flags: `client`, `dev tun`
   * @throws UsageError when a file cannot be read, or a line is wrong
   */
  static async read(file: string | undefined, flags: OpenvpnFlags, lines: readonly string[] = []): Promise<OpenvpnProfile> {
    const text = file === undefined ? '' : new TextDecoder().decode(readBytes(file, file));
    if (file !== undefined && text.trim() === '') throw new UsageError(`${file} is empty`, 'a configuration of OpenVPN has options in it');
    const lastLine = file === undefined ? 0 : text.split('\n').length;
    const all = [text, ...lines, ...flagLines(flags)].join('\n');
    const config = await readOpenvpn({ file: file ?? COMMAND_LINE, text: all }, includes);
    return new OpenvpnProfile(config, lastLine);
  }

  /** The last line of this option: it wins, as in OpenVPN. */
  last(name: string): OpenvpnDirective | undefined {
    return this.all(name).at(-1);
  }

  all(name: string): readonly OpenvpnDirective[] {
    this.#asked.add(name);
    return this.config.directives.filter((directive) => directive.name === name);
  }

  has(name: string): boolean {
    return this.last(name) !== undefined || this.inline(name) !== undefined;
  }

  /** The first argument of the last line. */
  word(name: string): string | undefined {
    return this.last(name)?.args[0];
  }

  /** @throws UsageError for what is no whole number within the bounds */
  number(name: string, least: number, most: number, at = 0): number | undefined {
    const directive = this.last(name);
    const text = directive?.args[at];
    if (directive === undefined || text === undefined) return undefined;
    const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most)) throw this.wrong(directive, `${text} is not a number from ${least} to ${most}`);
    return number;
  }

  inline(name: string): Material | undefined {
    this.#asked.add(name);
    const block = this.config.inline.findLast((one) => one.name === name);
    if (block === undefined) return undefined;
    const bytes = block.secret?.reveal() ?? new TextEncoder().encode(block.text ?? '');
    return { bytes, from: `<${name}> in ${block.file}` };
  }

  /** All files and blocks of this option: OpenVPN takes the last, `ca` and `cert` of the command line may be several. @throws UsageError */
  materials(name: string): readonly Material[] {
    const blocks = this.inline(name);
    const lines = this.all(name).filter(({ args: [word] }) => word !== undefined && word !== '[inline]');
    // What stands on the command line takes the place of what stands in the file.
    const flags = lines.filter(({ line }) => line > this.lastLine);
    const files = flags.length > 0 ? flags : lines.slice(-1);
    if (blocks !== undefined && flags.length === 0) return [blocks];
    return files.map(({ args: [word = ''], file, line }) => this.#file(name, word, file, line));
  }

  /** The last of them. @throws UsageError */
  material(name: string): Material | undefined {
    return this.materials(name).at(-1);
  }

  /** An option that is wrong, with its place. */
  wrong({ name, file, line }: OpenvpnDirective, what: string, hint?: string): UsageError {
    return new UsageError(`${this.place(file, line)}: ${name}: ${what}`, hint);
  }

  place(file: string, line: number): string {
    return file === COMMAND_LINE || (file === this.config.file && line > this.lastLine) ? COMMAND_LINE : `${file}:${line}`;
  }

  /** Options and blocks that stand there and that nobody asked for, in their order, each once. */
  get unasked(): readonly OpenvpnDirective[] {
    const seen = new Set<string>();
    return this.config.directives.filter(({ name }) => {
      if (this.#asked.has(name) || seen.has(name)) return false;
      seen.add(name);
      return true;
    });
  }

  #file(option: string, word: string, from: string, line: number): Material {
    const flag = this.place(from, line) === COMMAND_LINE;
    const beside = isAbsolute(word) || flag ? word : join(dirname(from), word);
    // OpenVPN looks from where it was started; whoever probes has the files beside the configuration as a rule.
    const path = beside !== word && !exists(beside) && exists(word) ? word : beside;
    return { bytes: readBytes(path, `${this.place(from, line)}: ${option} ${word}`), from: path };
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function readBytes(path: string, what: string): Uint8Array {
  try {
    if (statSync(path).size > MOST_BYTES) throw new UsageError(`${what}: the file is larger than any of its kind`);
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw readError(what.endsWith(path) ? what : `${what} (${path})`, path, error);
  }
}

const includes: ReadIncluded = async (pattern, from) => {
  const path = isAbsolute(pattern) ? pattern : join(dirname(from), pattern);
  if (!exists(path)) return { files: [], problems: [] };
  try {
    return { files: [{ file: path, text: new TextDecoder().decode(readBytes(path, path)) }], problems: [] };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { files: [], problems: [{ file: path, reason: error.message }] };
  }
};
