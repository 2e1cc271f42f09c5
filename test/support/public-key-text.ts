import type { KeyObject } from 'node:crypto';

/** A public or private RSA key as `ipsec showhostkey` prints it for `leftrsasigkey=`: `0s` and base64 of RFC 3110. */
export function rsaSigKey(key: KeyObject): string {
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  const exponent = Buffer.from(e, 'base64url');
  const length = exponent.length < 256 ? [exponent.length] : [0, exponent.length >> 8, exponent.length & 0xff];
  return `0s${Buffer.concat([Buffer.of(...length), exponent, Buffer.from(n, 'base64url')]).toString('base64')}`;
}
