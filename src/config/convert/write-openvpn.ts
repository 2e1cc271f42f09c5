import { OPENVPN_PORT } from '../../wire/openvpn/header.js';
import type { OpenvpnConfig, OpenvpnDirective } from '../openvpn/openvpn-config.js';
import type { Converted } from './converted.js';

/** Options that both ends have alike. */
const alike = [
  'dev-type',
  'topology',
  'cipher',
  'data-ciphers',
  'ncp-ciphers',
  'data-ciphers-fallback',
  'auth',
  'comp-lzo',
  'compress',
  'allow-compression',
  'tun-mtu',
  'fragment',
  'mssfix',
  'tls-version-min',
  'tls-cipher',
  'tls-ciphersuites',
  'providers',
  'reneg-sec',
  'persist-tun',
  'verb',
];

/** Options of one end that say nothing to the other. */
const silent =
  /^(status|log|log-append|user|group|daemon|persist-.*|verb|mute|management|up|down|script-security|writepid|ifconfig-pool-persist|client-to-client|max-clients|duplicate-cn|nobind|resolv-retry|explicit-exit-notify|client-config-dir|ccd-exclusive|cd|syslog|suppress-timestamps|setenv|dh|crl-verify|server|server-ipv6|push|route|route-ipv6|local|port|lport|rport|remote|float|client|tls-client|tls-server|pull|mode|proto|dev|ca|cert|key|pkcs12|secret|key-direction|tls-auth|tls-crypt|tls-crypt-v2|ifconfig|keepalive|ping|ping-restart|ping-exit|remote-cert-tls|auth-user-pass|auth-user-pass-verify|plugin|allow-deprecated-insecure-static-crypto|bind|auth-nocache|mtu-disc|remote-random|verify-x509-name|ns-cert-type)$/;

/** The other end of an OpenVPN configuration: a client for a server, a server for a client, the mirrored peer for a peer. */
export function writeOpenvpn(config: OpenvpnConfig): Converted {
  const notes: string[] = [];
  const last = (name: string) => config.directives.findLast((directive) => directive.name === name);
  const line = (directive: OpenvpnDirective | undefined) =>
    directive === undefined ? [] : [[directive.name, ...directive.args.map(word)].join(' ')];
  const same = alike.flatMap((name) => line(last(name)));
  const head = ends(config, notes);
  const lines = [
    ...head,
    `dev ${config.deviceType === 'unknown' ? (config.dev?.value ?? 'tun') : config.deviceType}`,
    ...same,
    ...keys(config, notes),
  ];
  for (const { name, line: at } of config.directives)
    if (!silent.test(name) && !alike.includes(name)) notes.push(`line ${at}: ${name} is not carried over`);
  return {
    files: [
      {
        name: config.role === 'client' ? 'server.conf' : config.role === 'server' ? 'client.conf' : 'peer.conf',
        text: `${lines.join('\n')}\n`,
      },
    ],
    notes,
  };
}

function word(text: string): string {
  return /[\s"#;]/.test(text) || text === '' ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : text;
}

function ends(config: OpenvpnConfig, notes: string[]): readonly string[] {
  const last = (name: string) => config.directives.findLast((directive) => directive.name === name);
  const remote = config.remotes[0];
  const proto = remote?.proto ?? config.proto.value;
  const tcp = proto.startsWith('tcp');
  const port = config.localPort?.value ?? OPENVPN_PORT;
  const family = /[46]/.exec(proto)?.[0] ?? '';
  const host = config.localAddress?.value ?? '<address-of-the-other-end>';
  const keepalive = last('keepalive');
  // Whoever waits for pings wants them from the other end.
  const ping = (keepalive === undefined ? [last('ping'), last('ping-restart')] : [keepalive])
    .filter((directive) => directive !== undefined)
    .map(({ name, args }) => [name, ...args].join(' '));
  if (config.role === 'server') {
    if (config.localAddress === undefined) notes.push('the address of the server does not stand in the file');
    return [
      'client',
      `proto ${tcp ? `tcp${family}-client` : `udp${family}`}`,
      `remote ${host} ${port}`,
      'nobind',
      'remote-cert-tls server',
      ...ping,
    ];
  }
  if (config.role === 'client') {
    notes.push('the network for the clients was chosen: server 10.8.0.0 255.255.255.0');
    if (last('auth-user-pass') !== undefined)
      notes.push('the client sends a name and a password: the server needs auth-user-pass-verify or a plugin');
    return [
      `proto ${tcp ? `tcp${family}-server` : `udp${family}`}`,
      `port ${remote?.port ?? OPENVPN_PORT}`,
      'server 10.8.0.0 255.255.255.0',
      ...(last('topology') === undefined ? ['topology subnet'] : []),
      'dh none',
      ...ping,
    ];
  }
  const ifconfig = last('ifconfig');
  const [mine, yours] = ifconfig?.args ?? [];
  const tap = config.deviceType === 'tap';
  if (tap && ifconfig !== undefined) notes.push('with tap both ends lie in one network: give the new end an address of its own');
  const tls = last('tls-server') !== undefined ? ['tls-client'] : last('tls-client') !== undefined ? ['tls-server', 'dh none'] : [];
  const called = config.localAddress?.value;
  if (called === undefined)
    notes.push('the address of the old end does not stand in the file: without remote, the new end waits to be called');
  return [
    ...tls,
    `proto ${tcp ? (proto.includes('server') ? `tcp${family}-client` : `tcp${family}-server`) : proto}`,
    ...(called === undefined ? [] : [`remote ${called} ${port}`]),
    ...(remote === undefined ? [] : [`port ${remote.port}`]),
    ...(ifconfig === undefined || tap || mine === undefined || yours === undefined ? [] : [`ifconfig ${yours} ${mine}`]),
    ...ping,
  ];
}

/** Keys stay where they are: names of files, with the other direction. */
function keys(config: OpenvpnConfig, notes: string[]): readonly string[] {
  const last = (name: string) => config.directives.findLast((directive) => directive.name === name);
  const inline = (name: string) => config.inline.some((block) => block.name === name);
  const direction = (text: string | undefined) => (text === '0' ? '1' : text === '1' ? '0' : undefined);
  const lines: string[] = [];
  for (const name of ['secret', 'tls-auth', 'tls-crypt'] as const) {
    const own = last(name);
    if (own === undefined && !inline(name)) continue;
    const file = own?.args[0] === undefined || /^\[?inline\]?$/i.test(own.args[0]) ? `${name}.key` : own.args[0];
    const turned = name === 'tls-crypt' ? undefined : direction(own?.args[1] ?? last('key-direction')?.args[0]);
    lines.push(`${name} ${word(file)}${turned === undefined ? '' : ` ${turned}`}`);
    notes.push(`the key of ${name} is not written: put a copy of it where ${file} is named`);
  }
  if (last('tls-crypt-v2') !== undefined || inline('tls-crypt-v2'))
    notes.push('tls-crypt-v2: the key of the other end is made with openvpn --genkey tls-crypt-v2-client');
  if (last('allow-deprecated-insecure-static-crypto') !== undefined) lines.push('allow-deprecated-insecure-static-crypto');
  if (config.role === 'static-key') return lines;
  notes.push('ca, cert and key are to be put in place: a certificate of its own for the new end');
  return [...lines, 'ca ca.crt', 'cert this-end.crt', 'key this-end.key'];
}
