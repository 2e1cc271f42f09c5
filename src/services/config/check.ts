import { UsageError } from '../../bytes/errors.js';
import { checkConfig } from '../../config/check/check-config.js';
import type { ReadConfig } from '../../config/read-config.js';
import { checkRecord } from '../../report/config-check-json.js';
import { checkText } from '../../report/config-check-text.js';
import { createStyle } from '../../report/style.js';
import { type ConfigFlags, type ConfigIo, printLines, processIo, readConfigFile } from './files.js';

/** The flags of `vpndoctor config check`, as commander gives them. */
export interface ConfigCheckFlags extends ConfigFlags {
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/**
 * Reads configurations and prints what is wrong with them, each by itself.
 * @returns exit status: 0 nothing wrong, 1 a warning or an error
 * @throws UsageError, EnvironmentError
 */
export async function configCheck(paths: readonly string[], flags: ConfigCheckFlags, io: ConfigIo = processIo()): Promise<number> {
  const checked = [];
  for (const path of paths) {
    const config = await readConfigFile(path, flags, io);
    refuseOther(config);
    checked.push({ config, remarks: checkConfig(config) });
  }
  const configs = checked.map(({ config }) => config);
  if (flags.json === true) printLines(io, configs, [JSON.stringify(checkRecord(checked), null, 2)]);
  else printLines(io, configs, checkText(checked, createStyle(io, !flags.color), flags.verbose === true));
  return checked.some(({ remarks }) => remarks.some(({ severity }) => severity !== 'info')) ? 1 : 0;
}

/** A file that is an ipsec.conf only because it is nothing else; and one with nothing in it, which a command that failed may have left. */
function refuseOther({ file, language, texts }: ReadConfig): void {
  const text = texts.get(file) ?? '';
  if (text.trim() === '') throw new UsageError(`${file} is empty`, 'did what should have written it fail?');
  const setkey = /^\s*(spdadd|spdflush)\b/m.test(text);
  if (language !== 'ipsec.conf' || (/\.conf$/.test(file) && !setkey) || /^\s*(conn|config|ca|version|include)\s/m.test(text)) return;
  if (setkey)
    throw new UsageError(
      `${file} holds policies of setkey, and no connection`,
      'name racoon.conf: the policies beside it are read with it',
    );
  throw new UsageError(
    `${file} is in none of the languages that are read here`,
    'ipsec.conf, ipsec.secrets, swanctl.conf, racoon.conf, isakmpd.conf, "show running-config" of an ASA or IOS router, OpenVPN',
  );
}
