import type { Connection, ConnectionEnd, Sourced } from '../../model/connection.js';
import { OPENVPN_PORT } from '../../wire/openvpn/header.js';
import type { ConfigText, ReadIncluded } from '../source.js';
import { checkOptions } from './check-options.js';
import { cidrOf } from './cidr.js';
import type { OpenvpnConfig, OpenvpnDirective, OpenvpnRemote } from './openvpn-config.js';
import { type OpenvpnLines, readDirectives } from './read-directives.js';

/** Seconds: reneg-sec. */
const RENEGOTIATION = 3600;

/** Directives whose first argument is a file with keys, certificates or addresses. */
const fileDirectives: ReadonlySet<string> = new Set(
  'ca cert key dh pkcs12 extra-certs crl-verify tls-auth tls-crypt tls-crypt-v2 secret auth-user-pass askpass client-config-dir auth-gen-token-secret'.split(
    ' ',
  ),
);

/** Reads an OpenVPN configuration. `version` of OpenVPN decides what is an error. Nothing is thrown for a text. */
export async function readOpenvpn(main: ConfigText, include: ReadIncluded, version?: string): Promise<OpenvpnConfig> {
  const lines = await readDirectives(main, include);
  const { directives, inline } = lines;
  const last = (...names: readonly string[]) => directives.findLast(({ name }) => names.includes(name));
  const role = roleOf(lines);
  const unsaid = { file: main.file, line: 0 };
  const proto: Sourced<string> = argumentOf(last('proto')) ?? { ...unsaid, value: 'udp' };
  const dev = argumentOf(last('dev'));
  const remotes = remotesOf(lines, proto.value);
  const localPort = localPortOf(directives, role, proto, unsaid);
  const localAddress = argumentOf(last('local'));
  const networks = directives.flatMap((directive) => cidrs(directive, ['server', 'server-ipv6', 'server-bridge']));
  const routes = directives.flatMap((directive) => cidrs(directive, ['route', 'route-ipv6']));
  const pushedRoutes = directives
    .filter(({ name }) => name === 'push')
    .flatMap((directive) => cidrs(pushed(directive), ['route', 'route-ipv6']));
  const filesNamed = new Map<string, Sourced<string>>();
  for (const directive of directives) {
    const file = fileDirectives.has(directive.name) ? argumentOf(directive) : undefined;
    if (file !== undefined && !/^\[?inline\]?$|^none$/i.test(file.value)) filesNamed.set(directive.name, file);
  }
  const config = {
    file: main.file,
    files: lines.files,
    role,
    directives,
    inline,
    ...(dev !== undefined && { dev }),
    deviceType: deviceTypeOf(argumentOf(last('dev-type'))?.value ?? dev?.value),
    proto,
    ...(localPort !== undefined && { localPort }),
    ...(localAddress !== undefined && { localAddress }),
    remotes,
    networks,
    routes,
    pushedRoutes,
    filesNamed,
  };
  for (const remark of checkOptions(config, version)) lines.remarkList.add(remark);
  return { ...config, ...(version !== undefined && { version }), connection: connectionOf(config), remarks: lines.remarkList.remarks };
}

function argumentOf(directive: OpenvpnDirective | undefined): Sourced<string> | undefined {
  const value = directive?.args[0];
  return directive === undefined || value === undefined ? undefined : { value, file: directive.file, line: directive.line };
}

function roleOf({ directives, inline }: OpenvpnLines): OpenvpnConfig['role'] {
  const has = (name: string) => directives.some((directive) => directive.name === name);
  if (
    has('server') ||
    has('server-bridge') ||
    has('server-ipv6') ||
    directives.some(({ name, args }) => name === 'mode' && args[0] === 'server')
  )
    return 'server';
  if (has('client') || (has('pull') && has('tls-client'))) return 'client';
  return has('secret') || inline.some(({ name }) => name === 'secret') ? 'static-key' : 'peer-to-peer';
}

function deviceTypeOf(device: string | undefined): OpenvpnConfig['deviceType'] {
  const type = /^(tun|tap|null)/.exec(device ?? '')?.[1];
  return type === 'tun' || type === 'tap' || type === 'null' ? type : 'unknown';
}

/** `remote` of the file, then of each `<connection>`, with port and protocol where they are said last. */
function remotesOf({ directives, profiles }: OpenvpnLines, proto: string): readonly OpenvpnRemote[] {
  const port =
    numberOf(directives.findLast(({ name }) => name === 'rport')) ??
    numberOf(directives.findLast(({ name }) => name === 'port')) ??
    OPENVPN_PORT;
  const of = (list: readonly OpenvpnDirective[], fallbackPort: number, fallbackProto: string): readonly OpenvpnRemote[] =>
    list
      .filter(({ name, args }) => name === 'remote' && args[0] !== undefined)
      .map(({ args, file, line }) => ({
        host: args[0] ?? '',
        port: portOf(args[1]) ?? fallbackPort,
        proto: args[2] ?? fallbackProto,
        file,
        line,
      }));
  return [
    ...of(directives, port, proto),
    ...profiles.flatMap((profile) => {
      const own = numberOf(profile.findLast(({ name }) => name === 'rport' || name === 'port'));
      return of(profile, own ?? port, profile.findLast(({ name }) => name === 'proto')?.args[0] ?? proto);
    }),
  ];
}

