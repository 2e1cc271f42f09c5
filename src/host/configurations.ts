import { detectProduct } from '../config/ipsec-conf/detect-product.js';
import type { IpsecConf, IpsecConfProduct } from '../config/ipsec-conf/document.js';
import { interpretIpsecConf } from '../config/ipsec-conf/interpret.js';
import { readIpsecConf } from '../config/ipsec-conf/read-document.js';
import { readIpsecSecrets } from '../config/ipsec-secrets/read-secrets.js';
import type { OpenvpnConfig } from '../config/openvpn/openvpn-config.js';
import { readOpenvpn } from '../config/openvpn/read-openvpn.js';
import { recognise } from '../config/recognise.js';
import type { SecretEntry } from '../config/secret-entry.js';
import type { ConfigText, Included, ReadIncluded } from '../config/source.js';
import { readSwanctl } from '../config/swanctl/read-swanctl.js';
import type { SwanctlConfig } from '../config/swanctl/swanctl-config.js';
import type { ConfigRemark, Connection } from '../model/connection.js';
import { expandGlob } from './glob.js';
import type { FileStat, Host, NoAnswerReason } from './host.js';

export interface ConfigurationOptions {
  /** Read these instead of what stands in the usual places. */
  readonly files?: readonly string[];
  /** Addresses of this host, without prefix: they tell left from right. */
  readonly addresses: readonly string[];
  /** Whose ipsec.conf it is, where that is known from what is installed or running; else it is told from files and keywords. */
  readonly product?: { readonly name: IpsecConfProduct; readonly version?: string };
  /** Versions of what is installed, for files of which it is told whose they are. */
  readonly versions?: ReadonlyMap<IpsecConfProduct, string>;
  /** Version of OpenVPN, where it is known: it decides which option is an error. */
  readonly openvpnVersion?: string;
}

/** What a file is to its product. */
export type ConfigurationFileRole = 'ipsec.conf' | 'ipsec.secrets' | 'swanctl.conf' | 'openvpn';

/** A configuration file that is there. */
export interface ConfigurationFile {
  readonly path: string;
  readonly role: ConfigurationFileRole;
  /** File that includes it; absent for those in the usual places. */
  readonly includedFrom?: string;
  /** Absent where even that was refused. */
  readonly stat?: FileStat;
  /** Why it was not read. */
  readonly unread?: { readonly reason: NoAnswerReason; readonly message: string };
}

/** Everything that the host's files say about tunnels. */
export interface Configurations {
  readonly files: readonly ConfigurationFile[];
  readonly ipsecConfs: readonly IpsecConf[];
  readonly swanctl: readonly SwanctlConfig[];
  readonly openvpn: readonly OpenvpnConfig[];
  /** Of all of them. */
  readonly connections: readonly Connection[];
  readonly secrets: readonly SecretEntry[];
  readonly remarks: readonly ConfigRemark[];
}

/** Where packages of the products, and their sources, put the main files. Secrets lie beside. */
const IPSEC_CONFS = ['/etc/ipsec.conf', '/usr/local/etc/ipsec.conf', '/etc/strongswan/ipsec.conf', '/usr/local/etc/strongswan/ipsec.conf'];
const SWANCTL_CONFS = [
  '/etc/swanctl/swanctl.conf',
  '/etc/strongswan/swanctl/swanctl.conf',
  '/usr/local/etc/swanctl/swanctl.conf',
  '/etc/ipsec/swanctl/swanctl.conf',
];
const OPENVPN_DIRECTORIES = [
  '/etc/openvpn',
  '/etc/openvpn/server',
  '/etc/openvpn/client',
  '/usr/local/etc/openvpn',
  '/usr/local/etc/openvpn/server',
  '/usr/local/etc/openvpn/client',
];

