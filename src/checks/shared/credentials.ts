import type { OpenvpnConfig } from '../../config/openvpn/openvpn-config.js';
import {
  type Certificate,
  type HostKey,
  type KeyFile,
  parseCertificates,
  parseKeyFile,
  readCertificates,
  readHostKeys,
  readKeyFile,
  readNssCertificate,
} from '../../host/certificates.js';
import type { Configurations } from '../../host/configurations.js';
import { type Answer, answer, type Host, noAnswer } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import { parseRevocationLists, type RevocationList, readRevocationLists } from '../../host/revocation-list.js';
import type { Connection, ConnectionEnd, Sourced } from '../../model/connection.js';
import { type CredentialFolders, foldersOf } from './credential-folders.js';
import { missingPassphrase } from './key-passphrase.js';
import { readTunnels } from './tunnels.js';

/** A certificate that a configuration names, with what belongs to it on this host. */
export interface Credential {
  /** Name of the connection. */
  readonly subject: string;
  readonly connection: Connection;
  readonly end: 'local' | 'remote';
  readonly product: 'strongswan' | 'libreswan' | 'openswan' | 'openvpn';
  /** `leftcert=`, `certs =`, `cert` with its place. */
  readonly source: Sourced<string>;
  /** Where it was looked for. */
  readonly path: string;
  /** Its own certificate first, then what else stands in the file. */
  readonly certificates: Answer<readonly Certificate[]>;
  /** Private keys that may belong to it. */
  readonly keys: readonly CredentialKey[];
  /** Keys in NSS, where they are there. */
  readonly nssKeys?: Answer<readonly HostKey[]>;
  /** The key may be on a token, which is not asked. */
  readonly onToken: boolean;
  readonly authorities: Authorities;
}

/** A private key that lies where the daemon looks. */
export interface CredentialKey {
  readonly path: string;
  readonly key: Answer<KeyFile>;
  /** It is encrypted, and no secret opens it: what has to be written for that. */
  readonly missingPassphrase?: string;
}

/** What a product trusts, and where that was not told. */
export interface Authorities {
  /** Where they were looked for. */
  readonly places: readonly string[];
  readonly certificates: readonly Certificate[];
  /** Files that could not be read. */
  readonly unread: readonly string[];
  /** In NSS, where they are not listed. */
  readonly hidden: boolean;
  readonly lists: readonly { readonly path: string; readonly lists: Answer<readonly RevocationList[]> }[];
  /** A fresh revocation list is wanted: `strictcrlpolicy=yes`, `revocation = strict`, `crl-verify`. */
  readonly strict?: Sourced<string>;
}

const known = new WeakMap<HostFacts, Promise<readonly Credential[]>>();

/** Every certificate of the IPsec connections; read once for all checks of a host. */
export function readIpsecCredentials(host: HostFacts): Promise<readonly Credential[]> {
  const reading = known.get(host) ?? new Reading(host.host).ipsec(host);
  known.set(host, reading);
  return reading;
}

/** The certificates of OpenVPN's configurations. */
export async function readOpenvpnCredentials(host: Host, configs: readonly OpenvpnConfig[]): Promise<readonly Credential[]> {
  const reading = new Reading(host);
  return (await Promise.all(configs.map((config) => reading.openvpn(config)))).flat();
}

class Reading {
  readonly #host: Host;
  readonly #certificates = new Map<string, Promise<Answer<readonly Certificate[]>>>();
  readonly #keys = new Map<string, Promise<Answer<KeyFile>>>();
  readonly #authorities = new Map<string, Promise<Authorities>>();

  constructor(host: Host) {
    this.#host = host;
  }

