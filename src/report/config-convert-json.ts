import type { Converted } from '../config/convert/converted.js';
import type { ReadConfig } from '../config/read-config.js';
import { configRecord } from './config-compare-json.js';

/** The one object of `config convert --json` (design.md §4). */
export function convertRecord(from: ReadConfig, to: string, { files, notes }: Converted): object {
  return { schema: 'vpndoctor/config-convert/1', from: configRecord(from), to, files, notes, findings: [] };
}