/** Programs that tell which product is installed. */
const PROGRAMS: readonly { readonly path: string; readonly product: IpsecConfProduct }[] = [
  { path: '/usr/lib/ipsec/starter', product: 'strongswan' },
  { path: '/usr/libexec/ipsec/starter', product: 'strongswan' },
  { path: '/usr/libexec/strongswan/starter', product: 'strongswan' },
  { path: '/usr/local/libexec/ipsec/starter', product: 'strongswan' },
  { path: '/usr/libexec/ipsec/pluto', product: 'libreswan' },
  { path: '/usr/lib/ipsec/pluto', product: 'libreswan' },
  { path: '/usr/local/libexec/ipsec/pluto', product: 'libreswan' },
];

/**
 * Finds and reads the host's configurations: ipsec.conf and ipsec.secrets, swanctl.conf, OpenVPN, with everything they include.
 * What could not be read is there with the reason; what is wrong in a file is a remark. Throws nothing.
 */
export async function readConfigurations(host: Host, options: ConfigurationOptions): Promise<Configurations> {
  const reading = new Reading(host, options);
  if (options.files !== undefined) for (const path of options.files) await reading.readNamed(path);
  else await reading.readUsual();
  return reading.result();
}

class Reading {
  readonly #host: Host;
  readonly #options: ConfigurationOptions;
  readonly #files = new Map<string, ConfigurationFile>();
  readonly #ipsecConfs: IpsecConf[] = [];
  readonly #swanctl: SwanctlConfig[] = [];
  readonly #openvpn: OpenvpnConfig[] = [];
  readonly #secrets: SecretEntry[] = [];
  readonly #remarks: ConfigRemark[] = [];

  constructor(host: Host, options: ConfigurationOptions) {
    this.#host = host;
    this.#options = options;
  }

  result(): Configurations {
    return {
      files: [...this.#files.values()],
      ipsecConfs: this.#ipsecConfs,
      swanctl: this.#swanctl,
      openvpn: this.#openvpn,
      connections: [
        ...this.#ipsecConfs.flatMap(({ connections }) => connections),
        ...this.#swanctl.flatMap(({ connections }) => connections),
        ...this.#openvpn.map(({ connection }) => connection),
      ],
      secrets: [...this.#secrets, ...this.#swanctl.flatMap(({ secrets }) => secrets)],
      remarks: [
        ...this.#ipsecConfs.flatMap(({ remarks }) => remarks),
        ...this.#swanctl.flatMap(({ remarks }) => remarks),
        ...this.#openvpn.flatMap(({ remarks }) => remarks),
        ...this.#remarks,
      ],
    };
  }

  async readUsual(): Promise<void> {
    for (const path of IPSEC_CONFS) await this.#readIpsec(path);
    for (const path of SWANCTL_CONFS) await this.#readSwanctl(path);
    for (const directory of OPENVPN_DIRECTORIES) {
      const names = await this.#host.readDir(directory);
      if (!names.ok) {
        if (names.reason !== 'missing') this.#files.set(directory, { path: directory, role: 'openvpn', unread: names });
        continue;
      }
      for (const name of names.value) if (/\.(conf|ovpn)$/.test(name)) await this.#readOpenvpn(`${directory}/${name}`);
    }
  }

  /** A file that the user named: its kind is told from its text. */
  async readNamed(path: string): Promise<void> {
    const answer = await this.#host.readFile(path);
    const language = recognise(path, answer.ok ? answer.value : '');
    if (language === 'cisco' || language === 'racoon.conf' || language === 'isakmpd.conf') {
      const message = `it is ${language === 'cisco' ? 'the configuration of a Cisco box' : `a ${language}`}, which "vpndoctor config check" reads`;
      this.#files.set(path, { path, role: 'ipsec.conf', unread: { reason: 'failed', message } });
      this.#remarks.push({ file: path, line: 0, severity: 'error', code: 'unreadable', text: message });
      return;
    }
    const role: ConfigurationFileRole = language;
    if (!answer.ok) {
      this.#files.set(path, { path, role, unread: answer });
      this.#remarks.push({ file: path, line: 0, severity: 'error', code: 'unreadable', text: answer.message });
      return;
    }
    if (role === 'ipsec.conf') await this.#readIpsec(path);
    else if (role === 'swanctl.conf') await this.#readSwanctl(path);
    else if (role === 'openvpn') await this.#readOpenvpn(path);
    else await this.#readSecrets(path, this.#options.product?.name ?? (await this.#installed()) ?? 'libreswan');
  }

  async #readIpsec(path: string): Promise<void> {
    const text = await this.#text(path, 'ipsec.conf');
    const product = await this.#productOf(path, text?.text ?? '');
    let secretsFile: string | undefined;
    if (text !== undefined) {
      const document = await readIpsecConf(text, product, this.#include('ipsec.conf'));
      const { product: known, addresses, versions } = this.#options;
      const version = known?.name === product ? known.version : versions?.get(product);
      const conf = interpretIpsecConf(document, { product, addresses, ...(version !== undefined && { version }) });
      this.#ipsecConfs.push(conf);
      secretsFile = conf.setup.get('secretsfile')?.value;
    }
    await this.#readSecrets(secretsFile ?? path.replace(/ipsec\.conf$|[^/]*$/, 'ipsec.secrets'), product);
  }

  async #readSecrets(path: string, product: IpsecConfProduct): Promise<void> {
    const text = await this.#text(path, 'ipsec.secrets');
    if (text === undefined) return;
    const { entries, remarks } = await readIpsecSecrets(text, product, this.#include('ipsec.secrets'));
    this.#secrets.push(...entries);
    this.#remarks.push(...remarks);
  }

  async #readSwanctl(path: string): Promise<void> {
    const text = await this.#text(path, 'swanctl.conf');
    if (text === undefined) return;
    const { product } = this.#options;
    const version = product?.name === 'strongswan' ? product.version : undefined;
    this.#swanctl.push(await readSwanctl(text, this.#include('swanctl.conf'), version));
  }

  async #readOpenvpn(path: string): Promise<void> {
    const text = await this.#text(path, 'openvpn');
    if (text !== undefined) this.#openvpn.push(await readOpenvpn(text, this.#include('openvpn'), this.#options.openvpnVersion));
  }

