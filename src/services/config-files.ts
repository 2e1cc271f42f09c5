import { EnvironmentError, UsageError } from '../bytes/errors.js';
import { type ReadConfig, type ReadConfigOptions, readConfig } from '../config/read-config.js';
import type { ReadIncluded } from '../config/source.js';
import { expandGlob } from '../host/glob.js';
import type { Host } from '../host/host.js';
import type { TextOutput } from '../report/text-output.js';

/** Where output goes and where files come from; the process and this host by default. */
export interface ConfigIo {
  readonly output: TextOutput;
  readonly isTTY: boolean;
  readonly columns?: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** One line for people, beside the output. */
  warn(line: string): void;
  host(): Promise<Pick<Host, 'readFile' | 'readDir' | 'stat'>>;
  /** All of standard input. */
  readStdin(): Promise<string>;
  writeFile(path: string, text: string): Promise<void>;
}

/** What the user says about a configuration. */
export interface ConfigFlags {
  readonly local: readonly string[];
  readonly product?: 'openswan' | 'libreswan' | 'strongswan';
  readonly productVersion?: string;
}

/**
 * Reads one configuration that the user named, `-` for standard input, with what it includes and the secrets beside it.
 * @throws UsageError, EnvironmentError when it cannot be read
 */
export async function readConfigFile(path: string, { local, product, productVersion }: ConfigFlags, io: ConfigIo): Promise<ReadConfig> {
  const options: ReadConfigOptions = {
    addresses: local,
    ...(product !== undefined && { product }),
    ...(productVersion !== undefined && { version: productVersion }),
  };
  if (path === '-') return readConfig({ file: '(standard input)', text: await io.readStdin() }, noIncludes, options);
  const host = await io.host();
  const answer = await host.readFile(path);
  if (!answer.ok) {
    if (answer.reason === 'missing') throw new UsageError(`${path}: no such file`, 'check the path; - is standard input');
    if (answer.reason === 'denied')
      throw new EnvironmentError(`${path}: ${answer.message}`, 'it may hold secrets: sudo vpndoctor config …');
    throw new UsageError(`${path}: ${answer.message}`);
  }
  return readConfig({ file: path, text: answer.value }, includesOf(host), options);
}

const noIncludes: ReadIncluded = async () => ({ files: [], problems: [] });

function includesOf(host: Pick<Host, 'readFile' | 'readDir' | 'stat'>): ReadIncluded {
  return async (pattern, from) => {
    const absolute = pattern.startsWith('/') ? pattern : `${from.replace(/[^/]*$/, '')}${pattern}`;
    const { paths, problems } = await expandGlob(host, absolute);
    const files = [];
    const unread = [...problems];
    for (const path of paths) {
      const answer = await host.readFile(path);
      if (answer.ok) files.push({ file: path, text: answer.value });
      else if (answer.reason !== 'missing') unread.push({ file: path, reason: answer.message });
    }
    return { files, problems: unread };
  };
}

/** @param text what `--no-color` and the terminal decide about is up to the style */
export function printLines({ output }: ConfigIo, lines: readonly string[]): void {
  for (const line of lines) output.line(line);
  output.flush();
}
