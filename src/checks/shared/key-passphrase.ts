import type { SecretEntry } from '../../config/secret-entry.js';
import { swanctlValue } from '../../config/swanctl/written.js';
import type { Configurations } from '../../host/configurations.js';
import type { ConfigDialect } from '../../model/connection.js';
import { SECRET_ROLES } from './remarks.js';

const PLACEHOLDER = 'THE PASSPHRASE OF THE KEY';

/**
 * What has to be written for a daemon to open an encrypted key; undefined where the secrets give a passphrase, where it is asked for at
 * the prompt, and where not all secrets were read.
 * @param path where the key lies, in a folder that the daemon looks into
 */
export function missingPassphrase(
  path: string,
  dialect: ConfigDialect,
  { secrets, files }: Pick<Configurations, 'secrets' | 'files'>,
): string | undefined {
  if (files.some(({ role, unread }) => unread !== undefined && SECRET_ROLES.includes(role))) return undefined;
  const entries = secrets.filter((entry) => entry.dialect === dialect && entry.kind === 'private-key');
  return dialect === 'swanctl' ? missingInSwanctl(path, entries) : missingInSecrets(path, entries);
}

/** swanctl takes an entry whose name begins with that of the key's folder, and whose file is the key's name, in capitals or not. */
function missingInSwanctl(path: string, entries: readonly SecretEntry[]): string | undefined {
  const [folder = '', name = ''] = path.split('/').slice(-2);
  const own = ({ keyword, keyFile }: SecretEntry) => keyword.startsWith(folder) && keyFile?.value.toLowerCase() === name.toLowerCase();
  if (entries.some(own)) return undefined;
  const section = `${folder}-${name.replace(/\.[^.]*$/, '').replace(/\W+/g, '-')}`;
  return `in swanctl.conf, below secrets:\n  ${section} {\n    file = ${swanctlValue(name)}\n    secret = "${PLACEHOLDER}"\n  }`;
}

function missingInSecrets(path: string, entries: readonly SecretEntry[]): string | undefined {
  const own = entries.filter(
    ({ keyFile }) => keyFile !== undefined && (keyFile.value === path || path.endsWith(`/private/${keyFile.value}`)),
  );
  const [first] = own;
  if (first?.keyFile === undefined || own.some(({ secret, prompted }) => secret !== undefined || prompted === true)) return undefined;
  const name = /\s/.test(first.keyFile.value) ? `"${first.keyFile.value}"` : first.keyFile.value;
  const ids = first.selectors.map(({ value }) => `${value} `).join('');
  return `line ${first.line} of ${first.file} becomes:\n${ids}: ${first.keyword} ${name} "${PLACEHOLDER}"`;
}
