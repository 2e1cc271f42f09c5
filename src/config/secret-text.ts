/** Stands in corrected lines where the secret belongs: those are shown and sent about. */
export const SECRET_PLACEHOLDER = '<the-shared-secret>';

/** A secret out of its spelling. */
export interface SecretText {
  /** Absent when the product refuses it. */
  readonly bytes?: Uint8Array;
  /** As written, without quotes and `0x`, `0s`, `0t`. */
  readonly written: string;
  /** What is wrong, without quoting it. */
  readonly fault?: string;
}

/**
 * `"…"`, `0x` hex, `0s` base64, `0t` text. A plain word without prefix: strongSwan takes it as it stands (`plain`), Openswan and
 * libreswan want quotes (`refuse`). Base64 as ttodata(3) and strongSwan read it: without blanks, `=` optional.
 */
export function secretBytes(text: string, quoted: boolean, unprefixed: 'plain' | 'refuse'): SecretText {
  const plain = (written: string): SecretText => ({ bytes: new Uint8Array(Buffer.from(written, 'utf8')), written });
  if (quoted) return plain(text);
  const body = text.slice(2);
  switch (text.slice(0, 2).toLowerCase()) {
    case '0x': {
      const digits = body.replaceAll('_', '');
      if (!/^[0-9a-f]*$/i.test(digits) || digits === '') return { written: body, fault: 'begins with 0x and is not hex' };
      const even = digits.length % 2 === 0;
      const bytes = new Uint8Array(Buffer.from(even ? digits : `0${digits}`, 'hex'));
      return { bytes, written: body, ...(!even && { fault: 'has an odd number of hex digits' }) };
    }
    case '0s':
      if (!/^[0-9A-Za-z+/]+={0,2}$/.test(body)) return { written: body, fault: 'begins with 0s and is not base64' };
      return { bytes: new Uint8Array(Buffer.from(body, 'base64')), written: body };
    case '0t':
      return unprefixed === 'refuse' ? plain(body) : plain(text);
    default:
      return unprefixed === 'plain' ? plain(text) : { written: text, fault: 'is neither quoted nor does it begin with 0x or 0s' };
  }
}
