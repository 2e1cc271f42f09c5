import type { OpenvpnCipher } from '../../keymat/openvpn-algorithms.js';
import type { TlsSettings } from './settings.js';

/** Bits of IV_PROTO (`ssl.h`). */
export const IV_PROTO = {
  DATA_V2: 1 << 1,
  REQUEST_PUSH: 1 << 2,
  TLS_KEY_EXPORT: 1 << 3,
  AUTH_PENDING_KW: 1 << 4,
  NCP_P2P: 1 << 5,
  CC_EXIT_NOTIFY: 1 << 7,
  AUTH_FAIL_TEMP: 1 << 8,
  DYN_TLS_CRYPT: 1 << 9,
  DATA_EPOCH: 1 << 10,
} as const;

const FOR_ALL = IV_PROTO.DATA_V2 | IV_PROTO.TLS_KEY_EXPORT | IV_PROTO.CC_EXIT_NOTIFY | IV_PROTO.DYN_TLS_CRYPT | IV_PROTO.DATA_EPOCH;
const FOR_CLIENTS = IV_PROTO.REQUEST_PUSH | IV_PROTO.AUTH_PENDING_KW | IV_PROTO.AUTH_FAIL_TEMP;
const MAX_LINES = 64;

/**
 * What we say of ourselves in key method 2 (`ssl.c`, `push_peer_info`): clients all, two ends that push nothing what they negotiate,
 * servers nothing. We call ourselves 2.7 because we have its epoch keys; updates of what was pushed (`PUSH_UPDATE`) are not among our bits.
 */
export function ourPeerInfo(settings: TlsSettings): string {
  if (settings.role === 'server' && settings.pushes) return '';
  const names = settings.dataCiphers.map(({ name }) => name);
  const both = names.includes('AES-128-GCM') && names.includes('AES-256-GCM');
  const lines = [
    'IV_VER=2.7.0',
    'IV_PLAT=linux',
    'IV_TCPNL=1',
    'IV_MTU=1600',
    ...(names.length > 0 && both ? ['IV_NCP=2'] : []),
    ...(names.length > 0 ? [`IV_CIPHERS=${names.join(':')}`] : []),
    `IV_PROTO=${protoOf(settings)}`,
    ...(settings.pushes ? ['IV_LZO=1', 'IV_LZ4=1', 'IV_LZ4v2=1', 'IV_COMP_STUB=1', 'IV_COMP_STUBv2=1', 'IV_GUI_VER=vpndoctor'] : []),
    ...settings.peerInfo,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Who negotiates no cipher (`ncp-disable`) negotiates nothing else either, as before 2.5. */
function protoOf({ dataCiphers, pushes }: TlsSettings): number {
  if (dataCiphers.length === 0) return IV_PROTO.DATA_V2;
  return FOR_ALL | (pushes ? FOR_CLIENTS : IV_PROTO.NCP_P2P);
}

/** What a peer said of itself. */
export interface PeerInfo {
  readonly lines: readonly string[];
  /** IV_PROTO; 0 when it says nothing. */
  readonly proto: number;
  /** IV_CIPHERS, or what IV_NCP=2 stands for; undefined: it negotiates no cipher. */
  readonly ciphers: readonly string[] | undefined;
  /** IV_MTU: a `tun-mtu` may be pushed. */
  readonly takesMtu: boolean;
  /** IV_COMP_STUBv2. */
  readonly takesStubV2: boolean;
}

export function readPeerInfo(text: string | undefined): PeerInfo {
  const lines = (text ?? '')
    .split('\n', MAX_LINES)
    .map((line) => line.slice(0, 512))
    .filter((line) => line !== '');
  const value = (name: string) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  const ncp = Number(value('IV_NCP') ?? 0) >= 2 ? ['AES-256-GCM', 'AES-128-GCM'] : undefined;
  const proto = Number(value('IV_PROTO') ?? 0);
  return {
    lines,
    proto: Number.isInteger(proto) && proto >= 0 && proto < 2 ** 31 ? proto : 0,
    ciphers: value('IV_CIPHERS')?.split(':') ?? ncp,
    takesMtu: value('IV_MTU') !== undefined,
    takesStubV2: value('IV_COMP_STUBv2') === '1',
  };
}

/** Epoch keys: the peer has them, and the cipher and the packets go with them (`multi.c`, `ssl_ncp.c`). */
export function epochsWith(proto: number, cipher: OpenvpnCipher | undefined): boolean {
  const needed = IV_PROTO.DATA_EPOCH | IV_PROTO.DATA_V2 | IV_PROTO.TLS_KEY_EXPORT;
  return (proto & needed) === needed && cipher?.kind === 'aead';
}

/** The first cipher of the first list that the second has. */
export function firstCommon(preferred: readonly OpenvpnCipher[], names: readonly string[]): OpenvpnCipher | undefined {
  const known = new Set(names.map((name) => name.toUpperCase()));
  return preferred.find(({ name }) => known.has(name));
}
