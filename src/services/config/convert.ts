import { join } from 'node:path';
import { UsageError } from '../../bytes/errors.js';
import { type ConvertTarget, convert } from '../../config/convert/convert.js';
import { secretHider } from '../../config/hide-secrets.js';
import { endOf } from '../../config/read-config.js';
import { convertRecord } from '../../report/config-convert-json.js';
import { type ConfigFlags, type ConfigIo, printLines, processIo, readConfigFile } from './files.js';

/** The flags of `vpndoctor config convert`, as commander gives them. */
export interface ConfigConvertFlags extends ConfigFlags {
  readonly to: ConvertTarget;
  /** Whose ipsec.conf is written. */
  readonly for: 'openswan' | 'libreswan' | 'strongswan';
  readonly conn?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/**
 * Writes the counterpart of a configuration for the other end of its tunnels.
 * @returns exit status: 0 it was written; what it does not say is in the notes
 * @throws UsageError, EnvironmentError
 */
export async function configConvert(path: string, flags: ConfigConvertFlags, io: ConfigIo = processIo()): Promise<number> {
  const config = await readConfigFile(path, flags, io);
  const chosen = config.connections.filter(
    ({ name }) => flags.conn === undefined || name === flags.conn || name.startsWith(`${flags.conn}/`),
  );
  if (chosen.length === 0) {
    const names = config.connections.map(({ name }) => name);
    throw new UsageError(
      `${path} has no connection${flags.conn === undefined ? '' : ` ${flags.conn}`}`,
      names.length === 0 ? `it was read as ${config.language}` : `it has ${names.slice(0, 10).join(', ')}`,
    );
  }
  const result = convert(
    chosen.map((connection) => endOf(config, connection)),
    flags.to,
    flags.for,
  );
  if (result === undefined)
    throw new UsageError(
      `${path} has nothing that ${flags.to} could be the other end of`,
      'IPsec stays IPsec and OpenVPN stays OpenVPN; bypass policies have no other end',
    );
  const hide = secretHider(config.texts.values());
  const notes = [...new Set(result.notes)].map(hide);
  if (flags.json === true) {
    printLines(io, [config], [JSON.stringify(convertRecord(config, flags.to, { ...result, notes }), null, 2)]);
    return 0;
  }
  if (flags.output === undefined) {
    const comment = flags.to === 'asa' ? ':' : '#';
    printLines(
      io,
      [config],
      result.files.flatMap(({ name, text }, i) => [
        ...(i === 0 ? [] : ['']),
        ...(result.files.length > 1 ? [`${comment} ---- ${name}`] : []),
        ...text.trimEnd().split('\n'),
      ]),
    );
  } else {
    for (const { name, text } of result.files) {
      const file = join(flags.output, name);
      await io.writeFile(file, hide(text));
      io.warn(`vpndoctor: wrote ${file}`);
    }
  }
  for (const note of notes) io.warn(`vpndoctor: ${note}`);
  return 0;
}
