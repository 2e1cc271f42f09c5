import type { OpenvpnCipher } from '../../keymat/openvpn-algorithms.js';
import { agreesOnTunMtu } from '../../wire/openvpn/tun-mtu.js';
import type { OptionDifference } from './happenings.js';
import type { OpenvpnSettings } from './settings.js';

/** Bytes that a packet grows by, whatever its cipher. */
const STATIC_PACKET_ID = 8;
const PACKET_ID = 4;
const OPCODE = 1;
const TCP_LENGTH = 2;
const FRAGMENT_HEADER = 4;
const ETHERNET_HEADER = 14;
/** Beside the header: VLAN tags and alignment, as the old sums have it. */
const ETHERNET_EXTRA = 18;
const AEAD_IV = 12;
const AEAD_TAG = 16;
/** Counted for GCM although it pads nothing; ChaCha20 counts as having blocks of one byte. */
const AES_BLOCK = 16;
/** `cipher` where none is given: it counts for the sizes, and is not announced where ciphers are negotiated. */
const BLOWFISH = { name: 'BF-CBC', block: 8, keyBits: 128 };

/**
 * Items that a TLS end of OpenVPN 2.6 does not mind (`options_warning_safe_scan2`): were they wrong, it would not have come so far; and
 * those that follow from a cipher that is negotiated.
 */
const PROVEN = new Set(['key-method', 'keydir', 'proto', 'tls-auth', 'tun-ipv6']);
const NEGOTIATED = new Set(['cipher', 'auth', 'keysize', 'link-mtu']);

/**
 * The options string that an end sends (`options.c`, `options_string`), or with `mirrored` that it expects of the other.
 * `V4,dev-type tun,link-mtu 1541,tun-mtu 1500,proto UDPv4,auth SHA1,keysize 128,key-method 2,tls-client`.
 */
export function optionsString(settings: OpenvpnSettings, mirrored: boolean): string {
  const { device, tunMtu, protocol, compression, fragment, auth } = settings;
  const tls = settings.mode === 'tls' ? settings : undefined;
  const pointToPoint = tls === undefined || !tls.pushes;
  const isServer = (settings.mode === 'static' ? settings.listens === true : settings.role === 'server') !== mirrored;
  const direction = keyDirection(settings);
  const cipher = namedCipher(settings);
  const items = [
    'V4',
    `dev-type ${device}`,
    `link-mtu ${linkMtu(settings)}`,
    `tun-mtu ${tunMtu}`,
    `proto ${protocol === 'udp' ? 'UDPv4' : isServer ? 'TCPv4_SERVER' : 'TCPv4_CLIENT'}`,
    ...(pointToPoint && settings.ifconfigIpv6 !== undefined ? ['tun-ipv6'] : []),
    ...(pointToPoint ? ifconfigItem(settings, mirrored) : []),
    ...(compression.framing === 'none' ? [] : ['comp-lzo']),
    ...(fragment === undefined ? [] : ['mtu-dynamic']),
    ...(direction === undefined ? [] : [`keydir ${mirrored ? 1 - direction : direction}`]),
    ...cipherItem(settings, pointToPoint),
    `auth ${cipher?.kind === 'aead' || auth === undefined ? '[null-digest]' : auth.name}`,
    `keysize ${cipher === undefined ? (tls === undefined ? 0 : BLOWFISH.keyBits) : cipher.keyLength * 8}`,
    ...(tls === undefined ? ['secret'] : []),
    ...(tls?.wrapping.kind === 'tls-auth' ? ['tls-auth'] : []),
    ...(tls === undefined ? [] : ['key-method 2', isServer ? 'tls-server' : 'tls-client']),
  ];
  return items.join(',');
}

/** Items of the peer's string that are not what we expect, and what only one end has. */
export function compareOptions(settings: OpenvpnSettings, theirs: string): readonly OptionDifference[] {
  const expected = itemsOf(optionsString(settings, true));
  const ours = itemsOf(optionsString(settings, false));
  const said = itemsOf(theirs);
  const negotiated = settings.mode === 'tls' && settings.dataCiphers.length > 0;
  // What has nothing in front of its packets goes with an end that frames nothing.
  const harmless = settings.compression.framing === 'stub-v2' || settings.compression.migrate === true ? 'comp-lzo' : undefined;
  return [...new Set([...expected.keys(), ...said.keys()])].flatMap((option) => {
    const [wanted, their] = [expected.get(option), said.get(option)];
    if (wanted === their) return [];
    const agrees = option === 'tun-mtu' && agreesOnTunMtu(settings.device, wanted?.split(' ')[1], their?.split(' ')[1]);
    const our = ours.get(option);
    return [
      {
        option,
        ...(our === undefined ? {} : { ours: our }),
        ...(their === undefined ? {} : { theirs: their }),
        negotiable:
          agrees || option === harmless || (settings.mode === 'tls' && (PROVEN.has(option) || (negotiated && NEGOTIATED.has(option)))),
      },
    ];
  });
}

