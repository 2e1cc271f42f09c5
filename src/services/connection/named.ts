import { readdirSync, readFileSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError, UsageError } from '../../bytes/errors.js';
import { readError } from '../../bytes/file-error.js';
import { type ConfigEnd, productNames } from '../../config/effective/config-end.js';
import { secretHider } from '../../config/hide-secrets.js';
import { endOf, type ReadConfig } from '../../config/read-config.js';
import { answered, type Host } from '../../host/host.js';
import { HostFacts } from '../../host/host-facts.js';
import type { Stack } from '../../host/linux/stacks.js';
import type { Connection, Sourced } from '../../model/connection.js';
import type { ConnectionHead } from '../../report/connection-head.js';
import { findRoute } from '../../transport/route.js';
import { parseAddressBytes } from '../../wire/ip/address.js';
import { processIo, readConfigFile } from '../config/files.js';
import type { PoolFlags, TunnelFlags } from '../settings/flags.js';
import type { CredentialFiles } from './credentials.js';
import { connectionFlags, type WayFlags } from './flags.js';
import { mirroredConnection } from './mirrored.js';

/** Flags that name a connection of a gateway's own configuration. */
export interface ConnectionNameFlags {
  readonly conn?: string;
  readonly config?: string;
  readonly ikev2?: boolean;
  /** `serve`: as the other end of it. */
  readonly asPeer?: boolean;
}

/** The flags of a command with what the connection says put in where the command line says nothing. */
export interface NamedConnection<F> {
  readonly flags: F;
  /** The peer's name or address; empty for a responder that takes anybody. */
  readonly host: string;
  /** An address of this host that the connection names for our end. */
  readonly source: string | undefined;
  readonly head: ConnectionHead;
}

export interface NamedConnectionOptions {
  readonly role: 'initiator' | 'responder';
  /** As given on the command line. */
  readonly host?: string;
  /** As given: which address of ours it is about. */
  readonly source?: string;
}

/** The word of a connection in a configuration, and which of its tunnels. */
interface Chosen {
  readonly config: ReadConfig;
  readonly connection: Connection;
  /** From 1. */
  readonly pair: number;
  /** Others that the same word fits. */
  readonly others: readonly string[];
}

/** Names of connections in a message. */
const MOST_NAMES = 12;
/** Files of keys are small; a folder that holds more of them is none. */
const MOST_BYTES = 1 << 20;
const MOST_FILES = 200;

/**
 * Reads the connection that `--conn` names, from `--config` or the usual places of this host, and makes flags of it; what the command
 * line says wins.
 * @throws UsageError with the names that there are; EnvironmentError where files may not be read
 */
export async function namedConnection<F extends TunnelFlags & Partial<PoolFlags> & WayFlags & ConnectionNameFlags>(
  flags: F,
  { role, host: named, source }: NamedConnectionOptions,
): Promise<NamedConnection<F>> {
  const name = flags.conn ?? '';
  const here = addressesHere();
  const facts = new HostFacts(await processIo().host());
  const configs = await configurations(facts, flags.config, source === undefined ? here : [source]);
  const { config, connection: found, pair, others } = choose(configs, name, flags.config);
  const connection = flags.asPeer === true ? mirroredConnection(found) : found;
  const end: ConfigEnd = { ...endOf(config, connection), connection };
  const peer = named ?? firstAddress(connection.remote.addresses);
  if (peer === undefined && role === 'initiator')
    throw new UsageError(
      `${connection.name} takes any peer: its address does not stand in ${connection.file}`,
      `name it: vpndoctor probe peer HOST --conn ${name}`,
    );
  const own = connection.local.addresses.map(({ value }) => value).find((value) => here.includes(value));
  const ownProof = [flags.psk, flags.pskFile, flags.pskPrompt, flags.key, flags.eapUser, flags.xauthUser, flags.nullAuth].some(
    (flag) => flag !== undefined,
  );
  if (!ownProof) await mustReadSecrets(end, config.file);
  const version = flags.ikev1 === true || flags.aggressive === true ? 'ikev1' : flags.ikev2 === true ? 'ikev2' : undefined;
  const read = connectionFlags(end, {
    role,
    main: config.file,
    files: systemFiles,
    addresses: { local: source ?? own ?? (await sourceTo(peer)), remote: peer === undefined ? undefined : await addressFor(peer) },
    pair,
    ownProof: ownProof || flags.cert.length > 0,
    ...(version === undefined ? {} : { version }),
  });
  const hide = secretHider(config.texts.values());
  const several = others.length === 0 ? [] : [`${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} there too: --conn names one`];
  const literal = connection.local.addresses.map(({ value }) => value).find((value) => parseAddressBytes(value) !== undefined);
  const away =
    own === undefined && literal !== undefined && source === undefined && role === 'initiator'
      ? [`${literal}, our end there, is no address of this host: we send from another one`]
      : [];
  return {
    flags: merged(flags, read.flags),
    host: peer ?? '',
    source: own,
    head: {
      name: connection.name,
      file: connection.file,
      line: connection.line,
      product: `${productNames[config.product]}${config.version === undefined ? '' : ` ${config.version}`}${flags.asPeer === true ? ', as its peer' : ''}`,
      rows: [
        {
          label: 'peer',
          value: peer ?? 'any',
          important: true,
          ...placeOf(named === undefined ? connection.remote.addresses[0] : undefined),
        },
        ...read.rows.map((row) => ({ ...row, value: hide(row.value) })),
      ],
      notes: [...several, ...away, ...(role === 'initiator' ? besideDaemon(await facts.runningStacks()) : []), ...read.notes].map(hide),
    },
  };
}

