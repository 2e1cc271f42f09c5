import { secretHider } from '../config/hide-secrets.js';
import { detectProduct } from '../config/ipsec-conf/detect-product.js';
import type { IpsecConf, IpsecConfProduct } from '../config/ipsec-conf/document.js';
import type { OpenvpnConfig } from '../config/openvpn/openvpn-config.js';
import { type ReadConfig, type ReadConfigOptions, readConfig } from '../config/read-config.js';
import { type ConfigLanguage, recognise } from '../config/recognise.js';
import type { SecretEntry } from '../config/secret-entry.js';
import type { ConfigText, ReadIncluded } from '../config/source.js';
import type { SwanctlConfig } from '../config/swanctl/swanctl-config.js';
import type { ConfigRemark, Connection } from '../model/connection.js';
import type { FileStat, Host, NoAnswerReason } from './host.js';
import { readIncludes } from './includes.js';

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
export type ConfigurationFileRole =
  | 'ipsec.conf'
  | 'ipsec.secrets'
  | 'swanctl.conf'
  | 'openvpn'
  | 'racoon.conf'
  | 'psk.txt'
  | 'isakmpd.conf';

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
const RACOON_CONFS = ['/etc/racoon/racoon.conf', '/usr/local/etc/racoon/racoon.conf'];
const ISAKMPD_CONFS = ['/etc/isakmpd/isakmpd.conf', '/etc/isakmpd.conf'];
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
 * Finds and reads the host's configurations: ipsec.conf and ipsec.secrets, swanctl.conf, OpenVPN, racoon.conf with psk.txt and what setkey
 * loads, isakmpd.conf, with everything they include. What could not be read is there with the reason; what is wrong in a file is a
 * remark. Throws nothing.
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
  readonly #configs: ReadConfig[] = [];
  readonly #remarks: ConfigRemark[] = [];

  constructor(host: Host, options: ConfigurationOptions) {
    this.#host = host;
    this.#options = options;
  }

  result(): Configurations {
    const defined = <T>(of: (config: ReadConfig) => T | undefined): readonly T[] =>
      this.#configs.map(of).filter((value) => value !== undefined);
    return {
      files: [...this.#files.values()],
      ipsecConfs: defined(({ ipsecConf }) => ipsecConf),
      swanctl: defined(({ swanctl }) => swanctl),
      openvpn: defined(({ openvpn }) => openvpn),
      connections: this.#configs.flatMap(({ connections }) => connections),
      secrets: this.#configs.flatMap(({ secrets = [] }) => secrets),
      remarks: [...this.#quoted(), ...this.#remarks],
    };
  }

  /** Remarks quote what they are about, and in a broken file that may be a secret. */
  #quoted(): readonly ConfigRemark[] {
    const remarks = this.#configs.flatMap((config) => config.remarks);
    if (remarks.length === 0) return remarks;
    const hide = secretHider(this.#configs.flatMap(({ texts }) => [...texts.values()]));
    return remarks.map((remark) => ({ ...remark, text: hide(remark.text), ...(remark.fix !== undefined && { fix: hide(remark.fix) }) }));
  }

  async readUsual(): Promise<void> {
    for (const path of IPSEC_CONFS) await this.#readIpsec(path);
    for (const path of SWANCTL_CONFS) await this.#read(path, 'swanctl.conf');
    for (const directory of OPENVPN_DIRECTORIES) {
      const names = await this.#host.readDir(directory);
      if (!names.ok) {
        if (names.reason !== 'missing') this.#files.set(directory, { path: directory, role: 'openvpn', unread: names });
        continue;
      }
      for (const name of names.value) if (/\.(conf|ovpn)$/.test(name)) await this.#read(`${directory}/${name}`, 'openvpn');
    }
    for (const path of RACOON_CONFS) await this.#read(path, 'racoon.conf');
    for (const path of ISAKMPD_CONFS) await this.#read(path, 'isakmpd.conf');
  }

  /** A file that the user named: its kind is told from its text. */
  async readNamed(path: string): Promise<void> {
    const answer = await this.#host.readFile(path);
    const language = recognise(path, answer.ok ? answer.value : '');
    const refused =
      language === 'cisco'
        ? ({ reason: 'failed', message: 'it is the configuration of a Cisco box, which "vpndoctor config check" reads' } as const)
        : answer.ok
          ? undefined
          : answer;
    if (refused === undefined && language === 'ipsec.conf') await this.#readIpsec(path);
    else if (refused === undefined && language !== 'cisco') await this.#read(path, language);
    if (refused === undefined) return;
    this.#files.set(path, { path, role: language === 'cisco' ? 'ipsec.conf' : language, unread: refused });
    this.#remarks.push({ file: path, line: 0, severity: 'error', code: 'unreadable', text: refused.message });
  }

  /** An ipsec.conf with its secrets; those beside it are read too where it is not there. */
  async #readIpsec(path: string): Promise<void> {
    if (!(await this.#read(path, 'ipsec.conf'))) await this.#read(path.replace(/ipsec\.conf$|[^/]*$/, 'ipsec.secrets'), 'ipsec.secrets');
  }

  /** Whether there was a text to read. */
  async #read(path: string, language: Exclude<ConfigLanguage, 'cisco'>): Promise<boolean> {
    if (this.#files.has(path)) return false;
    const { file, text } = await this.#ask(path, language);
    if (file !== undefined) this.#files.set(path, file);
    if (text === undefined) return false;
    const asked = new Map<string, ConfigurationFile>();
    const config = await readConfig(text, this.#including(asked), { ...(await this.#about(path, text.text, language)), language });
    // What was tried in vain is no file of it; nor is one that belongs to another product.
    for (const [included, about] of asked)
      if ((config.files.includes(included) || about.unread !== undefined) && !this.#files.has(included)) this.#files.set(included, about);
    this.#configs.push(config);
    return true;
  }

  async #about(path: string, text: string, language: ConfigLanguage): Promise<ReadConfigOptions> {
    const { product: known, addresses, versions, openvpnVersion } = this.#options;
    const of = (version: string | undefined) => ({ addresses, ...(version !== undefined && { version }) });
    if (language === 'openvpn') return of(openvpnVersion);
    if (language === 'swanctl.conf') return of(known?.name === 'strongswan' ? known.version : undefined);
    if (language !== 'ipsec.conf' && language !== 'ipsec.secrets') return of(undefined);
    const product = await this.#productOf(path, text);
    return { product, ...of(known?.name === product ? known.version : versions?.get(product)) };
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

  /** A file with mode and owner, and its text; neither where it is missing. */
  async #ask(
    path: string,
    role: ConfigurationFileRole,
    includedFrom?: string,
  ): Promise<{ readonly file?: ConfigurationFile; readonly text?: ConfigText }> {
    const [stat, answer] = [await this.#host.stat(path), await this.#host.readFile(path)];
    if (!stat.ok && stat.reason === 'missing') return {};
    // A bundle that was made before we asked for it.
    if (!answer.ok && answer.reason === 'not-collected' && (role === 'racoon.conf' || role === 'isakmpd.conf')) return {};
    const file = {
      path,
      role,
      ...(includedFrom !== undefined && { includedFrom }),
      ...(stat.ok && { stat: stat.value }),
      ...(!answer.ok && { unread: { reason: answer.reason, message: answer.message } }),
    };
    return answer.ok ? { file, text: { file: path, text: answer.value } } : { file };
  }

  #including(asked: Map<string, ConfigurationFile>): ReadIncluded {
    const roleOf = (path: string) => asked.get(path)?.role ?? this.#files.get(path)?.role ?? 'ipsec.conf';
    return readIncludes(this.#host, async (path, from, purpose) => {
      const role = purpose === undefined ? roleOf(from) : roleOf(from) === 'racoon.conf' ? 'psk.txt' : 'ipsec.secrets';
      const { file, text } = await this.#ask(path, role, purpose === undefined ? from : undefined);
      if (file !== undefined) asked.set(path, file);
      return text !== undefined ? { ok: true, value: text.text } : { ok: false, reason: 'missing', message: '', ...file?.unread };
    });
  }
}