/** Cipher that a peer's options string names, by OpenVPN's name. */
export function announcedCipher(options: string): string | undefined {
  return itemsOf(options).get('cipher')?.slice('cipher '.length);
}

/** By option; what has no name of its own (`tls-client`, `tls-server`) is one option. */
function itemsOf(text: string): ReadonlyMap<string, string> {
  const items = text
    .split(',')
    .slice(0, 64)
    .filter((item) => item !== '' && !/^V\d/.test(item));
  return new Map(items.map((item) => [optionOf(item), item]));
}

function optionOf(item: string): string {
  const name = item.split(' ', 1)[0] ?? item;
  return name === 'tls-client' || name === 'tls-server' ? 'tls-client or tls-server' : name;
}

function keyDirection(settings: OpenvpnSettings): 0 | 1 | undefined {
  if (settings.mode === 'static') return settings.direction;
  return settings.wrapping.kind === 'tls-auth' ? settings.wrapping.direction : undefined;
}

/** Network addresses, so that both ends say the same (`ifconfig_options_string`). */
function ifconfigItem({ ifconfig, device, topology }: OpenvpnSettings, mirrored: boolean): readonly string[] {
  if (ifconfig === undefined) return [];
  const { local, remoteOrNetmask } = ifconfig;
  if (device === 'tap' || topology === 'subnet') return [`ifconfig ${masked(local, remoteOrNetmask)} ${remoteOrNetmask}`];
  // What is sent is how the peer's looks like: the peer's address first.
  return [`ifconfig ${mirrored ? `${local} ${remoteOrNetmask}` : `${remoteOrNetmask} ${local}`}`];
}

function masked(address: string, netmask: string): string {
  const mask = netmask.split('.');
  return address
    .split('.')
    .map((part, i) => Number(part) & Number(mask[i]))
    .join('.');
}

/** `data-ciphers-fallback` takes the place of `cipher`. */
export function namedCipher(settings: OpenvpnSettings): OpenvpnCipher | undefined {
  return (settings.mode === 'tls' ? settings.dataCiphersFallback : undefined) ?? settings.cipher;
}

/** Who negotiates ciphers does not announce one that it would not take. */
function cipherItem(settings: OpenvpnSettings, pointToPoint: boolean): readonly string[] {
  const cipher = namedCipher(settings);
  if (settings.mode === 'static') return [`cipher ${cipher?.name ?? '[null-cipher]'}`];
  const { dataCiphers } = settings;
  if (!pointToPoint && dataCiphers.length > 0 && (cipher === undefined || !dataCiphers.includes(cipher))) return [];
  return [`cipher ${cipher?.name ?? BLOWFISH.name}`];
}

/** Bytes of the largest packet on the wire, without IP and UDP headers, as releases before 2.6 counted (`calc_options_string_link_mtu`). */
function linkMtu(settings: OpenvpnSettings): number {
  const { tunMtu, device, fragment, compression, protocol, auth, mode } = settings;
  const payload =
    tunMtu +
    (device === 'tap' ? ETHERNET_HEADER + ETHERNET_EXTRA : 0) +
    (fragment === undefined ? 0 : FRAGMENT_HEADER) +
    (['lzo', 'stub', 'lz4'].includes(compression.framing) ? 1 : 0);
  const header = (protocol === 'tcp' ? TCP_LENGTH : 0) + (mode === 'tls' ? OPCODE + PACKET_ID : STATIC_PACKET_ID);
  const cipher = namedCipher(settings);
  const hmac = auth?.length ?? 0;
  if (cipher === undefined) return payload + header + hmac + (mode === 'tls' ? 2 * BLOWFISH.block : 0);
  if (cipher.kind === 'cbc') return payload + header + hmac + 2 * cipher.cipher.blockSize;
  return payload + header + AEAD_IV + AEAD_TAG + (cipher.name.endsWith('GCM') ? AES_BLOCK : 1);
}
