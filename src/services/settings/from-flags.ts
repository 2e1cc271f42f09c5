import { UsageError } from '../../bytes/errors.js';
import { Secret } from '../../bytes/secret.js';
import type { IkeSettings, LocalAuth, RemoteAuth } from '../../engine/ike/settings.js';
import { phase1Proposals } from '../../engine/ikev1/phase1-suite.js';
import type { Certificate } from '../../host/certificates.js';
import type { Patience, SettingsWithoutPaths, TunnelSettings } from '../../probes/ike/target.js';
import { vpndoctorVersion } from '../version.js';
import { childOf } from './child.js';
import {
  type AskSecret,
  type OwnKey,
  readCertificates,
  readOwnKey,
  readPeerKeys,
  readRevocationLists,
  readSharedSecret,
  secretLine,
} from './credentials.js';
import { eapClient, eapServer } from './eap.js';
import type { PoolFlags, TunnelFlags } from './flags.js';
import { parseIdentity } from './identity.js';
import { asGateway, ikev1Of, refuseInIkev1 } from './ikev1.js';
import { lifetimesOf } from './lifetimes.js';
import { poolOf } from './pool.js';
import { DEFAULT_ESP, DEFAULT_ESPV1, DEFAULT_IKE, DEFAULT_IKEV1, ikeProposals } from './proposals.js';

/** Where secrets may be asked for, and where remarks go. */
export interface SettingsIo {
  readonly ask: AskSecret;
  warn(line: string): void;
}

const FACTOR = 1.8;
/** RFC 7383 §2.5.1 asks for 1280 bytes where the path is not known. */
const FRAGMENT_SIZE = 1280;
const SMALLEST_FRAGMENT = 576;
const LARGEST_FRAGMENT = 65535;

/**
 * Settings of the end that begins.
 * @param family of the way to the peer: selectors that nobody named are everything in it
 * @throws UsageError
 */
export async function initiatorSettings(flags: TunnelFlags, family: 4 | 6, patience: Patience, io: SettingsIo): Promise<TunnelSettings> {
  refuseInIkev1(flags);
  const common = await commonSettings(flags, family, patience, io);
  const { own, secret } = common;
  const eap = eapClient(flags, own);
  const hybrid = flags.hybrid === true;
  if (hybrid && (own !== undefined || secret !== undefined))
    throw new UsageError('with --hybrid the gateway alone has a key', 'leave out --cert, --key and the pre-shared key');
  if (hybrid && flags.ca.length === 0 && (flags.peerKey ?? []).length === 0)
    throw new UsageError(
      '--hybrid without anything to know the gateway by: the password would go to anybody',
      'add --ca FILE or --peer-key FILE',
    );
  const proof = hybrid
    ? 'XAuth alone (hybrid)'
    : eap !== undefined
      ? `EAP as ${eap.identity ?? eap.username}`
      : own !== undefined
        ? own.certificates[0] === undefined
          ? 'raw public key'
          : `certificate of ${own.certificates[0].subject}`
        : secret !== undefined
          ? 'pre-shared key'
          : flags.nullAuth === true
            ? 'NULL authentication'
            : undefined;
  const localAuth: LocalAuth =
    eap !== undefined
      ? { method: 'eap', eap }
      : own !== undefined
        ? signature(own, flags)
        : secret !== undefined
          ? { method: 'psk', secret }
          : { method: 'null' };
  return {
    ...common.tunnel,
    ...(proof === undefined ? {} : { proof }),
    settings: {
      ...common.settings,
      localAuth,
      ...(flags.peerId === undefined ? {} : { askedId: parseIdentity(flags.peerId, '--peer-id') }),
      // A probe looks on even where it has nothing to check the peer with.
      remoteAuth: { ...common.remoteAuth, acceptUnverified: true },
      ...(flags.virtualIp === true ? { request: { ipv4: true, ipv6: true, dns: true, subnets: true } } : {}),
    },
  };
}

/**
 * Settings of the end that answers. It takes whatever its flags can check: the PSK, certificates of the authorities, EAP users.
 * @throws UsageError
 */
export async function responderSettings(
  flags: TunnelFlags & PoolFlags,
  family: 4 | 6,
  patience: Patience,
  io: SettingsIo,
): Promise<TunnelSettings> {
  const common = await commonSettings(flags, family, patience, io);
  const { own, secret } = common;
  if (own === undefined && secret === undefined && flags.nullAuth !== true) {
    throw new UsageError('nothing to authenticate with', 'a pre-shared key (--psk-file FILE), or a certificate (--cert FILE --key FILE)');
  }
  const eap = eapServer(flags, own);
  const pool = poolOf(flags);
  return {
    ...common.tunnel,
    ...asGateway(common.tunnel.ikev1, flags),
    settings: {
      ...common.settings,
      localAuth: own !== undefined ? signature(own, flags) : secret !== undefined ? { method: 'psk', secret } : { method: 'null' },
      remoteAuth: { ...common.remoteAuth, ...(eap === undefined ? {} : { eap }) },
      ...(pool === undefined ? {} : { pool }),
    },
  };
}

interface Common {
  readonly settings: Omit<SettingsWithoutPaths, 'localAuth' | 'remoteAuth'>;
  readonly remoteAuth: RemoteAuth;
  readonly tunnel: Omit<TunnelSettings, 'settings'>;
  readonly own: OwnKey | undefined;
  readonly secret: Secret | undefined;
}

