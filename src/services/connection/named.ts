import { basename, dirname, join } from 'node:path';
import { EnvironmentError, UsageError } from '../../bytes/errors.js';
import { type ConfigEnd, productNames } from '../../config/effective/config-end.js';
import { secretHider } from '../../config/hide-secrets.js';
import { endOf } from '../../config/read-config.js';
import type { Host } from '../../host/host.js';
import { HostFacts } from '../../host/host-facts.js';
import type { Stack } from '../../host/linux/stacks.js';
import type { Sourced } from '../../model/connection.js';
import type { ConnectionHead } from '../../report/connection-head.js';
import { parseAddressBytes } from '../../wire/ip/address.js';
import { processIo } from '../config/files.js';
import type { PoolFlags, TunnelFlags } from '../settings/flags.js';
import { addressesHere, addressFor, firstAddress, sourceTo } from './addresses.js';
import { choose, configurations } from './choose.js';
import { connectionFlags } from './flags.js';
import { mirroredConnection } from './mirrored.js';
import { systemFiles } from './system-files.js';
import type { WayFlags } from './way-flags.js';

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

function placeOf(from: Sourced<string> | undefined): { readonly place?: { readonly file: string; readonly line: number } } {
  return from === undefined || from.line === 0 ? {} : { place: { file: from.file, line: from.line } };
}
