import { Secret } from '../../bytes/secret.js';
import type { ConfigRemark, Sourced } from '../../model/connection.js';
import type { IpsecConfProduct } from '../ipsec-conf/document.js';
import type { SecretEntry, SecretKind } from '../secret-entry.js';
import { judgeSecret } from '../secret-strength.js';
import { secretBytes } from '../secret-text.js';
import type { SecretRecord, SecretToken } from './split-records.js';

/** Kinds by keyword; strongSwan compares with case, the others without. */
const kinds: Readonly<Record<IpsecConfProduct, Readonly<Record<string, SecretKind>>>> = {
  openswan: { PSK: 'psk', RSA: 'private-key', XAUTH: 'xauth', PIN: 'pin' },
  libreswan: { PSK: 'psk', RSA: 'private-key', ECDSA: 'private-key', XAUTH: 'xauth', PIN: 'pin', PPKS: 'ppk' },
  strongswan: {
    PSK: 'psk',
    RSA: 'private-key',
    ECDSA: 'private-key',
    PKCS8: 'private-key',
    BLISS: 'private-key',
    P12: 'pkcs12',
    PIN: 'pin',
    EAP: 'eap',
    XAUTH: 'xauth',
    NTLM: 'ntlm',
  },
};

/** Secrets that a person chooses, and that are worth a judgement. */
const chosen: ReadonlySet<SecretKind> = new Set(['psk', 'xauth', 'eap', 'ppk']);

export interface ReadRecord {
  readonly entry?: SecretEntry;
  readonly remarks: readonly ConfigRemark[];
  /** The product reads no further in this file. */
  readonly ends?: boolean;
}

/** Reads one record. Remarks never quote what stands behind the colon, nor anything of a record that has none. */
export function readRecord(record: SecretRecord, file: string, product: IpsecConfProduct): ReadRecord {
  const remarks: ConfigRemark[] = [];
  const remark = (severity: ConfigRemark['severity'], code: string, text: string, fix?: string, line = record.line) =>
    void remarks.push({ file, line, severity, code, text, ...(fix !== undefined && { fix }) });
  const ends = product === 'strongswan';
  const broken = (): ReadRecord => ({ remarks, ...(ends && { ends }) });
  if (record.orphan) remark('error', 'indentation', 'the file begins with an indented line, which continues nothing: the entry is lost');
  const tokens = splitColons(record.tokens, product, remark);
  const colon = tokens.findIndex(({ text, quote }) => text === ':' && quote === '');
  if (colon < 0) {
    remark('error', 'syntax', 'no colon that stands alone between blanks: identities : KIND secret');
    return broken();
  }
  if (record.orphan) return { remarks };
  const selectors: Sourced<string>[] = tokens.slice(0, colon).map(({ text, line }) => ({ value: text, file, line }));
  for (const { open, line } of tokens.slice(0, colon))
    if (open) remark('error', 'quoting', 'an identity is quoted and the string never closed', undefined, line);
  const keyword = tokens[colon + 1];
  if (keyword === undefined) {
    remark('error', 'syntax', 'nothing behind the colon: KIND and secret are missing');
    return broken();
  }
  const kind = kindOf(keyword, product);
  const base = {
    dialect: product === 'strongswan' ? 'stroke' : product,
    file,
    line: record.line,
    keyword: keyword.text,
    selectors,
  } as const;
  if (kind === undefined) {
    const known = Object.keys(kinds[product]);
    const upper = keyword.quote === '' && known.includes(keyword.text.toUpperCase()) ? keyword.text.toUpperCase() : undefined;
    remark(
      'error',
      'unknown-kind',
      upper === undefined
        ? `what follows the colon is none of ${known.join(', ')}`
        : `${product} wants ${upper} in capitals; ${keyword.text} is not read`,
    );
    // The word may be the secret itself.
    return { ...broken(), entry: { ...base, keyword: upper === undefined ? '' : keyword.text, kind: 'unknown' } };
  }
  const rest = tokens.slice(colon + 2);
  if (kind === 'private-key' || kind === 'pkcs12' || kind === 'pin') return { remarks, entry: { ...base, kind, ...keyOf(rest, file) } };
  const value = kind === 'ppk' ? rest[1] : rest[0];
  const trailing = rest.slice(kind === 'ppk' ? 2 : 1);
  if (value === undefined) {
    remark('error', 'syntax', `${keyword.text} without a secret`);
    return { ...broken(), entry: { ...base, kind } };
  }
  if (value.open) {
    remark('error', 'quoting', 'the quotation mark before the secret is never closed: strings end in their line');
    return { ...broken(), entry: { ...base, kind } };
  }
  if (/[\u2018\u2019\u201A-\u201F\u00AB\u00BB]/.test(value.text.slice(0, 1) + value.text.slice(-1)))
    remark('error', 'quoting', 'typographic quotation marks (“ ”) are part of the secret: write " before and behind it');
  if (trailing.length > 0) {
    const what = value.quote === '' ? 'the secret has blanks and is not quoted' : 'something stands behind the closing quotation mark';
    remark(
      'error',
      'quoting',
      `${what}: ${product === 'strongswan' ? 'the rest of the line does not count' : `${product} refuses the entry`}`,
    );
  }
  const read = secretBytes(value.text, value.quote !== '', product === 'strongswan' ? 'plain' : 'refuse');
  if (read.fault !== undefined) remark('error', 'malformed-secret', `the ${keyword.text} secret ${read.fault}`);
  if (read.bytes === undefined) return { ...broken(), entry: { ...base, kind } };
  if (value.quote !== '' && value.text !== value.text.trim() && value.text.trim() !== '')
    remark('warning', 'blank-in-secret', 'the secret begins or ends with a blank within its quotation marks: it counts');
  if (value.quote !== '' && /^0[xs][0-9A-Za-z+/=]{8,}$/.test(value.text))
    remark(
      'warning',
      'quoted-encoding',
      'the secret is quoted and begins like hex or base64 (0x, 0s): within quotes it is taken as it stands',
    );
  return {
    remarks,
    entry: {
      ...base,
      kind,
      secret: new Secret(read.bytes),
      ...(chosen.has(kind) && {
        strength: judgeSecret(read.bytes, read.written, { nearby: selectors.map(({ value: id }) => id) }),
      }),
    },
  };
}

