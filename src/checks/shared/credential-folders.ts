import type { HostFacts } from '../../host/host-facts.js';
import type { Connection, Sourced } from '../../model/connection.js';

/** What an IPsec product has where. */
export interface CredentialFolders {
  readonly certificates: string;
  readonly authorities: readonly string[];
  readonly authorityFiles: readonly string[];
  readonly keys: readonly string[];
  readonly keyFiles: readonly string[];
  readonly lists: string;
  readonly strict?: Sourced<string>;
  readonly onToken: boolean;
}

type Configured = Awaited<ReturnType<HostFacts['configurations']>>;

/** Where strongSwan and Openswan look for what a connection names. */
export function foldersOf(connection: Connection, { ipsecConfs, swanctl, secrets }: Configured): CredentialFolders {
  const beside = (file: string | undefined) => (file ?? '/etc/').slice(0, (file ?? '/etc/').lastIndexOf('/'));
  const onToken = secrets.some(({ kind, dialect }) => kind === 'pin' && dialect === connection.dialect);
  if (connection.dialect === 'swanctl') {
    const config = swanctl.find(({ files }) => files.includes(connection.file));
    const base = beside(config?.files[0]);
    const strict = connection.other.find(({ key, value }) => /^remote[^.]*\.revocation$/.test(key) && value.value === 'strict')?.value;
    const files = (config?.authorities ?? [])
      .flatMap(({ cacert }) => cacert ?? [])
      .map(({ value }) => (value.startsWith('/') ? value : `${base}/x509ca/${value}`));
    return {
      certificates: `${base}/x509`,
      authorities: [`${base}/x509ca`],
      authorityFiles: files,
      keys: ['private', 'rsa', 'ecdsa', 'pkcs8'].map((folder) => `${base}/${folder}`),
      keyFiles: [],
      lists: `${base}/x509crl`,
      onToken,
      ...(strict !== undefined && { strict }),
    };
  }
  const conf = ipsecConfs.find(({ files }) => files.includes(connection.file));
  const base = `${beside(conf?.files[0])}/ipsec.d`;
  const strict = conf?.setup.get('strictcrlpolicy');
  const keyFiles = secrets.filter(
    ({ dialect, kind, keyFile }) => dialect === connection.dialect && kind === 'private-key' && keyFile !== undefined,
  );
  return {
    certificates: `${base}/certs`,
    authorities: [`${base}/cacerts`],
    authorityFiles: [],
    keys: [],
    keyFiles: keyFiles.map(({ keyFile }) => keyFile?.value ?? '').map((name) => (name.startsWith('/') ? name : `${base}/private/${name}`)),
    lists: `${base}/crls`,
    onToken,
    ...(strict !== undefined && strict.value === 'yes' && { strict }),
  };
}
