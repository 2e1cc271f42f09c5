import { groupWord } from '../group-words.js';

const plain: ReadonlyMap<string, string> = new Map(
  Object.entries({
    des: 'des',
    '3des': '3des',
    aes: 'aes128',
    'aes-128': 'aes128',
    'aes-192': 'aes192',
    'aes-256': 'aes256',
    'aes-cbc-128': 'aes128',
    'aes-cbc-192': 'aes192',
    'aes-cbc-256': 'aes256',
    'aes-gcm': 'aes128gcm16',
    'aes-gcm-128': 'aes128gcm16',
    'aes-gcm-192': 'aes192gcm16',
    'aes-gcm-256': 'aes256gcm16',
    'aes-gmac': 'aes128gmac',
    'aes-gmac-192': 'aes192gmac',
    'aes-gmac-256': 'aes256gmac',
    seal: 'seal',
    null: 'null',
    md5: 'md5',
    sha: 'sha1',
    sha1: 'sha1',
    'sha-1': 'sha1',
    sha256: 'sha256',
    'sha-256': 'sha256',
    sha384: 'sha384',
    'sha-384': 'sha384',
    sha512: 'sha512',
    'sha-512': 'sha512',
  }),
);

/** Words of `encryption`, `hash`, `integrity`, `prf` and `protocol esp` in the one language of proposals; as it stands when unknown. */
export function algorithmWord(word: string): string {
  return plain.get(word.toLowerCase()) ?? word;
}

/** `group 2`, `group2`, `pfs group14`. */
export function ciscoGroup(word: string): string {
  const number = /^(?:group)?(\d+)$/.exec(word)?.[1];
  return number === undefined ? word : groupWord(number);
}

/**
 * One word of a transform set: `esp-3des`, `esp-md5-hmac`, `esp-gcm 256`, `ah-sha-hmac`, `comp-lzs`. `bits`: the number behind it,
 * as IOS writes key lengths. Undefined when it is none.
 */
export function transformWord(
  word: string,
  bits: string | undefined,
): { readonly protocol: 'esp' | 'ah' | 'comp'; readonly token: string } | undefined {
  const match = /^(esp|ah|comp)-(.+)$/.exec(word.toLowerCase());
  const [, protocol, name = ''] = match ?? [];
  if (protocol !== 'esp' && protocol !== 'ah' && protocol !== 'comp') return undefined;
  const base = name.replace(/-hmac$/, '');
  if (base === 'none') return { protocol, token: '' };
  const keyed = /^(?:aes(?:-(192|256))?|(gcm|gmac))$/.exec(base);
  if (keyed === null) return { protocol, token: algorithmWord(base) };
  const length = keyed[1] ?? (bits === undefined || !/^(128|192|256)$/.test(bits) ? '128' : bits);
  const mode = keyed[2] === 'gcm' ? 'gcm16' : (keyed[2] ?? '');
  return { protocol, token: `aes${length}${mode}` };
}
