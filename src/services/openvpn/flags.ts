/** Flags that say what a tunnel of OpenVPN is to be like, as commander gives them. They win over a configuration file. */
export interface OpenvpnFlags {
  readonly secretFile?: string;
  readonly keyDirection?: string;
  readonly ifconfig?: string;
  readonly tlsAuth?: string;
  readonly tlsCrypt?: string;
  readonly tlsCryptV2?: string;
  readonly ca: readonly string[];
  readonly cert: readonly string[];
  readonly key?: string;
  readonly crl: readonly string[];
  readonly peerFingerprint?: string;
  readonly authUserPass?: string;
  readonly proto?: string;
  readonly port?: string;
  readonly dev?: string;
  readonly cipher?: string;
  readonly auth?: string;
  readonly dataCiphers?: string;
  readonly compress?: string;
  readonly compLzo?: string | true;
}

/** Where remarks and values of flags stand, for messages. */
export const COMMAND_LINE = 'the command line';

const single: readonly (readonly [flag: keyof OpenvpnFlags, option: string])[] = [
  ['secretFile', 'secret'],
  ['keyDirection', 'key-direction'],
  ['tlsAuth', 'tls-auth'],
  ['tlsCrypt', 'tls-crypt'],
  ['tlsCryptV2', 'tls-crypt-v2'],
  ['key', 'key'],
  ['peerFingerprint', 'peer-fingerprint'],
  ['authUserPass', 'auth-user-pass'],
  ['proto', 'proto'],
  ['port', 'port'],
  ['dev', 'dev'],
  ['cipher', 'cipher'],
  ['auth', 'auth'],
  ['dataCiphers', 'data-ciphers'],
  ['compress', 'compress'],
];

/** The same as lines of a configuration. */
export function flagLines(flags: OpenvpnFlags): readonly string[] {
  const lines = single.flatMap(([flag, option]) => {
    const value = flags[flag];
    return typeof value === 'string' ? [`${option} ${quoted(value)}`] : [];
  });
  // Two words, not one with a blank.
  if (flags.ifconfig !== undefined) lines.push(`ifconfig ${flags.ifconfig.replace(/[,\s]+/g, ' ')}`);
  if (flags.compLzo !== undefined) lines.push(flags.compLzo === true ? 'comp-lzo' : `comp-lzo ${quoted(flags.compLzo)}`);
  const files = (option: string, names: readonly string[]) => names.map((name) => `${option} ${quoted(name)}`);
  return [...lines, ...files('ca', flags.ca), ...files('cert', flags.cert), ...files('crl-verify', flags.crl)];
}

/** As one word of a configuration. */
export function quoted(word: string): string {
  return `"${word.replace(/[\\"]/g, '\\$&')}"`;
}
