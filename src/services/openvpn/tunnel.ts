import { UsageError } from '../../bytes/errors.js';
import type { OpenvpnRemote } from '../../config/openvpn/openvpn-config.js';
import { canVerify } from '../../engine/openvpn/peer-certificate.js';
import type { OpenvpnSettings, StaticSettings } from '../../engine/openvpn/settings.js';
import { OPENVPN_PORT } from '../../wire/openvpn/header.js';
import { commonSettings } from './common-settings.js';
import { COMMAND_LINE, type OpenvpnFlags, quoted } from './flags.js';
import { OpenvpnProfile, type ProfileIo } from './profile.js';
import { directionOf, staticKeyOf, tlsSettings } from './tls-settings.js';
import { unusedOptions } from './unused-options.js';

/** A server to be called, or where we listen. */
export interface RemoteTarget {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'udp' | 'tcp';
  readonly family?: 4 | 6;
}

/** What a configuration and the flags come to. */
export interface OpenvpnTunnel {
  /** The file, or the command line. */
  readonly name: string;
  /** In the order in which they are tried. */
  readonly remotes: readonly RemoteTarget[];
  /** By protocol: everything else is the same for all remotes. */
  readonly settings: Readonly<Record<'udp' | 'tcp', OpenvpnSettings>>;
  /** Where a server or a static-key peer listens. */
  readonly localPort: number | undefined;
  readonly localAddress: string | undefined;
  readonly localProtocol: 'udp' | 'tcp';
  /** Options that change nothing here, and old ones. */
  readonly notes: readonly string[];
  /** What a newer release refuses, and what would matter and is not there. */
  readonly warnings: readonly string[];
}

export interface TunnelOptions {
  /** Absent: flags alone. */
  readonly file?: string;
  /** Takes the place of every `remote`. */
  readonly host?: string;
  /** Which end: `client` makes a client of flags alone. */
  readonly role: 'client' | 'server';
  /** Of a server: networks to give addresses from, CIDR; the first of IPv4 counts. */
  readonly pool?: readonly string[];
}

/** @throws UsageError for what is wrong or missing, with its line */
export async function readTunnel(
  flags: OpenvpnFlags,
  { file, host, role, pool = [] }: TunnelOptions,
  io: ProfileIo,
): Promise<OpenvpnTunnel> {
  const own = file === undefined ? linesOf(flags, role, pool) : [];
  const called = host === undefined ? [] : [`remote ${quoted(host)}`];
  const profile = await OpenvpnProfile.read(file, flags, [...own, ...called, ...poolLines(pool)]);
  const { config } = profile;
  for (const name of ['config', 'remote', 'port', 'rport', 'ignore-unknown-option', 'allow-deprecated-insecure-static-crypto'])
    profile.all(name);
  // Where a server listens; a caller takes what the host gives.
  if (role === 'server') for (const name of ['local', 'lport', 'bind', 'dh']) profile.all(name);
  const errors = config.remarks.filter(({ severity, code }) => severity === 'error' && FATAL.has(code));
  const [first] = errors;
  if (first !== undefined) throw new UsageError(`${profile.place(first.file, first.line)}: ${first.text}`);
  const port = profile.number('port', 1, 65_535) ?? OPENVPN_PORT;
  const remotes =
    host === undefined
      ? config.remotes.map(targetOf)
      : [targetOf({ host, port: portOfHost(config.remotes, port), proto: config.proto.value })];
  const udp = await settingsOf(profile, 'udp', io);
  const { notes, warnings } = unusedOptions(profile);
  // Where no certificate is checked at all, which of them would be taken is no question.
  const checks = udp.mode !== 'tls' || canVerify(udp.tls.peer);
  const remarks = config.remarks.filter(({ code }) => checks || code !== 'no-server-verification');
  const remark = (line: (typeof config.remarks)[number]) => `${profile.place(line.file, line.line)}: ${line.text}`;
  return {
    name: file ?? COMMAND_LINE,
    remotes,
    settings: { udp, tcp: { ...udp, protocol: 'tcp', explicitExitNotify: 0 } },
    localPort: config.localPort?.value,
    localAddress: config.localAddress?.value,
    localProtocol: protocolOf(config.proto.value),
    notes: [...remarks.filter(({ severity }) => severity === 'info').map(remark), ...notes],
    warnings: [...remarks.filter(({ severity }) => severity !== 'info').map(remark), ...warnings],
  };
}

/** Remarks after which no release would start; the others a probe can live with. */
const FATAL: ReadonlySet<string> = new Set([
  'syntax',
  'quoting',
  'binary',
  'missing-include',
  'unreadable-include',
  'include-depth',
  'bad-value',
]);

async function settingsOf(profile: OpenvpnProfile, protocol: 'udp' | 'tcp', io: ProfileIo): Promise<OpenvpnSettings> {
  const isServer = profile.config.role === 'server';
  const common = commonSettings(profile, protocol, isServer);
  if (profile.config.role !== 'static-key') return tlsSettings(profile, common, io);
  const secret = profile.material('secret');
  if (secret === undefined) throw new UsageError('secret without a file');
  const settings: StaticSettings = {
    ...common,
    mode: 'static',
    key: staticKeyOf(secret),
    direction: directionOf(profile, 'secret'),
    listens: profile.config.proto.value.includes('-server'),
  };
  return settings;
}

/** What flags alone leave unsaid. */
function linesOf(flags: OpenvpnFlags, role: 'client' | 'server', pool: readonly string[]): readonly string[] {
  if (flags.secretFile !== undefined) return ['dev tun'];
  if (role === 'client') return ['dev tun', 'client'];
  return ['dev tun', 'topology subnet', 'keepalive 10 60', ...(pool.length === 0 ? ['server 10.8.0.0 255.255.255.0'] : [])];
}

/** `--pool 10.99.0.0/24` as OpenVPN writes it. @throws UsageError */
function poolLines(pool: readonly string[]): readonly string[] {
  return pool.map((network) => {
    const [, address = '', bits = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(network) ?? [];
    if (address === '' || Number(bits) > 29)
      throw new UsageError(`--pool ${network} is no network for clients of OpenVPN`, 'for example 10.99.0.0/24; IPv4, /29 or larger');
    const mask = Number(bits) === 0 ? 0 : (0xffff_ffff << (32 - Number(bits))) >>> 0;
    return `server ${address} ${[24, 16, 8, 0].map((shift) => (mask >>> shift) & 0xff).join('.')}`;
  });
}

function portOfHost(remotes: readonly OpenvpnRemote[], port: number): number {
  return remotes[0]?.port ?? port;
}

function targetOf({ host, port, proto }: Pick<OpenvpnRemote, 'host' | 'port' | 'proto'>): RemoteTarget {
  const family = /^(?:udp|tcp)([46])/.exec(proto)?.[1];
  return { host, port, protocol: protocolOf(proto), ...(family === undefined ? {} : { family: family === '4' ? 4 : 6 }) };
}

function protocolOf(proto: string): 'udp' | 'tcp' {
  return proto.startsWith('tcp') ? 'tcp' : 'udp';
}
