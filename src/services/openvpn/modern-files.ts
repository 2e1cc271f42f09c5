import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, UsageError } from '../../bytes/errors.js';
import { makeSelfSigned, type SelfSigned } from '../../crypto/certificates/self-signed.js';
import type { StaticSettings } from '../../engine/openvpn/settings.js';
import type { Environment } from '../../engine/step.js';
import { OPENVPN_PORT } from '../../wire/openvpn/header.js';
import type { RemoteTarget } from './tunnel.js';

/** One of the two files. */
interface ModernFile {
  readonly name: 'this-end.conf' | 'other-end.conf';
  readonly text: string;
}

/** Ten years: whoever changes a key tells the other end its fingerprint anyway. */
const DAYS = 3650;
/** Owner only: each holds its private key. */
const MODE = 0o600;

/**
 * The tunnel of a static key with TLS and `peer-fingerprint` instead: both configurations, with keys and certificates made for them inside.
 * For OpenVPN 2.6 and later.
 */
export function modernFiles(
  settings: StaticSettings,
  remote: RemoteTarget | undefined,
  { random, date }: Environment,
): readonly ModernFile[] {
  const make = (name: string, usage: 'clientAuth' | 'serverAuth') => makeSelfSigned({ name, usage, days: DAYS }, random, date());
  const [ours, theirs] = [make('this end', 'clientAuth'), make('other end', 'serverAuth')];
  const port = remote?.port ?? OPENVPN_PORT;
  const { ifconfig, ifconfigIpv6 } = settings;
  const { protocol } = settings;
  const common = [
    `dev ${settings.device}`,
    ...(settings.tunMtu === 1500 ? [] : [`tun-mtu ${settings.tunMtu}`]),
    ...(settings.fragment === undefined ? [] : [`fragment ${settings.fragment}`]),
    'keepalive 10 60',
  ];
  const local = ifconfig === undefined ? [] : [`ifconfig ${ifconfig.local} ${ifconfig.remoteOrNetmask}`];
  const crosswise = ifconfig === undefined || settings.device === 'tap' ? [] : [`ifconfig ${ifconfig.remoteOrNetmask} ${ifconfig.local}`];
  const ipv6 = ifconfigIpv6 === undefined ? [] : [`ifconfig-ipv6 ${ifconfigIpv6.local} ${ifconfigIpv6.remote}`];
  return [
    {
      name: 'this-end.conf',
      text: fileOf(
        [
          `remote ${remote?.host ?? 'OTHER-END'} ${port}`,
          ...(protocol === 'tcp' ? ['proto tcp-client'] : []),
          'nobind',
          'tls-client',
          ...common,
          ...local,
          ...ipv6,
        ],
        ours,
        theirs,
      ),
    },
    {
      name: 'other-end.conf',
      text: fileOf(
        [
          `port ${port}`,
          ...(protocol === 'tcp' ? ['proto tcp-server'] : []),
          'tls-server',
          'dh none',
          ...common,
          ...(settings.device === 'tap' ? ['# ifconfig with the address of this end and the netmask'] : crosswise),
        ],
        theirs,
        ours,
      ),
    },
  ];
}

/**
 * Writes both into a folder, which is made.
 * @returns paths
 * @throws UsageError when one is there already, EnvironmentError when they cannot be written
 */
export function writeModernFiles(folder: string, files: readonly ModernFile[]): readonly string[] {
  return files.map(({ name, text }) => {
    const path = join(folder, name);
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, text, { mode: MODE, flag: 'wx' });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') throw new UsageError(`${path} is there already`, 'another folder, or move it away');
      throw new EnvironmentError(`cannot write ${path}: ${message}`);
    }
    return path;
  });
}

/** The same for a terminal, without what `--modern` makes anew each time. */
export function shownModernFile({ name, text }: ModernFile): readonly string[] {
  const shown = text.replace(/<(peer-fingerprint|cert|key)>[\s\S]*?<\/\1>/g, '<$1>\n…\n</$1>');
  return [`# ${name}`, ...shown.trimEnd().split('\n')];
}

function fileOf(lines: readonly string[], own: SelfSigned, other: SelfSigned): string {
  return [
    ...lines,
    '<peer-fingerprint>',
    other.certificate.fingerprint256,
    '</peer-fingerprint>',
    '<cert>',
    own.certificate.toString().trimEnd(),
    '</cert>',
    '<key>',
    own.key.export({ type: 'pkcs8', format: 'pem' }).toString().trimEnd(),
    '</key>',
    '',
  ].join('\n');
}
