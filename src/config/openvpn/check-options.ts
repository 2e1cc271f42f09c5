import type { ConfigRemark } from '../../model/connection.js';
import type { Keyword } from '../keyword.js';
import { atLeast, compareVersions, olderThan } from '../versions.js';
import type { OpenvpnConfig, OpenvpnDirective } from './openvpn-config.js';
import { findOption } from './options.js';

type Checked = Pick<OpenvpnConfig, 'role' | 'directives' | 'inline' | 'deviceType' | 'remotes'>;

/** Ciphers of the data channel that 2.5 and later take without being told. */
const DEFAULT_CIPHERS = ['AES-256-GCM', 'AES-128-GCM', 'CHACHA20-POLY1305'];

/**
 * What a release makes of the options: unknown, gone, without effect, weak, missing. No version: what newer ones do is a warning,
 * not an error.
 */
export function checkOptions(config: Checked, version: string | undefined): readonly ConfigRemark[] {
  const ignored = new Set(config.directives.filter(({ name }) => name === 'ignore-unknown-option').flatMap(({ args }) => args));
  return [
    ...config.directives.flatMap((directive) => (ignored.has(directive.name) ? [] : optional(checkOption(directive, version)))),
    ...config.inline.filter(({ name }) => findOption(name) === undefined && !ignored.has(name)).map((block) => unknown(block)),
    ...staticKey(config, version),
    ...ports(config),
    ...protocols(config),
    ...ciphers(config, version),
    ...compression(config, version),
    ...missing(config, version),
  ];
}

function optional<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

function unknown({ name, file, line }: { readonly name: string; readonly file: string; readonly line: number }): ConfigRemark {
  return { file, line, severity: 'error', code: 'unknown-keyword', text: `OpenVPN has no option ${name.slice(0, 40)} and does not start` };
}

function checkOption({ name, args, file, line }: OpenvpnDirective, version: string | undefined): ConfigRemark | undefined {
  const option = findOption(name);
  if (option === undefined) return unknown({ name, file, line });
  const instead = insteadOf(option, args);
  const hint = instead === undefined ? '' : `; write ${instead} instead`;
  const fix = instead === undefined ? {} : { fix: instead };
  const reached = (release: string | undefined) =>
    release !== undefined && (version === undefined || compareVersions(version, release) >= 0);
  if (reached(option.removed))
    return {
      file,
      line,
      severity: version === undefined ? 'warning' : 'error',
      code: 'removed-keyword',
      text: `${name} is refused by OpenVPN ${option.removed} and later${hint}`,
      ...fix,
    };
  if (option.since !== undefined && olderThan(version, option.since))
    return {
      file,
      line,
      severity: 'error',
      code: 'too-new-keyword',
      text: `${name} is known to OpenVPN ${option.since} and later; this is ${version}`,
    };
  if (reached(option.obsolete))
    return {
      file,
      line,
      severity: 'info',
      code: 'obsolete-keyword',
      text: `${name} has no effect since OpenVPN ${option.obsolete}${hint}`,
      ...fix,
    };
  if (name === 'ns-cert-type')
    return {
      file,
      line,
      severity: 'warning',
      code: 'deprecated-keyword',
      text: 'ns-cert-type is deprecated since OpenVPN 2.3.18: most certificates do not have that extension; write remote-cert-tls instead',
      fix: `remote-cert-tls ${args[0] ?? 'server'}`,
    };
  if (name === 'ncp-ciphers' && (version === undefined || atLeast(version, '2.5')))
    return {
      file,
      line,
      severity: 'info',
      code: 'deprecated-keyword',
      text: `ncp-ciphers is called data-ciphers since OpenVPN 2.5`,
      fix: `data-ciphers ${args.join(' ')}`,
    };
  return undefined;
}

function insteadOf({ instead }: Keyword, args: readonly string[]): string | undefined {
  if (instead === undefined) return undefined;
  return instead.includes(' ') || args.length === 0
    ? instead
    : `${instead} ${args.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg)).join(' ')}`;
}

/** Changes.rst 2.6 and 2.7: `secret`. */
function staticKey({ role, directives, inline }: Checked, version: string | undefined): readonly ConfigRemark[] {
  const found = directives.find(({ name }) => name === 'secret') ?? inline.find(({ name }) => name === 'secret');
  if (role !== 'static-key' || found === undefined || olderThan(version, '2.6')) return [];
  const { file, line } = found;
  const allowed = directives.some(({ name }) => name === 'allow-deprecated-insecure-static-crypto');
  const refused = atLeast(version, '2.8') || (atLeast(version, '2.7') && !allowed);
  return [
    {
      file,
      line,
      severity: refused ? 'error' : 'warning',
      code: 'deprecated-static-key',
      text: `static key mode (secret): deprecated since OpenVPN 2.6, ${allowed ? 'switched on by allow-deprecated-insecure-static-crypto' : 'refused by 2.7 without allow-deprecated-insecure-static-crypto ("Options error: DEPRECATION: No tls-client or tls-server option in configuration detected")'}, announced to be removed in 2.8; it has no forward secrecy. Move to TLS, with peer-fingerprint where a CA is too much`,
    },
  ];
}

