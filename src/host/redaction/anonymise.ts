import type { BundleAnswers, Recorded } from '../bundle.js';
import { AddressMap, ipv4Number, ipv4Text } from './address-map.js';
import { NameMap } from './name-map.js';

/** What stands for what: shown to the owner, never part of a bundle. */
export interface Replaced {
  readonly from: string;
  readonly to: string;
}

export interface Anonymised {
  readonly answers: BundleAnswers;
  /** Certificates and revocation lists that are not in it any more: files, and blocks within files. */
  readonly leftOut: number;
  readonly replaced: readonly Replaced[];
  /** A path or another short text, in the same way. */
  rewrite(text: string): string;
}

const IPV4 = String.raw`(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d|\w)`;
const IPV6 = String.raw`(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?!\.?\w|:)`;
const MASK = String.raw`255(?:\.(?:255|254|252|248|240|224|192|128|0)){3}`;

/** The forms in which addresses stand: the longer ones first, since a network must end in zeros where it did. */
const addressForms = new RegExp(
  [
    String.raw`(?<json>"addr":\s*"(?<jsonAddress>[0-9a-f.:]+)",\s*"len":\s*(?<jsonLength>\d{1,3}))`,
    String.raw`(?<mac>(?<![\w:])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![\w:]))`,
    String.raw`(?<from>${IPV4})(?<between>\s*-\s*)(?<to>${IPV4})`,
    String.raw`(?<network>${IPV4}|${IPV6})/(?<length>\d{1,3})(?![\d.])`,
    String.raw`(?<masked>${IPV4})(?<space>[ \t/]+|[ \t]+netmask[ \t]+)(?<mask>${MASK})(?![\d.])`,
    `(?<single>${IPV4}|${IPV6})`,
  ].join('|'),
  'gi',
);

/** Frames of what cannot be rewritten: a signature stands over the names in it. */
const signed = /-----BEGIN ((?:TRUSTED |X509 )?(?:CERTIFICATE|X509 CRL|CRL)|PKCS7|CERTIFICATE REQUEST)-----/;
const signedBlock = new RegExp(`(${signed.source})([\\s\\S]*?)(-----END \\2-----|$(?![\\s\\S]))`, 'g');

/**
 * Replaces addresses and names, the same by the same everywhere: in contents, in paths and in command lines. Certificates are left out.
 * @param names what else names somebody: identities, users, names of peers and of this host
 * @param connections names of connections, which stand in configurations alone; those of files stay, which other files name
 */
export function anonymiseAnswers(
  answers: BundleAnswers,
  names: readonly string[],
  connections: readonly string[] = [],
  addresses: AddressMap = new AddressMap(),
): Anonymised {
  const replaced = new Map<string, string>();
  const named = new NameMap(
    names,
    Object.entries(answers.files).flatMap(([path, file]) => (isConfiguration(path) && 'value' in file ? [file.value] : [])),
    connections,
  );
  const bases = knownNetworks(answers);
  const note = (from: string, to: string) => {
    if (from !== to) replaced.set(from, to);
    return to;
  };
  const replaceAddresses = (text: string) =>
    text.replace(addressForms, (all, ...rest) => {
      const groups = rest.at(-1) as Record<string, string | undefined>;
      const {
        json,
        jsonAddress = '',
        jsonLength,
        mac,
        from,
        between = '',
        to = '',
        network,
        length,
        masked,
        space = '',
        mask = '',
        single = '',
      } = groups;
      if (json !== undefined) return json.replace(jsonAddress, note(jsonAddress, addresses.replacePrefix(jsonAddress, Number(jsonLength))));
      if (mac !== undefined) return note(mac, addresses.replaceMac(mac));
      if (from !== undefined) return replaceRange(addresses, from, between, to);
      if (network !== undefined) return `${note(network, addresses.replacePrefix(network, Number(length)))}/${length}`;
      if (masked !== undefined) return `${note(masked, addresses.replacePrefix(masked, maskLength(mask)))}${space}${mask}`;
      const base = bases.get(single);
      return note(single, base === undefined ? addresses.replace(single) : addresses.replacePrefix(single, base)) || all;
    });
  const everywhere = (text: string) => named.replace(replaceAddresses(text));
  const contents = (text: string, path: string) => {
    if (path === '/proc/sys/kernel/hostname') return `${named.replaceWhole(text.trim())}\n`;
    if (/^\/proc\/net\/(?:tcp|udp|raw|if_inet|route)/.test(path)) return replaceHex(text, path, addresses);
    return everywhere(isConfiguration(path) ? named.replaceWords(text.replace(signedBlock, leaveOut)) : text);
  };
  // Each line of the journal names the host, behind the time.
  const lines = (text: string, command: string) =>
    command.startsWith('journalctl ')
      ? text.replace(/^(\w{3} [ \d]\d [\d:]+ )(\S+)/gm, (_, time: string, host: string) => time + named.replaceWhole(host))
      : text;
  const table = <T>(from: Readonly<Record<string, Recorded<T>>>, turn: (value: T, key: string) => T) => rewrite(from, everywhere, turn);
  const files = Object.fromEntries(
    Object.entries(answers.files).map(([path, file]): [string, Recorded<string>] => [
      path,
      'value' in file && isCertificate(file.value) ? leftOut : file,
    ]),
  );
  const texts = Object.values(answers.files).flatMap((file) => ('value' in file ? [file.value] : []));
  return {
    leftOut: texts.reduce((sum, text) => sum + (isCertificate(text) ? 1 : (text.match(signedBlock) ?? []).length), 0),
    answers: {
      files: table(files, contents),
      directories: table(answers.directories, (list) => list.map(everywhere)),
      links: table(answers.links, everywhere),
      stats: table(answers.stats, (stat) => stat),
      commands: table(answers.commands, (output, command) => ({
        ...output,
        stdout: everywhere(lines(output.stdout, command)),
        stderr: everywhere(output.stderr),
      })),
    },
    rewrite: everywhere,
    replaced: [...new Map([...replaced, ...named.used])].map(([from, to]) => ({ from, to })).sort((a, b) => (a.from < b.from ? -1 : 1)),
  };
}