/** strongSwan needs blanks around the colon; where people leave one out, the identities would be lost. */
function splitColons(
  tokens: readonly SecretToken[],
  product: IpsecConfProduct,
  remark: (severity: ConfigRemark['severity'], code: string, text: string) => void,
): readonly SecretToken[] {
  if (tokens.some(({ text, quote }) => text === ':' && quote === '')) return tokens;
  const result: SecretToken[] = [];
  let split = false;
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1]?.text.toUpperCase() ?? '';
    if (!split && token.quote === '' && token.text.length > 1 && token.text.endsWith(':') && next in kinds[product]) {
      // Of `a:PSK` and `::` we make nothing.
      result.push({ ...token, text: token.text.slice(0, -1) }, { ...token, text: ':' });
      split = true;
      remark('error', 'syntax', `${product} wants a blank on both sides of the colon`);
    } else if (!split && token.quote === '' && /^:[A-Za-z]/.test(token.text) && token.text.slice(1).toUpperCase() in kinds[product]) {
      result.push({ ...token, text: ':' }, { ...token, text: token.text.slice(1) });
      split = true;
      if (product === 'strongswan') remark('error', 'syntax', 'strongSwan wants a blank on both sides of the colon');
    } else {
      result.push(token);
    }
  }
  return result;
}

function kindOf({ text, quote }: SecretToken, product: IpsecConfProduct): SecretKind | undefined {
  if (quote !== '') return undefined;
  const word = product === 'strongswan' ? text : text.toUpperCase();
  return Object.hasOwn(kinds[product], word) ? kinds[product][word] : undefined;
}

/** `RSA gw.pem "passphrase"`, `RSA { … }`, `PIN %smartcard1:50 1234`. */
function keyOf(rest: readonly SecretToken[], file: string): Pick<SecretEntry, 'keyFile' | 'secret' | 'prompted'> {
  const [first, second] = rest;
  if (first === undefined) return {};
  if (first.text.startsWith('{')) return { secret: new Secret(Buffer.from(rest.map(({ text }) => text).join(' '), 'utf8')) };
  return {
    keyFile: { value: first.text, file, line: first.line },
    ...(second?.text === '%prompt' && { prompted: true }),
    ...(second !== undefined && second.text !== '%prompt' && { secret: new Secret(Buffer.from(second.text, 'utf8')) }),
  };
}