const LAST_PORT = 65_535;

/** OpenVPN 2.6 takes what is left of a larger number in 16 bits, and says nothing; a service's name is looked up. */
function ports({ directives }: Checked): readonly ConfigRemark[] {
  return directives.flatMap(({ name, args, file, line }) => {
    const word = name === 'remote' ? args[1] : /^(port|lport|rport)$/.test(name) ? args[0] : undefined;
    if (word === undefined || !/^\d+$/.test(word) || Number(word) <= LAST_PORT) return [];
    const text = `${name}: ${word.slice(0, 20)} is no port: OpenVPN takes another one without a word`;
    return [{ file, line, severity: 'error' as const, code: 'bad-value', text }];
  });
}

/** As they are written, in small letters (`socket.c`, `proto_names`). */
const PROTOCOL = /^(udp[46]?|tcp[46]?(-server|-client)?)$/;

function protocols({ directives }: Checked): readonly ConfigRemark[] {
  return directives.flatMap(({ name, args, file, line }) => {
    const word = name === 'remote' ? args[2] : name === 'proto' ? args[0] : undefined;
    if (word === undefined || PROTOCOL.test(word)) return [];
    const text = `${name}: ${word.slice(0, 20)} is no protocol: OpenVPN does not start ("Bad protocol"); udp, tcp-client and tcp-server are, each with 4 or 6 behind udp or tcp`;
    return [{ file, line, severity: 'error' as const, code: 'bad-value', text }];
  });
}

function ciphers({ role, directives }: Checked, version: string | undefined): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = [];
  const cipher = directives.findLast(({ name }) => name === 'cipher');
  const dataCiphers = directives.findLast(({ name }) => name === 'data-ciphers' || name === 'ncp-ciphers');
  const name = cipher?.args[0]?.toUpperCase();
  if (
    cipher !== undefined &&
    name !== undefined &&
    role !== 'static-key' &&
    dataCiphers === undefined &&
    !DEFAULT_CIPHERS.includes(name) &&
    !olderThan(version, '2.5')
  )
    remarks.push({
      file: cipher.file,
      line: cipher.line,
      severity: 'warning',
      code: 'cipher-without-data-ciphers',
      text: `cipher ${name} has no effect since OpenVPN 2.6 and a warning in 2.5: an older peer that knows nothing else finds no common cipher`,
      // One that OpenSSL 3 has not ends OpenVPN: "list contains unsupported ciphers".
      fix: `data-ciphers ${[...DEFAULT_CIPHERS, ...(weaknessOf(name) === undefined ? [name] : [])].join(':')}`,
    });
  if (role === 'static-key' && cipher === undefined) {
    const at = directives.find(({ name: word }) => word === 'secret');
    if (at !== undefined)
      remarks.push({
        file: at.file,
        line: at.line,
        severity: 'warning',
        code: 'weak-cipher',
        text: `without cipher, static key mode takes BF-CBC: ${weaknessOf('BF-CBC')}: without providers legacy default OpenVPN does not start ("Cipher BF-CBC not supported")`,
        fix: 'cipher AES-256-CBC',
      });
  }
  for (const directive of directives)
    if (['cipher', 'data-ciphers', 'ncp-ciphers', 'data-ciphers-fallback'].includes(directive.name))
      for (const word of (directive.args[0] ?? '').split(':')) {
        const why = weaknessOf(word.replace(/^\?/, '').toUpperCase());
        if (why !== undefined)
          remarks.push({
            file: directive.file,
            line: directive.line,
            severity: 'warning',
            code: 'weak-cipher',
            text: `${directive.name} ${word}: ${why}`,
            fix: strongerLine(directive.name, directive.args[0] ?? '', role !== 'static-key' && !olderThan(version, '2.5')),
          });
      }
  const auth = directives.findLast((directive) => directive.name === 'auth');
  if (auth !== undefined && /^(none|MD5|MD4|RSA-MD5)$/i.test(auth.args[0] ?? ''))
    remarks.push({
      file: auth.file,
      line: auth.line,
      severity: 'warning',
      code: 'weak-auth',
      text: `auth ${auth.args[0]}: packets of the control channel (tls-auth) and of CBC ciphers are not protected`,
      fix: 'auth SHA256',
    });
  return remarks;
}

/** The line without weak ciphers; where the one cipher of `cipher` is negotiated, what it is negotiated from. */
function strongerLine(option: string, list: string, negotiated: boolean): string {
  if (option === 'data-ciphers-fallback' || (option === 'cipher' && !negotiated)) return `${option} AES-256-CBC`;
  const strong =
    option === 'cipher' ? [] : list.split(':').filter((word) => weaknessOf(word.replace(/^\?/, '').toUpperCase()) === undefined);
  return `${option === 'cipher' ? 'data-ciphers' : option} ${(strong.length > 0 ? strong : DEFAULT_CIPHERS).join(':')}`;
}