  async #productOf(path: string, text: string): Promise<IpsecConfProduct> {
    if (path.includes('/strongswan/')) return 'strongswan';
    return this.#options.product?.name ?? (await this.#installed()) ?? detectProduct(text).product;
  }

  async #installed(): Promise<IpsecConfProduct | undefined> {
    const found = new Set<IpsecConfProduct>();
    for (const { path, product } of PROGRAMS) if ((await this.#host.stat(path)).ok) found.add(product);
    return found.size === 1 ? [...found][0] : undefined;
  }

  /** Text of a file, noted with mode and owner; undefined where it is missing or was not read. Twice the same file: once. */
  async #text(path: string, role: ConfigurationFileRole, includedFrom?: string): Promise<ConfigText | undefined> {
    if (this.#files.has(path) && includedFrom === undefined) return undefined;
    const [stat, answer] = [await this.#host.stat(path), await this.#host.readFile(path)];
    if (!stat.ok && stat.reason === 'missing') return undefined;
    this.#files.set(path, {
      path,
      role,
      ...(includedFrom !== undefined && { includedFrom }),
      ...(stat.ok && { stat: stat.value }),
      ...(!answer.ok && { unread: { reason: answer.reason, message: answer.message } }),
    });
    return answer.ok ? { file: path, text: answer.value } : undefined;
  }

  #include(role: ConfigurationFileRole): ReadIncluded {
    return async (pattern: string, from: string): Promise<Included> => {
      const absolute = pattern.startsWith('/') ? pattern : `${from.replace(/[^/]*$/, '')}${pattern}`;
      const { paths, problems } = await expandGlob(this.#host, absolute);
      const files: ConfigText[] = [];
      const unread = [...problems];
      for (const path of paths) {
        const text = await this.#text(path, role, from);
        if (text !== undefined) files.push(text);
        else {
          const why = this.#files.get(path)?.unread;
          if (why !== undefined) unread.push({ file: path, reason: why.message });
        }
      }
      return { files, problems: unread };
    };
  }
}
