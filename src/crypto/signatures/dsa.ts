import { sign, verify } from 'node:crypto';
import { keyText } from '../key-text.js';
import type { SignatureHash, SignatureScheme } from './signature-scheme.js';

/** DSA: r and s one behind the other for method 3 (RFC 7296 §3.8), DER for those of RFC 7427 appendix A.2. */
export function dsa(row: Pick<SignatureScheme, 'name' | 'method' | 'algorithm'>, hash: SignatureHash): SignatureScheme {
  const dsaEncoding = row.method === 14 ? 'der' : 'ieee-p1363';
  return {
    ...row,
    hash,
    misfit: (key) => (key.asymmetricKeyType === 'dsa' ? undefined : `${row.name} needs a DSA key, this is ${keyText(key)}`),
    sign: (key, data) => sign(hash.node, data, { key, dsaEncoding }),
    verify: (key, data, signature) => verify(hash.node, data, { key, dsaEncoding }, signature),
  };
}
