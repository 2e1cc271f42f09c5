import { EnvironmentError, UsageError } from '../../bytes/errors.js';
import type { ReadConfig } from '../../config/read-config.js';
import { answered } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { Connection } from '../../model/connection.js';
import { processIo, readConfigFile } from '../config/files.js';

/** The word of a connection in a configuration, and which of its tunnels. */
export interface Chosen {
  readonly config: ReadConfig;
  readonly connection: Connection;
  /** From 1. */
  readonly pair: number;
  /** Others that the same word fits. */
  readonly others: readonly string[];
}

/** Names of connections in a message. */
const MOST_NAMES = 12;

/**
 * Configurations that a connection may stand in: the file named, or those in the usual places.
 * @param local addresses that are ours
 * @throws UsageError where there is none; EnvironmentError where it may not be read
 */
export async function configurations(facts: HostFacts, path: string | undefined, local: readonly string[]): Promise<readonly ReadConfig[]> {
  const io = { ...processIo(), host: async () => facts.host };
  if (path !== undefined) {
    const first = await readable(readConfigFile(path, { local }, io));
    const stacks = answered(await facts.stacks()) ?? [];
    // Where its words leave it open whose file it is: of what is installed here, if that is one.
    const candidates = stacks.flatMap(({ id, version }) =>
      id === 'openswan' || id === 'libreswan' || id === 'strongswan' ? [{ product: id, version }] : [],
    );
    // strongSwan has no ikev2=.
    const pluto = /^\s+ikev2\s*=/m.test(first.texts.get(first.file) ?? '');
    const open = !first.sure && first.product === 'libreswan' && !(pluto && candidates[0]?.product === 'strongswan');
    const product = !open || candidates.length !== 1 ? first.product : (candidates[0]?.product ?? first.product);
    const version = stacks.find(({ id }) => id === product)?.version;
    if (product === first.product && version === undefined) return [first];
    const known = product === 'openswan' || product === 'libreswan' || product === 'strongswan' ? { product } : {};
    return [await readConfigFile(path, { local, ...known, ...(version === undefined ? {} : { productVersion: version }) }, io)];
  }
  const { files, ipsecConfs } = await facts.configurations();
  const mains = files.filter(({ role, includedFrom }) => (role === 'ipsec.conf' || role === 'swanctl.conf') && includedFrom === undefined);
  if (mains.length === 0)
    throw new UsageError('there is no ipsec.conf and no swanctl.conf in the usual places', 'name the file: --config FILE');
  return Promise.all(
    mains.map(({ path: file }) => {
      const conf = ipsecConfs.find((one) => one.files[0] === file);
      const product = conf === undefined ? {} : { product: conf.product };
      const version = conf?.productVersion === undefined ? {} : { productVersion: conf.productVersion };
      return readable(readConfigFile(file, { local, ...product, ...version }, io));
    }),
  );
}

/** The same refusal with what to do here. */
async function readable(reading: Promise<ReadConfig>): Promise<ReadConfig> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof EnvironmentError) throw new EnvironmentError(error.message, 'only root may read it: sudo');
    throw error;
  }
}

/**
 * `NAME`, `NAME/CHILD`, or either with `/2` behind it: which pair of networks.
 * @throws UsageError
 */
export function choose(configs: readonly ReadConfig[], name: string, path: string | undefined): Chosen {
  const all = configs.flatMap((config) => config.connections.map((connection) => ({ config, connection })));
  const fitting = (word: string) => {
    const exact = all.filter(({ connection }) => connection.name === word);
    const children = exact.length > 0 ? exact : all.filter(({ connection }) => connection.name.startsWith(`${word}/`));
    return children.length > 0 ? children : all.filter(({ connection }) => connection.name.endsWith(`/${word}`));
  };
  const [, word = name, number] = /^(.+)\/(\d{1,4})$/.exec(name) ?? [];
  const whole = fitting(name);
  const found = whole.length > 0 || number === undefined ? whole : fitting(word);
  const [first, ...others] = found;
  if (first === undefined) {
    const names = all.map(({ connection }) => connection.name);
    const more = names.length > MOST_NAMES ? `, … (${names.length})` : '';
    throw new UsageError(
      `no connection ${name} in ${path ?? configs.map(({ file }) => file).join(', ')}`,
      names.length === 0 ? 'there is none at all' : `there are ${names.slice(0, MOST_NAMES).join(', ')}${more}`,
    );
  }
  const elsewhere = others.filter(({ config }) => config !== first.config);
  if (elsewhere.length > 0)
    throw new UsageError(
      `${name} stands in ${[...new Set(found.map(({ config }) => config.file))].join(' and ')}`,
      'say which with --config FILE',
    );
  return {
    ...first,
    pair: whole.length > 0 || number === undefined ? 1 : Math.max(Number(number), 1),
    others: others.map(({ connection }) => connection.name).slice(0, MOST_NAMES),
  };
}
