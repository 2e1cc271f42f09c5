import { UsageError } from '../../bytes/errors.js';
import type { CommonSettings, Compression, KeepaliveSettings } from '../../engine/openvpn/settings.js';
import {
  type OpenvpnCipher,
  type OpenvpnDigest,
  openvpnCipher,
  openvpnCiphers,
  openvpnDigest,
  openvpnDigests,
} from '../../keymat/openvpn-algorithms.js';
import { parseAddressBytes } from '../../wire/ip/address.js';
import { USUAL_MTU } from '../../wire/ip/sizes.js';
import type { OpenvpnProfile } from './profile.js';

const LEAST_TUN_MTU = 100;
const MOST_MTU = 65_535;
const MOST_SECONDS = 1_000_000_000;
/** `ping-restart` of a client that pulls, seconds, where nobody says otherwise. */
const PULL_TIMEOUT = 120;
/** Ciphers of a static key without `cipher` (`options.c`, `options_postprocess_cipher`). */
const CLASSIC_CIPHER = 'BF-CBC';

/** Those of both modes. @throws UsageError with the line that is wrong */
export function commonSettings(profile: OpenvpnProfile, protocol: 'udp' | 'tcp', isServer: boolean): CommonSettings {
  const { config } = profile;
  for (const name of ['dev', 'dev-type', 'proto', 'ping', 'ping-restart', 'ping-exit']) profile.all(name);
  const ifconfig = profile.last('ifconfig');
  const [local, remoteOrNetmask] = ifconfig?.args ?? [];
  if (ifconfig !== undefined && (!isAddress(local) || !isAddress(remoteOrNetmask)))
    throw profile.wrong(ifconfig, 'two addresses are wanted: ours and the peer’s (tun), or ours and the netmask (tap, topology subnet)');
  const ipv6 = profile.last('ifconfig-ipv6');
  const [localIpv6, remoteIpv6] = ipv6?.args ?? [];
  const topology = profile.last('topology');
  const fragment = profile.number('fragment', 68, MOST_MTU);
  const mssfix = profile.number('mssfix', 0, MOST_MTU);
  const exit = profile.last('explicit-exit-notify');
  return {
    protocol,
    device: config.deviceType === 'tap' ? 'tap' : 'tun',
    topology: topologyOf(profile, topology?.args[0]),
    ...(local === undefined || remoteOrNetmask === undefined ? {} : { ifconfig: { local, remoteOrNetmask } }),
    ...(localIpv6 === undefined || remoteIpv6 === undefined ? {} : { ifconfigIpv6: { local: localIpv6, remote: remoteIpv6 } }),
    cipher: cipherOf(profile),
    auth: authOf(profile),
    compression: compressionOf(profile),
    keepalive: keepaliveOf(profile, isServer),
    tunMtu: profile.number('tun-mtu', LEAST_TUN_MTU, MOST_MTU) ?? USUAL_MTU,
    ...(fragment === undefined ? {} : { fragment }),
    ...(mssfix === undefined ? {} : { mssfix }),
    explicitExitNotify: exit === undefined || protocol === 'tcp' ? 0 : (profile.number('explicit-exit-notify', 0, 1000) ?? 1),
    mtuTest: profile.has('mtu-test'),
  };
}

function topologyOf(profile: OpenvpnProfile, word: string | undefined): CommonSettings['topology'] {
  switch (word) {
    case undefined:
    case 'net30':
      return 'net30';
    case 'p2p':
    case 'subnet':
      return word;
    default:
      throw new UsageError(`${profile.config.file}: topology ${word}`, 'net30, p2p or subnet');
  }
}

function cipherOf(profile: OpenvpnProfile): OpenvpnCipher | undefined {
  const word = profile.word('cipher') ?? (profile.config.role === 'static-key' ? CLASSIC_CIPHER : undefined);
  return word === undefined || word.toLowerCase() === 'none' ? undefined : namedCipher(word, 'cipher');
}

/** @throws UsageError for one that we do not have */
export function namedCipher(word: string, option: string): OpenvpnCipher {
  const cipher = openvpnCipher(word);
  if (cipher === undefined) {
    throw new UsageError(`${option} ${word}: no such cipher is known here`, `known: ${openvpnCiphers.map(({ name }) => name).join(', ')}`);
  }
  return cipher;
}

function authOf(profile: OpenvpnProfile): OpenvpnDigest | undefined {
  const word = profile.word('auth') ?? 'SHA1';
  if (word.toLowerCase() === 'none') return undefined;
  const digest = openvpnDigest(word.replace(/^RSA-/i, '').replace(/^SHA-(?=\d)/i, 'SHA'));
  if (digest === undefined)
    throw new UsageError(`auth ${word}: no such digest is known here`, `known: ${openvpnDigests.map(({ name }) => name).join(', ')}`);
  return digest;
}

/** `comp-lzo` and `compress`: the last of the two. Compressing what goes out is off unless `allow-compression yes`, as in OpenVPN 2.5 and later. */
function compressionOf(profile: OpenvpnProfile): Compression {
  const [lzo, compress] = [profile.last('comp-lzo'), profile.last('compress')];
  const compressOut = profile.word('allow-compression') === 'yes' && lzo?.args[0] !== 'no';
  if (compress === undefined || (lzo !== undefined && lzo.line > compress.line))
    return { framing: lzo === undefined ? 'none' : 'lzo', compressOut };
  const [word = 'stub'] = compress.args;
  switch (word) {
    case 'stub':
      return { framing: 'stub', compressOut: false };
    case 'migrate':
      return { framing: 'none', compressOut: false, migrate: true };
    case 'lzo':
    case 'lz4':
    case 'lz4-v2':
    case 'stub-v2':
      return { framing: word, compressOut };
    default:
      throw profile.wrong(compress, `${word} is no way to compress`, 'lzo, lz4, lz4-v2, stub, stub-v2, migrate');
  }
}

function keepaliveOf(profile: OpenvpnProfile, isServer: boolean): KeepaliveSettings {
  // A server waits twice as long, so that the client restarts first.
  const ping = profile.number('keepalive', 1, MOST_SECONDS) ?? profile.number('ping', 0, MOST_SECONDS) ?? 0;
  const restart = profile.number('keepalive', 1, MOST_SECONDS, 1);
  const timeout =
    (restart === undefined ? undefined : isServer ? 2 * restart : restart) ??
    profile.number('ping-restart', 0, MOST_SECONDS) ??
    profile.number('ping-exit', 0, MOST_SECONDS) ??
    (profile.config.role === 'client' ? PULL_TIMEOUT : 0);
  return { ping, timeout };
}

function isAddress(word: string | undefined): word is string {
  return word !== undefined && parseAddressBytes(word) !== undefined;
}