/** Only whom a connection is with, and from which address of ours. @throws UsageError, EnvironmentError */
export async function connectionPeer(
  name: string,
  path: string | undefined,
): Promise<{ readonly host: string; readonly source: string | undefined }> {
  const here = addressesHere();
  const facts = new HostFacts(await processIo().host());
  const { connection } = choose(await configurations(facts, path, here), name, path);
  const host = firstAddress(connection.remote.addresses);
  if (host === undefined)
    throw new UsageError(
      `${connection.name} takes any peer: its address does not stand in ${connection.file}`,
      'name it: HOST instead of --conn',
    );
  return { host, source: connection.local.addresses.map(({ value }) => value).find((value) => here.includes(value)) };
}

/** Two ends with one identity: a peer that keeps one tunnel for each (`uniqueids`, `unique`) ends the other. */
function besideDaemon(running: readonly Stack[]): readonly string[] {
  const daemon = running.find(({ id }) => id !== 'openvpn');
  return daemon === undefined
    ? []
    : [`${daemon.name} runs here: while its tunnel is up, the peer may end it for ours, which says the same identity`];
}

/** What the command line says wins; of two things that exclude each other, it leaves the file's away. */
function merged<F extends TunnelFlags>(flags: F, from: Partial<TunnelFlags> & WayFlags): F {
  const said = Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
  const excluded: ReadonlySet<string> = new Set([
    ...(flags.esp === undefined ? [] : ['ah']),
    ...(flags.ah === undefined ? [] : ['esp', 'forceEncap']),
    ...(flags.child ? [] : ['localTs', 'remoteTs']),
  ]);
  const kept = Object.fromEntries(Object.entries(from).filter(([key]) => !excluded.has(key)));
  return { ...flags, ...kept, ...said };
}

async function configurations(facts: HostFacts, path: string | undefined, local: readonly string[]): Promise<readonly ReadConfig[]> {
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
function choose(configs: readonly ReadConfig[], name: string, path: string | undefined): Chosen {
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

/** @throws EnvironmentError where the secrets are in a file that only root may read */
async function mustReadSecrets({ connection, secrets }: ConfigEnd, main: string): Promise<void> {
  const wanted = [...connection.local.auth, ...connection.remote.auth].some(
    ({ value }) => value === 'psk' || value === 'eap' || value === 'xauth',
  );
  if (secrets !== undefined || !wanted) return;
  const host: Host = await processIo().host();
  for (const name of [`${basename(main).replace(/\.conf$/, '')}.secrets`, 'ipsec.secrets']) {
    const path = join(dirname(main), name);
    const answer = await host.readFile(path);
    if (!answer.ok && answer.reason === 'denied')
      throw new EnvironmentError(`${path}: only root may read the secrets`, 'sudo; or --psk-file with the secret alone');
  }
}

/** The first that is one: `%any`, networks and ranges are not. */
function firstAddress(addresses: readonly Sourced<string>[]): string | undefined {
  return addresses.map(({ value }) => value).find((value) => !/^%|[/]|^0\.0\.0\.0$|^::$|^[\d.:a-f]+-[\d.:a-f]+$/i.test(value));
}

function addressesHere(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
}

/** Where we would send from; undefined where the peer is a name or there is no way to it. */
async function sourceTo(peer: string | undefined): Promise<string | undefined> {
  const address = peer === undefined ? undefined : await addressFor(peer);
  if (address === undefined) return undefined;
  try {
    return (await findRoute(address)).source;
  } catch (error) {
    if (error instanceof EnvironmentError) return undefined;
    throw error;
  }
}

async function addressFor(peer: string): Promise<string | undefined> {
  if (parseAddressBytes(peer) !== undefined) return peer;
  const { lookup } = await import('node:dns/promises');
  try {
    return (await lookup(peer)).address;
  } catch {
    // The probe itself says so in its first step.
    return undefined;
  }
}

function placeOf(from: Sourced<string> | undefined): { readonly place?: { readonly file: string; readonly line: number } } {
  return from === undefined || from.line === 0 ? {} : { place: { file: from.file, line: from.line } };
}

const systemFiles: CredentialFiles = {
  list(folder) {
    return (
      attempt(folder, () =>
        readdirSync(folder)
          .toSorted()
          .slice(0, MOST_FILES)
          .map((name) => join(folder, name)),
      ) ?? []
    );
  },
  read(path) {
    return attempt(path, () => {
      const stats = statSync(path);
      return stats.isFile() && stats.size <= MOST_BYTES ? readFileSync(path) : undefined;
    });
  },
};

function attempt<T>(path: string, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw readError(path, path, error, { denied: 'only root may: sudo' });
  }
}