function weaknessOf(cipher: string): string | undefined {
  if (cipher === 'NONE') return 'nothing is encrypted';
  // Of these OpenSSL 3 has triple DES by default.
  if (/^DES-EDE/.test(cipher)) return '64-bit blocks (SWEET32)';
  if (/^(BF|CAST5|CAST|DES|RC2|RC5|IDEA|SEED)(-|$)/.test(cipher))
    return '64-bit blocks or short keys (SWEET32); OpenSSL 3 has it only with the legacy provider';
  return undefined;
}

/** Changes.rst 2.4 (comp-lzo), 2.5 (`asym`), 2.6 (off by default), 2.7 (never on sending). */
function compression({ role, directives }: Checked, version: string | undefined): readonly ConfigRemark[] {
  return [...framing(role, directives, version), ...sending(directives, version)];
}

/** `allow-compression yes`, which 2.7 takes for another word. */
function sending(directives: Checked['directives'], version: string | undefined): readonly ConfigRemark[] {
  const found = directives.findLast(({ name }) => name === 'allow-compression');
  if (found?.args[0] !== 'yes' || olderThan(version, '2.7')) return [];
  const { file, line } = found;
  return [
    {
      file,
      line,
      severity: 'info',
      code: 'deprecated-keyword',
      text: 'allow-compression yes means asym since OpenVPN 2.7: it never compresses what it sends',
      fix: 'allow-compression asym',
    },
  ];
}

function framing(role: Checked['role'], directives: Checked['directives'], version: string | undefined): readonly ConfigRemark[] {
  const found = directives.findLast(({ name }) => name === 'comp-lzo' || name === 'compress');
  if (found === undefined || olderThan(version, '2.4')) return [];
  const argument = found.args[0] ?? '';
  // Framing without compression.
  if (found.name === 'compress' && /^(stub|stub-v2|migrate)$/.test(argument)) return [];
  return [
    {
      file: found.file,
      line: found.line,
      severity: 'warning',
      code: 'deprecated-compression',
      text: `${[found.name, ...found.args].join(' ')}: ${found.name === 'comp-lzo' ? 'comp-lzo is deprecated since OpenVPN 2.4; ' : ''}2.5 and later compress what they send with allow-compression yes only, 2.7 never; clients of 2.6 and later refuse compression that is pushed unless they have a line of their own; and compressed tunnels leak (VORACLE). Both ends must have the same framing: take it out at both, or write compress migrate at the server`,
      // At any other end the line goes: what stands in its place would have to be that of the peer.
      ...(role === 'server' && !olderThan(version, '2.5') && { fix: 'compress migrate' }),
    },
  ];
}

/** What ought to be there. The remark stands at the line behind which it belongs, and mends it by adding one. */
function missing({ role, directives, inline, deviceType, remotes }: Checked, version: string | undefined): readonly ConfigRemark[] {
  const has = (...names: readonly string[]) => [...directives, ...inline].some(({ name }) => names.includes(name));
  const remarks: ConfigRemark[] = [];
  const add = (severity: ConfigRemark['severity'], code: string, text: string, behind: string, line?: string) => {
    const at = directives.find(({ name }) => name === behind) ?? directives[0];
    if (at === undefined) return;
    const fix = line === undefined ? {} : { fix: `${[at.name, ...at.args].join(' ')}\n${line}` };
    remarks.push({ file: at.file, line: at.line, severity, code, text, ...fix });
  };
  if (!has('dev')) add('error', 'missing-keyword', 'no dev: OpenVPN wants to know tun or tap', role, 'dev tun');
  if (role === 'client' && remotes.length === 0) add('error', 'missing-keyword', 'a client without remote', 'client');
  if (role === 'client' && !has(...SERVER_VERIFICATION))
    add(
      'warning',
      'no-server-verification',
      'the client takes any certificate of the CA for a server, those of other clients too',
      'client',
      'remote-cert-tls server',
    );
  if (role === 'server' && !has('dh') && olderThan(version, '2.7'))
    add('error', 'missing-keyword', 'a server of OpenVPN before 2.7 needs dh', 'server', 'dh none');
  if (role === 'server' && deviceType === 'tun' && !has('topology') && (version === undefined || atLeast(version, '2.7')))
    add('info', 'default-changed', 'without topology, OpenVPN 2.7 takes subnet where older ones took net30', 'server', 'topology subnet');
  return remarks;
}

/** Options by which a client tells servers from other holders of a certificate. */
const SERVER_VERIFICATION = [
  'remote-cert-tls',
  'ns-cert-type',
  'verify-x509-name',
  'tls-remote',
  'peer-fingerprint',
  'remote-cert-eku',
  'tls-verify',
  'verify-hash',
];
