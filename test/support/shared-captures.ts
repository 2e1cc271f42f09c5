import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of public captures with known answers that may lie beside the checkout; undefined when it does not. */
export const sharedCaptures: string | undefined = (() => {
  const folder = process.env['VPNDOCTOR_CAPTURES'] ?? join(fileURLToPath(new URL('../../..', import.meta.url)), 'shared', 'captures');
  return existsSync(join(folder, 'INDEX.tsv')) ? folder : undefined;
})();

/** For `describe.skipIf`: the reason goes into the title, so that a skip is never silent. */
export const skipReason = sharedCaptures === undefined ? ' (skipped: no folder of public captures beside the checkout)' : '';
