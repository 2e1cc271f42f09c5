import type { OpenvpnConfig } from '../config/openvpn/openvpn-config.js';
import { answered } from '../host/host.js';
import type { Check } from './check.js';
import { openvpnPath } from './shared/credentials.js';
import { judgeFileModes, lookAtFile, type SecretFile } from './shared/file-modes.js';
import { skip } from './shared/lines.js';
import { readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly files: readonly SecretFile[];
  readonly owners: ReadonlySet<number>;
}

const LABEL = 'mode of keys of OpenVPN';

/** What the files that directives name hold. */
const SECRETS: Readonly<Record<string, string>> = {
  key: 'a private key',
  pkcs12: 'a private key',
  'tls-auth': 'a static key',
  'tls-crypt': 'a static key',
  'tls-crypt-v2': 'a static key',
  secret: 'a static key',
  'auth-user-pass': 'a password',
  askpass: 'a passphrase',
  'auth-gen-token-secret': 'a secret',
};

export const check: Check<Facts> = {
  id: 'openvpn-key-modes',
  group: 'openvpn',
  title: LABEL,
  reads: ['mode and owner of what key, pkcs12, tls-auth, tls-crypt, secret, auth-user-pass, askpass name'],
  refs: ['openvpn(8)'],
  async facts(host) {
    const [tunnels, stacks] = await Promise.all([readTunnels(host), host.stacks()]);
    const paths = new Map(tunnels.openvpn.flatMap(secretFiles));
    return {
      tunnels,
      files: await Promise.all([...paths].map(([path, what]) => lookAtFile(host.host, path, what))),
      owners: new Set(
        (answered(stacks) ?? []).filter(({ id }) => id === 'openvpn').flatMap(({ running }) => running.flatMap(({ uid }) => uid ?? [])),
      ),
    };
  },
  judge({ tunnels, files, owners }) {
    if (tunnels.openvpn.length === 0) return [unneeded(LABEL, tunnels, 'no configuration of OpenVPN', 'openvpn')];
    const lines = judgeFileModes(check.id, LABEL, files, owners, 'openvpn(8)');
    return lines.length > 0 ? lines : [skip(LABEL, 'no file with keys or passwords')];
  },
};

function secretFiles(config: OpenvpnConfig): readonly (readonly [string, string])[] {
  const named = [...config.filesNamed].flatMap(([directive, { value }]) => {
    const what = SECRETS[directive];
    return what === undefined ? [] : [[openvpnPath(config, value), what] as const];
  });
  const inline = config.inline
    .filter(({ secret }) => secret !== undefined)
    .map(({ file, name }) => [file, SECRETS[name] ?? 'a secret'] as const);
  return [...inline, ...named];
}
