import { inconsistentLogWords, pushedCompressionWords } from '../../../model/openvpn-words.js';
import { namesAlgorithm, refusesPushedAlgorithm } from '../../../wire/openvpn/pushed-compression.js';
import type { Change } from '../../mend/change.js';
import type { OpenvpnConfig, OpenvpnDirective } from '../../openvpn/openvpn-config.js';
import type { AspectResult, Cell } from '../mismatch.js';
import { commonCipher, compareDataCiphers } from './data-ciphers.js';
import { likeness, type OpenvpnPair, option, optionCell, pushed, set } from './openvpn-pair.js';

/** The data channel: device, cipher, digest, compression, sizes. */
export function compareChannel(pair: OpenvpnPair): readonly AspectResult[] {
  return [device(pair), ...ciphers(pair), ...digest(pair), compression(pair), ...pushedAlgorithm(pair), ...sizes(pair)];
}

function device({ ours, theirs }: OpenvpnPair): AspectResult {
  const place = (config: OpenvpnConfig) => option(config, 'dev-type') ?? option(config, 'dev');
  const [a, b] = [optionCell(ours, place(ours), ours.deviceType), optionCell(theirs, place(theirs), theirs.deviceType)];
  return likeness({
    code: 'config/openvpn-device',
    label: 'device',
    ours: a,
    theirs: b,
    agrees: a.text === b.text || a.text === 'unknown' || b.text === 'unknown',
    breaks: 'traffic',
    title: `${a.text} at our end, ${b.text} at the other`,
    cause: `tun carries IP packets, tap Ethernet frames: the tunnel comes up, and neither reads what the other sends; ${inconsistentLogWords('dev-type')}.`,
    change: { ...becomes(ours, b.text, 'ours'), ...becomes(theirs, a.text, 'theirs') },
  });
}

/** The two addresses of a point-to-point tunnel say nothing on an Ethernet. */
function becomes(config: OpenvpnConfig, device: string, who: 'ours' | 'theirs'): { readonly ours?: Change; readonly theirs?: Change } {
  return device === 'tap' && option(config, 'ifconfig') !== undefined ? {} : { [who]: set('dev', `dev ${device}`, 'dev-type') };
}

function ciphers({ ours, theirs }: OpenvpnPair): readonly AspectResult[] {
  if (ours.role === 'static-key' && theirs.role === 'static-key') {
    const of = (config: OpenvpnConfig) => {
      const found = option(config, 'cipher');
      return optionCell(config, found, (found?.args[0] ?? 'BF-CBC').toUpperCase());
    };
    const [a, b] = [of(ours), of(theirs)];
    return [
      likeness({
        code: 'config/openvpn-cipher',
        label: 'cipher',
        ours: a,
        theirs: b,
        agrees: a.text === b.text,
        breaks: 'traffic',
        title: `cipher ${a.text} at our end, ${b.text} at the other`,
        cause: 'With a static key nothing is negotiated: every packet is dropped ("Authenticate/Decrypt packet error").',
        change: { ours: set('cipher', `cipher ${b.text}`), theirs: set('cipher', `cipher ${a.text}`) },
      }),
    ];
  }
  return [compareDataCiphers({ ours, theirs })];
}

/** `auth`: for the data channel with CBC ciphers, for the control channel with tls-auth. */
function digest({ ours, theirs }: OpenvpnPair): readonly AspectResult[] {
  const of = (config: OpenvpnConfig) => {
    const found = option(config, 'auth');
    return optionCell(config, found, (found?.args[0] ?? 'SHA1').toUpperCase().replace(/^SHA-/, 'SHA'));
  };
  const [a, b] = [of(ours), of(theirs)];
  const staticKey = ours.role === 'static-key';
  const combined = !staticKey && /GCM|POLY1305/.test(commonCipher({ ours, theirs }) ?? '');
  const tlsAuth = [ours, theirs].some(
    (config) => option(config, 'tls-auth') !== undefined || config.inline.some(({ name }) => name === 'tls-auth'),
  );
  if (a.text === b.text && a.line === 0 && b.line === 0) return [];
  return [
    likeness({
      code: 'config/openvpn-auth',
      label: 'auth',
      ours: a,
      theirs: b,
      agrees: a.text === b.text || (combined && !tlsAuth),
      breaks: tlsAuth ? 'up' : 'traffic',
      title: `auth ${a.text} at our end, ${b.text} at the other`,
      cause: tlsAuth
        ? 'The digest of tls-auth is that of auth: the first packet is refused already ("cannot locate HMAC in incoming packet").'
        : 'Every packet of the data channel is refused ("packet HMAC authentication failed").',
      change: { ours: set('auth', `auth ${b.text}`), theirs: set('auth', `auth ${a.text}`) },
    }),
  ];
}

/** What the other end gives this one, a client. */
function pushedCompression(config: OpenvpnConfig, other: OpenvpnConfig): OpenvpnDirective | undefined {
  return config.role === 'client' ? pushed(other, 'comp-lzo', 'compress') : undefined;
}

const textOf = ({ name, args }: Pick<OpenvpnDirective, 'name' | 'args'>) => [name, ...args].join(' ');