async function commonSettings(flags: TunnelFlags & Partial<PoolFlags>, family: 4 | 6, patience: Patience, io: SettingsIo): Promise<Common> {
  const ikev1 = ikev1Of(flags);
  const words = {
    ike: flags.ike ?? (ikev1 === undefined ? DEFAULT_IKE : DEFAULT_IKEV1),
    esp: flags.esp ?? (ikev1 === undefined ? DEFAULT_ESP : DEFAULT_ESPV1),
  };
  const ike = ikeProposals(words.ike);
  if (ikev1 !== undefined && phase1Proposals(ike).length === 0)
    throw new UsageError(`--ike ${words.ike} cannot be said in IKEv1`, 'for example aes256-sha256-modp2048');
  const child = childOf(flags, words.esp, family, ike);
  const own = readOwnKey(flags);
  const secret = await readSharedSecret(flags, io.ask, io.warn);
  const authorities = readCertificates(flags.ca, '--ca');
  const rawKeys = readPeerKeys(flags.peerKey ?? []);
  const ppk = ppkOf(flags);
  const remoteAuth: RemoteAuth = {
    ids: flags.peerId === undefined ? [] : [parseIdentity(flags.peerId, '--peer-id')],
    secrets: secret === undefined ? [] : [{ secret }],
    authorities: authorities.filter(trusted).map(({ x509 }) => x509),
    intermediates: authorities.filter((...one) => !trusted(...one)).map(({ x509 }) => x509),
    revocationLists: readRevocationLists(flags.crl),
    rawKeys,
    allowNull: flags.nullAuth === true,
    acceptUnverified: false,
  };
  return {
    own,
    secret,
    remoteAuth,
    tunnel: {
      canVerify: secret !== undefined || authorities.length > 0 || rawKeys.length > 0,
      selectorsGiven: flags.localTs.length + flags.remoteTs.length > 0,
      childGiven: (flags.esp ?? flags.ah ?? flags.pfs) !== undefined,
      proposals: { ike: words.ike, child: flags.ah ?? words.esp },
      ...(ikev1 === undefined ? {} : { ikev1 }),
    },
    settings: {
      ikeProposals: ike,
      ...(flags.id === undefined ? {} : { localId: parseIdentity(flags.id, '--id') }),
      ...(child === undefined ? {} : { child }),
      encapsulation: flags.forceEncap === true ? 'force' : 'auto',
      fragmentSize: fragmentSize(flags.fragmentSize),
      mobike: flags.mobike === true,
      ...(ppk === undefined ? {} : { ppk }),
      vendorIds: [new TextEncoder().encode(`vpndoctor ${vpndoctorVersion()}`)],
      retransmit: { first: patience.first, factor: FACTOR, tries: triesWithin(patience) },
      lifetimes: lifetimesOf(flags),
      dpdDelay: 0,
    },
  };
}

/** Sendings whose waits fill the patience: each wait is `FACTOR` times that before. */
export function triesWithin({ first, patience }: Patience): number {
  let tries = 1;
  for (let sum = first, wait = first; sum < patience; tries++) {
    wait *= FACTOR;
    sum += wait;
  }
  return tries;
}

/** An anchor is what nobody above it has to vouch for. */
function trusted({ isSelfSigned }: Certificate, _index: number, all: readonly Certificate[]): boolean {
  return isSelfSigned || !all.some((other) => other.isSelfSigned);
}

function signature(own: OwnKey, flags: TunnelFlags): LocalAuth {
  return {
    method: 'signature',
    key: own.key,
    certificates: own.certificates.map(({ x509 }) => new Uint8Array(x509.raw)),
    ...(own.certificates.length === 0 ? { raw: true } : {}),
    ...(flags.signature === undefined ? {} : { scheme: flags.signature }),
  };
}

function ppkOf({ ppkId, ppkFile, ppkOptional, held }: TunnelFlags): IkeSettings['ppk'] {
  if (ppkId === undefined && ppkFile === undefined) {
    if (ppkOptional === true) throw new UsageError('--ppk-optional without a PPK', 'add --ppk-id NAME --ppk-file FILE');
    return undefined;
  }
  if (ppkId !== undefined && ppkFile === undefined && held?.ppk !== undefined)
    return { id: ppkId, secret: held.ppk, mandatory: ppkOptional !== true };
  if (ppkId === undefined || ppkFile === undefined) throw new UsageError('a PPK has a name and a secret', '--ppk-id NAME --ppk-file FILE');
  return { id: ppkId, secret: new Secret(new TextEncoder().encode(secretLine(ppkFile, '--ppk-file'))), mandatory: ppkOptional !== true };
}

function fragmentSize(text: string | undefined): number {
  if (text === undefined) return FRAGMENT_SIZE;
  const size = Number(text);
  if (size === 0 && text.trim() !== '') return 0;
  if (!Number.isInteger(size) || size < SMALLEST_FRAGMENT || size > LARGEST_FRAGMENT) {
    throw new UsageError(
      `--fragment-size ${text} is not a size in bytes`,
      `${SMALLEST_FRAGMENT} to ${LARGEST_FRAGMENT}, or 0 for no fragments`,
    );
  }
  return size;
}
