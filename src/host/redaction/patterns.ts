/** A value, quoted or up to the next space. */
const VALUE = String.raw`"(?:[^"\\\r\n]|\\.)*"?|'[^'\r\n]*'?|[^\s"']\S*`;

/** One way to write a secret: the text before it, the secret. */
export interface SecretPattern {
  readonly kind: string;
  /** Groups: 1 what stays before, 2 the secret, 3 a comment that may be part of it. Global. */
  readonly pattern: RegExp;
  /** Only in texts that this fits. */
  readonly within?: RegExp;
}

const ciscoText = /^\s*(?:ASA Version|tunnel-group|crypto (?:map|isakmp|ikev[12]|ipsec|keyring)|hostname )\b/m;
const openvpnText =
  /^\s*(?:<(?:ca|cert|key|tls-auth|tls-crypt|connection)>|(?:dev|remote|proto|ca|cert|tls-client|tls-server|ifconfig)\s)/m;

/** Names that stand before a secret and `=` or `:`. Not what names a file or a length. */
const NAME = String.raw`(?:[\w.-]{0,64}?(?:password|passwd|passphrase|passcode|secret|presharedkey|privatekey|pre[-_ ]?shared[-_ ]?key)|(?:[\w.-]{0,64}[-_.])?(?:psk|pass|pin))(?:[-_]?\d+|[-_](?!file|path|dir|id|type|len|min|max)\w{1,64})?`;

/** The order matters: a longer form comes before the one that would take its first word for the secret. */
export const secretPatterns: readonly SecretPattern[] = [
  {
    kind: 'preshared key',
    pattern: new RegExp(String.raw`(\bpre-shared-key[ \t]+(?:address|hostname)[^\r\n]*?\bkey[ \t]+(?:[0678][ \t]+)?)(${VALUE})`, 'gi'),
  },
  {
    kind: 'preshared key',
    pattern: new RegExp(
      String.raw`(\bpre-shared-key[ \t]+(?:(?:[0678]|ascii-text|hexadecimal|local|remote)[ \t]+)*(?!(?:address|hostname|local|remote)\b))(${VALUE})`,
      'gi',
    ),
  },
  { kind: 'preshared key', pattern: new RegExp(String.raw`(\bcrypto isakmp key[ \t]+(?:[0678][ \t]+)?)(${VALUE})`, 'gi') },
  { kind: 'preshared key', pattern: /(\bpsk[ \t]+)("[^"\r\n]*"?|0x[0-9a-f]+)/gi },
  {
    kind: 'password',
    within: ciscoText,
    pattern: new RegExp(
      String.raw`(^[ \t]*(?:enable[ \t]+(?:password|secret)|passwd|username[ \t]+\S+[^\r\n]*?(?:password|secret)|(?:ldap-login-)?password|snmp-server[ \t]+community|snmp-server[ \t]+host[^\r\n]*?community|key-string|key|secret|radius-common-pw|authenticate[^\r\n]*?(?:md5|sha)|failover[ \t]+(?:ipsec[ \t]+)?key)[ \t]+(?:[05678][ \t]+)?)(${VALUE})`,
      'gim',
    ),
  },
  {
    kind: 'preshared key',
    within: /^[ \t]*(?:Phase|Transport|Configuration)[ \t]*=/m,
    pattern: /(^[ \t]*Authentication[ \t]*=[ \t]*)([^\s].*)/gim,
  },
  {
    // JSON: the value ends where JSON says.
    kind: 'password',
    pattern: new RegExp(String.raw`(["']${NAME}["'][ \t]*:[ \t]*)("(?:[^"\\\r\n]|\\.)*"?|'[^'\r\n]*'?|[^\s"',}\][{][^\s,}\]]*)`, 'gi'),
  },
  {
    // The line as a whole: an unquoted value may hold spaces, and what stops it differs from parser to parser.
    kind: 'password',
    pattern: new RegExp(
      String.raw`((?:^|[\s{;,"'&?])${NAME}[ \t]*[=:][ \t]*)("(?:[^"\\]|\\[\s\S])*"|'[^'\r\n]*'|["'][^\r\n]*|[^\s"'\r\n](?:[^\r\n]*?[^\s\r\n])??(?=[ \t]*(?:[};][ \t]*)*\r?$|[ \t]+#))([ \t]+#[^\r\n]*)?`,
      'gim',
    ),
  },
  { kind: 'password', pattern: /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/]{1,200}:)([^\s@/]{1,500})(?=@)/gi },
  {
    kind: 'password',
    within: openvpnText,
    pattern: new RegExp(
      String.raw`(^[ \t]*(?:setenv(?:-safe)?[ \t]+\S*(?:pass|secret|token|key|pin)\S*|auth-token|(?:push[ \t]+")?auth-token)[ \t]+)(${VALUE})`,
      'gim',
    ),
  },
  { kind: 'WireGuard key', pattern: /(^[ \t]*(?:PrivateKey|PresharedKey)[ \t]*=[ \t]*)([A-Za-z0-9+/]{42,43}=*)/gim },
];

/** Options on a command line whose argument is a password (and not the name of a file, as OpenVPN has them). */
export const commandLineSecret =
  /^--?(?!-)(?!auth-user-pass$|askpass$|secret$|http-proxy-user-pass$)[\w-]*(?:password|passwd|passphrase|secret|psk|pin)$/i;
export const commandLineAssignment = /^(--?(?!-)[\w-]*(?:password|passwd|passphrase|secret|psk|pin)=)(.+)$/i;

/** Blocks of key material in OpenVPN's frames: `-----BEGIN OpenVPN Static key V1-----`. */
export const openvpnKeyBlock = /-----BEGIN OpenVPN [^\r\n]{1,60}-----[\s\S]*?(?:-----END OpenVPN [^\r\n]{1,60}-----|$(?![\s\S]))/g;

/** Private keys in PEM; one that is cut goes to the end of the text. */
export const privateKeyBlock = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----[\s\S]*?(?:-----END \1-----|$(?![\s\S]))/g;

/** Inline files of OpenVPN that are secret as a whole. */
export const inlineSecret =
  /(<(key|tls-auth|tls-crypt|tls-crypt-v2|secret|pkcs12|askpass|auth-user-pass|http-proxy-user-pass|auth-gen-token-secret)>[ \t]*\r?\n)([\s\S]*?)(<\/\2>|$(?![\s\S]))/g;

/** Directives of OpenVPN that name a file full of passwords. */
export const passwordFileDirective =
  /^[ \t]*(?:auth-user-pass|askpass|http-proxy-user-pass|auth-gen-token-secret|management[ \t]+\S+[ \t]+\S+|http-proxy[ \t]+\S+[ \t]+\S+)[ \t]+("[^"\r\n]+"|[^\s#;]+)/gim;

/** racoon.conf names the file with its preshared keys. */
export const pskFileDirective = /^[ \t]*path[ \t]+pre_shared_key[ \t]+"([^"\r\n]+)"/gim;