/** What stands before each packet because of compression: nothing, the byte of LZO or stub, that of stub-v2. */
function framing(config: OpenvpnConfig, other: OpenvpnConfig): { readonly kind: string; readonly cell: Cell } {
  const own = option(config, 'comp-lzo', 'compress');
  const given = pushedCompression(config, other);
  const found = given ?? own;
  const [argument = ''] = found?.args ?? [];
  const kind =
    found === undefined
      ? 'none'
      : found.name === 'comp-lzo'
        ? 'lzo'
        : argument === 'migrate'
          ? 'any'
          : /v2$/.test(argument)
            ? 'v2'
            : argument === 'lzo' || argument === '' || argument === 'stub' || argument === 'lz4'
              ? 'lzo'
              : 'none';
  return {
    kind,
    cell: optionCell(config, own, given !== undefined ? `pushed: ${textOf(given)}` : own === undefined ? 'none' : textOf(own)),
  };
}

function compression({ ours, theirs }: OpenvpnPair): AspectResult {
  const [mine, yours] = [framing(ours, theirs), framing(theirs, ours)];
  // What is pushed is in force whatever the client's file says: it is mended at the server.
  const given = pushedCompression(ours, theirs) ?? pushedCompression(theirs, ours);
  const text = (config: OpenvpnConfig) => {
    const found = given ?? option(config, 'comp-lzo', 'compress');
    return found === undefined ? undefined : textOf(found);
  };
  return likeness({
    code: 'config/openvpn-compression',
    label: 'compression',
    ours: mine.cell,
    theirs: yours.cell,
    agrees: mine.kind === yours.kind || mine.kind === 'any' || yours.kind === 'any',
    breaks: 'traffic',
    title: `compression: ${mine.cell.text} at our end, ${yours.cell.text} at the other`,
    cause:
      'One end puts a byte before each packet that the other does not expect: the tunnel comes up and packets are dropped ("Bad LZO decompression header byte", "IP packet with unknown IP version").',
    change: {
      ...(pushedCompression(ours, theirs) === undefined && { ours: set('comp-lzo', text(theirs), 'compress') }),
      ...(pushedCompression(theirs, ours) === undefined && { theirs: set('comp-lzo', text(ours), 'compress') }),
    },
  });
}

/** What is pushed is in force, but not with a client that ends at it. */
function pushedAlgorithm({ ours, theirs }: OpenvpnPair): readonly AspectResult[] {
  const [client, server] = ours.role === 'client' ? [ours, theirs] : [theirs, ours];
  const given = pushedCompression(client, server);
  if (given === undefined || !namesAlgorithm(given) || !refusesPushedAlgorithm(client.directives)) return [];
  const [mine, theirCell] = [
    optionCell(client, option(client, 'allow-compression'), textOf(option(client, 'allow-compression') ?? { name: 'not', args: ['set'] })),
    optionCell(server, given, `push "${textOf(given)}"`),
  ];
  const words = pushedCompressionWords(textOf(given));
  return [
    likeness({
      code: 'config/openvpn-pushed-compression',
      label: 'allow-compression',
      ours: client === ours ? mine : theirCell,
      theirs: client === ours ? theirCell : mine,
      agrees: false,
      breaks: 'up',
      severity: 'warning',
      title: `the server pushes ${textOf(given)}, which a client of OpenVPN 2.6 or later with this file refuses`,
      cause: words.cause,
      change: { [client === ours ? 'ours' : 'theirs']: set('allow-compression', 'allow-compression asym') },
      refs: ['openvpn(8), --allow-compression'],
    }),
  ];
}

function sizes({ ours, theirs }: OpenvpnPair): readonly AspectResult[] {
  return (
    [
      ['tun-mtu', '1500', `Packets that are larger than the smaller of the two are dropped; ${inconsistentLogWords('tun-mtu')}.`],
      ['fragment', '0', 'fragment puts four bytes before each packet: it stands at both ends or at neither, or nothing passes.'],
      ['link-mtu', '', `Packets that are larger than the smaller of the two are dropped; ${inconsistentLogWords('link-mtu')}.`],
    ] as const
  ).flatMap(([name, fallback, cause]): readonly AspectResult[] => {
    const [mine, yours] = [option(ours, name), option(theirs, name)];
    const [a, b] = [optionCell(ours, mine, mine?.args[0] ?? fallback), optionCell(theirs, yours, yours?.args[0] ?? fallback)];
    if (mine === undefined && yours === undefined) return [];
    const given = pushed(ours, name) ?? pushed(theirs, name);
    const agrees = a.text === b.text || given !== undefined || (name === 'fragment' && a.text !== '0' && b.text !== '0');
    const line = (text: string, written: boolean) => (written ? `${name} ${text}` : undefined);
    return [
      likeness({
        code: `config/openvpn-${name}`,
        label: name,
        ours: a,
        theirs: b,
        agrees,
        breaks: 'traffic',
        severity: name === 'fragment' ? 'error' : 'warning',
        title: `${name} ${a.text === '' || a.text === '0' ? 'not set' : a.text} at our end, ${b.text === '' || b.text === '0' ? 'not set' : b.text} at the other`,
        cause,
        change: { ours: set(name, line(b.text, yours !== undefined)), theirs: set(name, line(a.text, mine !== undefined)) },
      }),
    ];
  });
}
