import type { ConfigRemark, Connection } from '../model/connection.js';
import { readCisco } from './cisco-asa/read-cisco.js';
import type { ConfigEnd, Product } from './effective/config-end.js';
import { detectProduct } from './ipsec-conf/detect-product.js';
import type { IpsecConf, IpsecConfProduct } from './ipsec-conf/document.js';
import { interpretIpsecConf } from './ipsec-conf/interpret.js';
import { readIpsecConf } from './ipsec-conf/read-document.js';
import { type IpsecSecrets, readIpsecSecrets } from './ipsec-secrets/read-secrets.js';
import { readIsakmpd } from './isakmpd/read-isakmpd.js';
import type { OpenvpnConfig } from './openvpn/openvpn-config.js';
import { readOpenvpn } from './openvpn/read-openvpn.js';
import { readRacoon } from './racoon/read-racoon.js';
import { type ConfigLanguage, recognise } from './recognise.js';
import type { SecretEntry } from './secret-entry.js';
import type { ConfigText, ReadIncluded } from './source.js';
import { readSwanctl } from './swanctl/read-swanctl.js';
import type { SwanctlConfig } from './swanctl/swanctl-config.js';

/** What is known about a configuration beside its text. */
export interface ReadConfigOptions {
  /** Addresses of the host it belongs to: they tell left from right. */
  readonly addresses: readonly string[];
  /** Whose ipsec.conf it is; absent: told from its words. */
  readonly product?: IpsecConfProduct;
  /** Of the product; absent: the newest. */
  readonly version?: string;
  /** Absent: told from name and text. */
  readonly language?: ConfigLanguage;
}

/** One configuration of one gateway, whatever language it is in. */
export interface ReadConfig {
  readonly language: ConfigLanguage;
  readonly file: string;
  readonly product: Product;
  /** Whether the product was told or is beyond doubt. */
  readonly sure: boolean;
  readonly version?: string;
  /** Every file read, the one asked for first. */
  readonly files: readonly string[];
  readonly connections: readonly Connection[];
  /** Undefined where no file with secrets was found. */
  readonly secrets: readonly SecretEntry[] | undefined;
  readonly remarks: readonly ConfigRemark[];
  /** By file. */
  readonly texts: ReadonlyMap<string, string>;
  /** What the language has beside that. */
  readonly ipsecConf?: IpsecConf;
  readonly swanctl?: SwanctlConfig;
  readonly openvpn?: OpenvpnConfig;
}

/** Reads a configuration in any of the languages, with all that it includes and the secrets beside it. Throws nothing for a text. */
export async function readConfig(main: ConfigText, include: ReadIncluded, options: ReadConfigOptions): Promise<ReadConfig> {
  const language = options.language ?? recognise(main.file, main.text);
  const texts = new Map([[main.file, main.text]]);
  const noting: ReadIncluded = async (...asked) => {
    const included = await include(...asked);
    for (const { file, text } of included.files) texts.set(file, text);
    return included;
  };
  const base = { language, file: main.file, texts, sure: true, ...(options.version !== undefined && { version: options.version }) };
  switch (language) {
    case 'ipsec.conf':
      return { ...base, ...(await readIpsec(main, noting, options)) };
    case 'ipsec.secrets': {
      const product = options.product ?? 'libreswan';
      const { files, entries, remarks } = await readIpsecSecrets(main, product, noting);
      return { ...base, product, files, connections: [], secrets: entries, remarks };
    }
    case 'swanctl.conf': {
      const swanctl = await readSwanctl(main, noting, options.version);
      const { files, connections, secrets, remarks } = swanctl;
      return { ...base, product: 'strongswan', files, connections, secrets: secrets.length === 0 ? undefined : secrets, remarks, swanctl };
    }
    case 'openvpn': {
      const openvpn = await readOpenvpn(main, noting, options.version);
      return {
        ...base,
        product: 'openvpn',
        files: openvpn.files,
        connections: [openvpn.connection],
        secrets: undefined,
        remarks: openvpn.remarks,
        openvpn,
      };
    }
    case 'cisco': {
      const { platform, version, connections, secrets, remarks } = readCisco(main);
      return {
        ...base,
        product: platform,
        ...(version !== undefined && { version: version.value }),
        files: [main.file],
        connections,
        secrets,
        remarks,
      };
    }
    case 'racoon.conf':
      return { ...base, product: 'racoon', ...(await readRacoon(main, noting)) };
    case 'isakmpd.conf':
      return { ...base, product: 'isakmpd', files: [main.file], ...readIsakmpd(main) };
  }
}

async function readIpsec(
  main: ConfigText,
  include: ReadIncluded,
  options: ReadConfigOptions,
): Promise<Pick<ReadConfig, 'product' | 'sure' | 'files' | 'connections' | 'secrets' | 'remarks'> & { readonly ipsecConf: IpsecConf }> {
  const detected = detectProduct(main.text, options.version);
  const product = options.product ?? detected.product;
  const document = await readIpsecConf(main, product, include);
  const conf = interpretIpsecConf(document, {
    product,
    addresses: options.addresses,
    ...(options.version !== undefined && { version: options.version }),
  });
  const secrets = await secretsBeside(main.file, conf.setup.get('secretsfile')?.value, include, product);
  return {
    product,
    sure: options.product !== undefined || detected.sure,
    files: [...conf.files, ...(secrets?.files ?? [])],
    connections: conf.connections,
    secrets: secrets?.entries,
    remarks: [...conf.remarks, ...(secrets?.remarks ?? [])],
    ipsecConf: conf,
  };
}

/** Where `secretsfile=` says; else under the name of the configuration itself, or `ipsec.secrets` beside it. One that may not be read is the one. */
async function secretsBeside(
  file: string,
  named: string | undefined,
  include: ReadIncluded,
  product: IpsecConfProduct,
): Promise<IpsecSecrets | undefined> {
  const plain = file.replace(/^.*\//, '');
  for (const name of [named, plain.replace(/(\.conf)?$/, '.secrets'), `${plain}.secrets`, 'ipsec.secrets']) {
    if (name === undefined) continue;
    const { files, problems } = await include(name, file, 'secrets');
    const [found] = files;
    if (found !== undefined) return readIpsecSecrets(found, product, include);
    if (problems.length > 0) return undefined;
  }
  return undefined;
}

/** One connection of a configuration, as the comparison takes it. */
export function endOf(config: ReadConfig, connection: Connection): ConfigEnd {
  return {
    connection,
    product: config.product,
    ...(config.version !== undefined && { version: config.version }),
    secrets: config.secrets,
    remarks: config.remarks,
    texts: config.texts,
    ...(config.openvpn !== undefined && { openvpn: config.openvpn }),
  };
}
