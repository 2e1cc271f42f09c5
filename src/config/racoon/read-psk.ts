import { Secret } from '../../bytes/secret.js';
import type { SecretEntry } from '../secret-entry.js';
import { judgeSecret } from '../secret-strength.js';
import type { ConfigText } from '../source.js';

/** Reads psk.txt: an identity or address, blanks, and the rest of the line is the key (racoon.conf(5) "PRE-SHARED KEY FILE"). */
export function readPsk({ file, text }: ConfigText): readonly SecretEntry[] {
  return text.split('\n').flatMap((raw, i): readonly SecretEntry[] => {
    const match = /^([^\s#]\S*)[ \t]+(\S.*)$/.exec(raw.replace(/\r$/, ''));
    if (match === null) return [];
    const [, id = '', written = ''] = match;
    const hex = /^0x([0-9a-f]{2,})$/i.exec(written)?.[1];
    const bytes = new Uint8Array(
      hex === undefined ? Buffer.from(written, 'utf8') : Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'),
    );
    const line = i + 1;
    return [
      {
        dialect: 'racoon',
        file,
        line,
        kind: 'psk',
        keyword: 'psk.txt',
        selectors: [{ value: id, file, line }],
        secret: new Secret(bytes),
        strength: judgeSecret(bytes, written),
      },
    ];
  });
}
