/**
 * `tls-cipher` as OpenSSL takes it. OpenVPN writes suites as IANA does, with dashes for underscores; what is written in OpenSSL's way is
 * left as it is (`ssl_openssl.c`, `tls_ctx_restrict_ciphers`).
 */
export function opensslSuites(words: string): readonly string[] {
  return words
    .split(':')
    .filter((word) => word !== '')
    .map(opensslSuite);
}

function opensslSuite(word: string): string {
  const [, prefix = '', named = ''] = /^([!+-]?)TLS-(.+)$/.exec(word) ?? [];
  if (named === '' || !named.includes('-WITH-')) return word;
  const [exchange = '', cipher = ''] = named.split('-WITH-');
  const short = cipher
    .replace(/^(AES|CAMELLIA|ARIA)-(128|192|256)/, '$1$2')
    .replace(/^3DES-EDE-CBC/, 'DES-CBC3')
    .replace(/^CHACHA20-POLY1305-SHA256$/, 'CHACHA20-POLY1305')
    .replace(/^((?:AES|CAMELLIA)\d+)-CBC-/, '$1-')
    .replace(/-CCM-8$/, '-CCM8');
  // Key transport with RSA has no name of its own.
  return `${prefix}${exchange === 'RSA' ? '' : `${exchange}-`}${short}`;
}
