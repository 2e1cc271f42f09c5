import { writeFile } from 'node:fs/promises';
import { EnvironmentError, UsageError } from '../../bytes/errors.js';
import { writeError } from '../../bytes/file-error.js';
import { secretHider } from '../../config/hide-secrets.js';
import { type ReadConfig, type ReadConfigOptions, readConfig } from '../../config/read-config.js';
import type { ReadIncluded } from '../../config/source.js';
import type { Host } from '../../host/host.js';
import { readIncludes } from '../../host/includes.js';
import { type CommandIo, processOutput } from '../command-io.js';

/** Where output goes and where files come from; the process and this host by default. */
export interface ConfigIo extends CommandIo {
  host(): Promise<Host>;
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
    const said = answer.message.startsWith(path) ? answer.message : `${path}: ${answer.message}`;
    if (answer.reason === 'denied') throw new EnvironmentError(said, 'it may hold secrets: sudo vpndoctor config …');
    if (answer.reason === 'binary') throw new UsageError(said, `a text that Windows saved as UTF-16: iconv -f UTF-16 -t UTF-8 ${path}`);
    throw new UsageError(said, 'the name of a text file, or - and a pipe to standard input');
  }
  return readConfig({ file: path, text: answer.value }, readIncludes(host), options);
}

const noIncludes: ReadIncluded = async () => ({ files: [], problems: [] });

/** Prints lines about these configurations; nothing in them that may be a secret. */
export function printLines({ output }: ConfigIo, configs: readonly ReadConfig[], lines: readonly string[]): void {
  const hide = secretHider(configs.flatMap(({ texts }) => [...texts.values()]));
  for (const line of lines) output.line(hide(line));
  output.flush();
}

/** The process and this host. */
export function processIo(): ConfigIo {
  return {
    ...processOutput(),
    host: async () => new (await import('../../host/live.js')).LiveHost(),
    readStdin: async () => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MAX_STDIN) throw new UsageError('standard input is larger than any configuration');
      }
      const all = Buffer.concat(chunks);
      // PowerShell's pipes and files.
      return all.length % 2 === 0 && all[0] === 0xff && all[1] === 0xfe ? all.toString('utf16le') : all.toString('utf8');
    },
    writeFile: async (path, text) => {
      try {
        // Nothing that is there is written over.
        await writeFile(path, text, { flag: 'wx', mode: 0o600 });
      } catch (error) {
        throw writeError(path, error);
      }
    },
  };
}

/** Bytes. */
const MAX_STDIN = 16 << 20;