function portOf(text: string | undefined): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? '') ? Number(text) : Number.NaN;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function numberOf(directive: OpenvpnDirective | undefined): number | undefined {
  return portOf(directive?.args[0]);
}

/** Servers and peers listen; clients do since they were asked to (`nobind` is their default since 2.6), and not with TCP. */
function localPortOf(
  directives: readonly OpenvpnDirective[],
  role: OpenvpnConfig['role'],
  proto: Sourced<string>,
  unsaid: { readonly file: string; readonly line: number },
): Sourced<number> | undefined {
  const said = directives.findLast(({ name }) => name === 'lport') ?? directives.findLast(({ name }) => name === 'port');
  const bind = directives.some(({ name }) => name === 'bind' || name === 'lport');
  if (directives.some(({ name }) => name === 'nobind') || /^tcp\d?-client$/.test(proto.value)) return undefined;
  if (role === 'client' && !bind) return undefined;
  const port = numberOf(said);
  return said === undefined || port === undefined ? { ...unsaid, value: OPENVPN_PORT } : { value: port, file: said.file, line: said.line };
}

/** The directive within `push "route 10.0.0.0 255.0.0.0"`. */
function pushed({ args, file, line }: OpenvpnDirective): OpenvpnDirective {
  const [name = '', ...rest] = (args[0] ?? '').split(/\s+/).filter((word) => word !== '');
  return { name, args: rest, file, line };
}

function cidrs({ name, args, file, line }: OpenvpnDirective, names: readonly string[]): readonly Sourced<string>[] {
  if (!names.includes(name)) return [];
  const value = cidrOf(args[0], args[1]);
  return value === undefined ? [] : [{ value, file, line }];
}

/** Directives that have a place in the connection. */
const placed: ReadonlySet<string> = new Set(
  'remote local cert cipher data-ciphers ncp-ciphers tls-cipher comp-lzo compress reneg-sec route route-ipv6 push'.split(' '),
);

function connectionOf(config: Omit<OpenvpnConfig, 'connection' | 'remarks'>): Connection {
  const { file, directives, role, remotes, localAddress, networks, routes, pushedRoutes, filesNamed } = config;
  const unsaid = { file, line: 0 };
  const last = (...names: readonly string[]) => argumentOf(directives.findLast(({ name }) => names.includes(name)));
  const ciphers = role === 'static-key' ? last('cipher') : (last('data-ciphers', 'ncp-ciphers') ?? last('cipher'));
  const compress = directives.findLast(({ name }) => name === 'comp-lzo' || name === 'compress');
  const reneg = last('reneg-sec');
  const seconds = Number(reneg?.value);
  const lifetime =
    reneg === undefined || !Number.isSafeInteger(seconds) ? { ...unsaid, value: RENEGOTIATION } : { ...reneg, value: seconds };
  const auth = { ...unsaid, value: role === 'static-key' ? ('static-key' as const) : ('pubkey' as const) };
  const certificate = filesNamed.get('cert');
  const local: ConnectionEnd = {
    addresses: localAddress === undefined ? [{ ...unsaid, value: '%any' }] : [localAddress],
    auth: [auth],
    ...(certificate !== undefined && { certificate }),
    subnets: [...networks, ...pushedRoutes],
  };
  const remote: ConnectionEnd = {
    addresses:
      remotes.length === 0
        ? [{ ...unsaid, value: '%any' }]
        : remotes.map(({ host, file: from, line }) => ({ value: host, file: from, line })),
    auth: [auth],
    subnets: routes,
  };
  return {
    name: file.replace(/^.*\//, '').replace(/\.(conf|ovpn)$/, ''),
    dialect: 'openvpn',
    file,
    line: 1,
    side: 'known',
    local,
    remote,
    ikeVersion: { ...unsaid, value: 'any' },
    aggressive: { ...unsaid, value: false },
    mode: { ...unsaid, value: 'tunnel' },
    protocol: { ...unsaid, value: 'esp' },
    ikeProposals: splitCiphers(last('tls-cipher')),
    espProposals: splitCiphers(ciphers),
    pfs: { ...unsaid, value: role !== 'static-key' },
    ikeLifetime: lifetime,
    childLifetime: lifetime,
    forceEncapsulation: { ...unsaid, value: false },
    compress:
      compress === undefined ? { ...unsaid, value: false } : { value: compress.args[0] !== 'no', file: compress.file, line: compress.line },
    auto: { ...unsaid, value: 'start' },
    other: directives
      .filter(({ name }) => !placed.has(name))
      .map(({ name, args, file: from, line }) => ({ key: name, value: { value: args.join(' '), file: from, line } })),
  };
}

function splitCiphers(value: Sourced<string> | undefined): readonly Sourced<string>[] {
  return (value?.value ?? '')
    .split(':')
    .filter((cipher) => cipher !== '')
    .map((cipher) => ({ file: value?.file ?? '', line: value?.line ?? 0, value: cipher }));
}