  #certificatesOf(path: string): Promise<Answer<readonly Certificate[]>> {
    const reading = this.#certificates.get(path) ?? readCertificates(this.#host, path);
    this.#certificates.set(path, reading);
    return reading;
  }

  #keyOf(path: string): Promise<Answer<KeyFile>> {
    const reading = this.#keys.get(path) ?? readKeyFile(this.#host, path);
    this.#keys.set(path, reading);
    return reading;
  }

  async ipsec(host: HostFacts): Promise<readonly Credential[]> {
    const [tunnels, configurations] = await Promise.all([readTunnels(host), host.configurations()]);
    const credentials: Credential[] = [];
    const seen = new Set<string>();
    let nssKeys: Promise<Answer<readonly HostKey[]>> | undefined;
    for (const connection of tunnels.ipsec) {
      if (connection.auto.value === 'ignore') continue;
      for (const end of ['local', 'remote'] as const) {
        const source = connection[end].certificate;
        // Children of one section of swanctl.conf have their certificate in common.
        const key = `${source?.file}:${source?.line} ${end} ${connection.name.split('/', 1)[0]}`;
        if (source === undefined || !usesPublicKeys(connection[end]) || seen.has(key)) continue;
        seen.add(key);
        if (connection.dialect === 'libreswan') {
          if (end === 'local') nssKeys ??= readHostKeys(this.#host);
          credentials.push(await this.#inNss(connection, end, source, configurations.ipsecConfs, await nssKeys));
        } else {
          credentials.push(...(await this.#inFiles(connection, end, source, configurations)));
        }
      }
    }
    return credentials;
  }

  async #inNss(
    connection: Connection,
    end: Credential['end'],
    source: Sourced<string>,
    confs: readonly { readonly files: readonly string[]; readonly setup: ReadonlyMap<string, Sourced<string>> }[],
    nssKeys: Answer<readonly HostKey[]> | undefined,
  ): Promise<Credential> {
    const conf = confs.find(({ files }) => files.includes(connection.file));
    const folder = await this.#nssFolder(conf?.setup.get('nssdir')?.value);
    const strict = conf?.setup.get('crl-strict');
    return {
      subject: connection.name,
      connection,
      end,
      product: 'libreswan',
      source,
      path: `NSS ${folder}: ${source.value}`,
      certificates: await readNssCertificate(this.#host, folder, source.value),
      keys: [],
      ...(nssKeys !== undefined && { nssKeys }),
      onToken: false,
      authorities: {
        places: [folder],
        certificates: [],
        unread: [],
        hidden: true,
        lists: [],
        ...(strict !== undefined && /^(yes|on|true|1)$/i.test(strict.value) && { strict }),
      },
    };
  }

  async #nssFolder(written: string | undefined): Promise<string> {
    if (written !== undefined) return written;
    const usual = ['/var/lib/ipsec/nss', '/etc/ipsec.d'];
    for (const folder of usual) if ((await this.#host.stat(`${folder}/cert9.db`)).ok) return folder;
    return usual[0] ?? '';
  }

  async #inFiles(
    connection: Connection,
    end: Credential['end'],
    source: Sourced<string>,
    configurations: Configurations,
  ): Promise<readonly Credential[]> {
    const folders = foldersOf(connection, configurations);
    const names = source.value.split(',').map((name) => name.trim());
    const keyFiles = end === 'local' ? await this.#files(folders.keys, folders.keyFiles) : [];
    const keys = await Promise.all(
      keyFiles.map(async (path): Promise<CredentialKey> => {
        const key = await this.#keyOf(path);
        const missing = key.ok && key.value.encrypted ? missingPassphrase(path, connection.dialect, configurations) : undefined;
        return { path, key, ...(missing !== undefined && { missingPassphrase: missing }) };
      }),
    );
    const authorities = await this.#authoritiesOf(folders);
    return Promise.all(
      // A token is no file.
      names
        .filter((name) => name !== '' && !name.startsWith('%'))
        .map(async (name): Promise<Credential> => {
          const path = name.startsWith('/') ? name : `${folders.certificates}/${name}`;
          return {
            subject: connection.dialect === 'swanctl' ? (connection.name.split('/', 1)[0] ?? connection.name) : connection.name,
            connection,
            end,
            product: connection.dialect === 'openswan' ? 'openswan' : 'strongswan',
            source: { ...source, value: name },
            path,
            certificates: await this.#certificatesOf(path),
            keys,
            onToken: folders.onToken,
            authorities,
          };
        }),
    );
  }

  async #files(folders: readonly string[], files: readonly string[]): Promise<readonly string[]> {
    const lists = await Promise.all(
      folders.map(async (folder) => {
        const names = await this.#host.readDir(folder);
        if (names.ok) return names.value.map((name) => `${folder}/${name}`);
        return names.reason === 'missing' ? [] : [folder];
      }),
    );
    return [...new Set([...lists.flat(), ...files])];
  }

  #authoritiesOf(folders: CredentialFolders): Promise<Authorities> {
    const key = JSON.stringify([folders.authorities, folders.authorityFiles, folders.lists, folders.strict]);
    const reading = this.#authorities.get(key) ?? this.#readAuthorities(folders);
    this.#authorities.set(key, reading);
    return reading;
  }

  async #readAuthorities({ authorities, authorityFiles, lists, strict }: CredentialFolders): Promise<Authorities> {
    const paths = await this.#files(authorities, authorityFiles);
    const read = await Promise.all(paths.map(async (path) => ({ path, answer: await this.#certificatesOf(path) })));
    const listPaths = await this.#files([lists], []);
    return {
      places: [...authorities, ...authorityFiles],
      certificates: read.flatMap((each) => (each.answer.ok ? each.answer.value : [])),
      // What is no certificate at all (a README) keeps nothing from us.
      unread: read.flatMap(({ path, answer: each }) => (each.ok || each.reason === 'failed' || each.reason === 'missing' ? [] : [path])),
      hidden: false,
      lists: await Promise.all(listPaths.map(async (path) => ({ path, lists: await readRevocationLists(this.#host, path) }))),
      ...(strict !== undefined && { strict }),
    };
  }

  async openvpn(config: OpenvpnConfig): Promise<readonly Credential[]> {
    const inline = (name: string) => config.inline.find((block) => block.name === name);
    const named = config.filesNamed.get('cert');
    const block = inline('cert');
    const source = named ?? (block === undefined ? undefined : { value: '<cert>', file: block.file, line: block.line });
    if (source === undefined) return [];
    const path = named === undefined ? `${config.file} <cert>` : openvpnPath(config, named.value);
    const keyFile = config.filesNamed.get('key');
    const keyBlock = inline('key')?.secret;
    const keys: CredentialKey[] = [];
    if (keyFile !== undefined) {
      const keyPath = openvpnPath(config, keyFile.value);
      keys.push({ path: keyPath, key: await this.#keyOf(keyPath) });
    } else if (keyBlock !== undefined) {
      const key = parseKeyFile(Buffer.from(keyBlock.reveal()).toString('utf8'));
      keys.push({
        path: `${config.file} <key>`,
        key: key === undefined ? noAnswer('failed', `${config.file} <key>: no key that can be read`) : answer(key),
      });
    }
    return [
      {
        subject: config.connection.name,
        connection: config.connection,
        end: 'local',
        product: 'openvpn',
        source,
        path,
        certificates: named === undefined ? inlineCertificates(block?.text ?? '', path) : await this.#certificatesOf(path),
        keys,
        onToken: config.directives.some(({ name }) => /^pkcs11-|^management-external|^cryptoapicert/.test(name)),
        authorities: await this.#openvpnAuthorities(config),
      },
    ];
  }

  async #openvpnAuthorities(config: OpenvpnConfig): Promise<Authorities> {
    const blocks = config.inline.filter(({ name }) => name === 'ca' || name === 'extra-certs');
    const files = ['ca', 'extra-certs']
      .flatMap((name) => config.filesNamed.get(name)?.value ?? [])
      .map((name) => openvpnPath(config, name));
    const read = await Promise.all(files.map((path) => this.#certificatesOf(path)));
    const crl = config.filesNamed.get('crl-verify');
    const crlBlock = config.inline.find(({ name }) => name === 'crl-verify');
    const lists: Authorities['lists'][number][] = [];
    if (crl !== undefined && !isDirectoryOfSerials(config)) {
      const path = openvpnPath(config, crl.value);
      lists.push({ path, lists: await readRevocationLists(this.#host, path) });
    } else if (crlBlock?.text !== undefined) {
      lists.push({ path: `${config.file} <crl-verify>`, lists: answer(parseRevocationLists(crlBlock.text, config.file)) });
    }
    return {
      places: [...files, ...blocks.map(({ name }) => `${config.file} <${name}>`)],
      certificates: [
        ...read.flatMap((each) => (each.ok ? each.value : [])),
        ...blocks.flatMap(({ text = '', file, name }) => parseCertificates(text, `${file} <${name}>`)),
      ],
      unread: read.flatMap((each, index) => (each.ok || each.reason === 'missing' ? [] : (files[index] ?? []))),
      hidden: config.directives.some(({ name }) => name === 'capath'),
      lists,
      ...(crl !== undefined && { strict: crl }),
    };
  }
}

const inlineCertificates = (text: string, path: string): Answer<readonly Certificate[]> => {
  const certificates = parseCertificates(text, path);
  return certificates.length === 0 ? noAnswer('failed', `${path}: no certificate in it that can be read`) : answer(certificates);
};

/** `crl-verify DIR dir`: files named by serial numbers. */
function isDirectoryOfSerials({ directives }: OpenvpnConfig): boolean {
  return directives.some(({ name, args }) => name === 'crl-verify' && args[1] === 'dir');
}

/** A relative name is looked for where `cd` says, or beside the configuration: units of systemd start there. */
export function openvpnPath({ file, directives }: OpenvpnConfig, name: string): string {
  if (name.startsWith('/')) return name;
  const beside = file.slice(0, file.lastIndexOf('/'));
  const cd = directives.findLast((directive) => directive.name === 'cd')?.args[0];
  return `${cd?.startsWith('/') ? cd : beside}/${name.replace(/^\.\//, '')}`;
}

function usesPublicKeys({ auth }: ConnectionEnd): boolean {
  return auth.some(({ value }) => value === 'pubkey' || value === 'rsa-raw' || value === 'eap');
}