const isConfiguration = (path: string) => !/^\/(?:proc|sys|lib|usr)\//.test(path);

/** A file that is a certificate and no configuration with one inside. */
const isCertificate = (text: string) => signed.test(text) && !/^\s*<(?:ca|cert|extra-certs|crl-verify)>/m.test(text);

const leftOut = { reason: 'not-collected', message: 'left out by --anonymise: a certificate cannot be rewritten' } as const;

const leaveOut = (_: string, begin: string, _kind: string, body: string, end: string) =>
  begin + body.replace(/[^\r\n]+/g, '[left out]') + end;

/** Networks that are shorter than what stays of an address: their base is known wherever it stands alone. */
function knownNetworks(answers: BundleAnswers): ReadonlyMap<string, number> {
  const known = new Map<string, number>();
  const texts = [
    ...Object.entries(answers.files).flatMap(([path, file]) => (isConfiguration(path) && 'value' in file ? [file.value] : [])),
    ...Object.values(answers.commands).flatMap((output) => ('value' in output ? [output.value.stdout] : [])),
  ];
  const form = new RegExp(String.raw`(${IPV4})(?:/(\d{1,2})(?![\d.])|[ \t/]+(?:netmask[ \t]+)?(${MASK}))`, 'g');
  for (const text of texts) {
    for (const [, address = '', length, mask] of text.matchAll(form)) {
      const bits = length === undefined ? maskLength(mask ?? '') : Number(length);
      const isBase = (ipv4Number(address) & (2 ** (32 - bits) - 1)) === 0;
      if (bits >= 8 && bits < 24 && isBase) known.set(address, Math.min(bits, known.get(address) ?? 32));
    }
  }
  return known;
}

const maskLength = (mask: string) => ipv4Number(mask).toString(2).replaceAll('0', '').length;

/** A range that is a whole block stays one; another keeps its order. */
function replaceRange(addresses: AddressMap, from: string, between: string, to: string): string {
  const [first, last] = [ipv4Number(from), ipv4Number(to)];
  const length = Math.clz32(first ^ last);
  const size = 2 ** (32 - length);
  if (length < 32 && first % size === 0 && last === first + size - 1) {
    const base = ipv4Number(addresses.replacePrefix(from, length));
    return `${ipv4Text(base)}${between}${ipv4Text((base + size - 1) >>> 0)}`;
  }
  const [low = '', high = ''] = [addresses.replace(from), addresses.replace(to)].sort((a, b) => ipv4Number(a) - ipv4Number(b));
  return `${low}${between}${high}`;
}

/** The tables of /proc/net: IPv4 in host order, IPv6 by words in host order, in if_inet6 as written. */
function replaceHex(text: string, path: string, addresses: AddressMap): string {
  const bytes = (hex: string) => hex.match(/../g) ?? [];
  const swap = (hex: string) => (hex.match(/.{8}/g) ?? []).map((word) => bytes(word).reverse().join('')).join('');
  const ipv4 = (hex: string, length = 32) => {
    const address = bytes(swap(hex))
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
    const value = ipv4Number(addresses.replacePrefix(address, length));
    return swap(value.toString(16).padStart(8, '0')).toUpperCase();
  };
  const ipv6 = (hex: string) => {
    const colons = (hex.match(/.{4}/g) ?? []).join(':');
    return expand(addresses.replace(colons));
  };
  if (path.endsWith('if_inet6')) return text.replace(/^[0-9a-f]{32}/gim, ipv6);
  if (path.endsWith('/route')) {
    return text.replace(
      /^(\S+\t)([0-9A-F]{8})(\t)([0-9A-F]{8})((?:\t\S+){4}\t)([0-9A-F]{8})/gim,
      (_, device: string, destination: string, tab: string, gateway: string, rest: string, mask: string) =>
        device +
        ipv4(destination, swap(mask) === '' ? 32 : Number.parseInt(swap(mask), 16).toString(2).replaceAll('0', '').length) +
        tab +
        ipv4(gateway) +
        rest +
        mask,
    );
  }
  return text
    .replace(/\b[0-9A-F]{32}(?=:[0-9A-F]{4}\b)/g, (hex) => swap(ipv6(swap(hex))).toUpperCase())
    .replace(/\b[0-9A-F]{8}(?=:[0-9A-F]{4}\b)/g, (hex) => ipv4(hex));
}

/** An IPv6 address as 32 hexadecimal digits. */
function expand(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::') ? new Array(8 - front.length - back.length).fill('0') : [];
  return [...front, ...zeros, ...back].map((group) => group.padStart(4, '0')).join('');
}

function rewrite<T>(
  from: Readonly<Record<string, Recorded<T>>>,
  everywhere: (text: string) => string,
  turn: (value: T, key: string) => T,
): Record<string, Recorded<T>> {
  return Object.fromEntries(
    Object.entries(from).map(([key, recorded]): [string, Recorded<T>] => [
      everywhere(key),
      'value' in recorded ? { value: turn(recorded.value, key) } : { ...recorded, message: everywhere(recorded.message) },
    ]),
  );
}
