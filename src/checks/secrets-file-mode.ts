import type { Configurations } from '../host/configurations.js';
import { answered, type Host } from '../host/host.js';
import type { Check } from './check.js';
import { judgeFileModes, lookAtFile, type SecretFile } from './shared/file-modes.js';
import { skip, unseen } from './shared/lines.js';

interface Facts {
  readonly files: readonly SecretFile[];
  /** Directories of keys that could not be listed. */
  readonly unseen: readonly { readonly path: string; readonly reason: 'denied'; readonly message: string }[];
  /** Users as whom daemons run. */
  readonly owners: ReadonlySet<number>;
}

const LABEL = 'mode of secrets and keys';
const KEY_FOLDERS = ['private', 'rsa', 'ecdsa', 'pkcs8', 'pkcs12', 'bliss'];
const NSS_FOLDERS = ['/etc/ipsec.d', '/var/lib/ipsec/nss'];
const NSS_FILES = ['key4.db', 'key3.db', 'nsspassword'];

export const check: Check<Facts> = {
  id: 'secrets-file-mode',
  group: 'keys',
  title: LABEL,
  reads: ['mode and owner of /etc/ipsec.secrets, /etc/ipsec.d/private/*, /etc/swanctl/{private,rsa,ecdsa,pkcs8,pkcs12}/*, NSS databases'],
  refs: ['ipsec.secrets(5)', 'swanctl.conf(5)'],
  async facts(host) {
    const [configurations, stacks] = await Promise.all([host.configurations(), host.stacks()]);
    const { paths, denied } = await secretPaths(host.host, configurations);
    return {
      files: await Promise.all([...paths].map(([path, what]) => lookAtFile(host.host, path, what))),
      unseen: denied,
      owners: new Set((answered(stacks) ?? []).flatMap(({ running }) => running.flatMap(({ uid }) => uid ?? []))),
    };
  },
  judge({ files, unseen: shut, owners }) {
    const lines = [
      ...judgeFileModes(check.id, LABEL, files, owners, 'ipsec.secrets(5)'),
      ...shut.map(({ path, ...why }) => unseen(`${LABEL} in ${path}`, why)),
    ];
    return lines.length > 0 ? lines : [skip(LABEL, 'no file with secrets or keys')];
  },
};

async function secretPaths(
  host: Host,
  { files, secrets }: Configurations,
): Promise<{ paths: ReadonlyMap<string, string>; denied: Facts['unseen'] }> {
  const paths = new Map<string, string>();
  const denied: { path: string; reason: 'denied'; message: string }[] = [];
  for (const { path, role } of files) if (role === 'ipsec.secrets' || role === 'psk.txt') paths.set(path, 'preshared keys');
  for (const { file, dialect, secret } of secrets)
    if ((dialect === 'swanctl' || dialect === 'isakmpd') && secret !== undefined) paths.set(file, 'secrets');
  const folders = new Set<string>();
  for (const { path, role, includedFrom } of files) {
    if (includedFrom !== undefined) continue;
    const beside = path.slice(0, path.lastIndexOf('/'));
    if (role === 'swanctl.conf') for (const folder of KEY_FOLDERS) folders.add(`${beside}/${folder}`);
    if (role === 'ipsec.conf') folders.add(`${beside}/ipsec.d/private`);
  }
  for (const folder of folders) {
    const names = await host.readDir(folder);
    if (names.ok) for (const name of names.value) paths.set(`${folder}/${name}`, 'a private key');
    else if (names.reason === 'denied') denied.push({ path: folder, reason: 'denied', message: names.message });
  }
  if (files.some(({ role }) => role === 'ipsec.conf')) {
    for (const folder of NSS_FOLDERS) {
      for (const name of NSS_FILES) {
        const path = `${folder}/${name}`;
        if ((await host.stat(path)).ok) paths.set(path, name === 'nsspassword' ? 'the password of the NSS database' : 'private keys');
      }
    }
  }
  return { paths, denied };
}
