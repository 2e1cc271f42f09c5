import type { OpenvpnConfig } from '../../openvpn/openvpn-config.js';
import { cell } from '../cells.js';
import type { AspectResult, Cell } from '../mismatch.js';
import { likeness, type OpenvpnPair, option, optionCell } from './openvpn-pair.js';

const wrappers = ['tls-auth', 'tls-crypt', 'tls-crypt-v2'] as const;

/** Static key, keys of the control channel, and the directions in which they are used. */
export function compareKeys(pair: OpenvpnPair): readonly AspectResult[] {
  const { ours, theirs } = pair;
  if (ours.role === 'static-key' && theirs.role === 'static-key') return [direction(pair, 'secret'), ...sameKey(pair, 'secret')];
  const [mine, yours] = [wrapperOf(ours), wrapperOf(theirs)];
  const [a, b] = [wrapperCell(ours, mine), wrapperCell(theirs, yours)];
  const wrapping = likeness({
    code: 'config/openvpn-control-channel',
    label: 'control channel',
    ours: a,
    theirs: b,
    agrees: mine === yours,
    breaks: 'up',
    title: `the control channel has ${a.text} at our end, ${b.text} at the other`,
    cause:
      'Packets that are not wrapped in the same way are dropped without an answer ("TLS Error: cannot locate HMAC in incoming packet", "tls-crypt unwrap error").',
    change: { ...wrapped('ours', ours, theirs, yours), ...wrapped('theirs', theirs, ours, mine) },
  });
  if (mine !== yours || mine === undefined) return [wrapping];
  return mine === 'tls-auth'
    ? [wrapping, direction(pair, 'tls-auth'), ...sameKey(pair, 'tls-auth')]
    : [wrapping, ...(mine === 'tls-crypt' ? sameKey(pair, 'tls-crypt') : [])];
}

/**
 * The control channel of an end in the way of the other, with the key's file as one of them calls it; undefined where the key stands in the
 * file itself, as a block, or where each client has one of its own (tls-crypt-v2).
 */
function wrapped(who: 'ours' | 'theirs', end: OpenvpnConfig, other: OpenvpnConfig, wanted: (typeof wrappers)[number] | undefined) {
  const change = (text: string | undefined) => ({ [who]: { kind: 'option', replaces: [...wrappers], text } as const });
  if (wanted === undefined) return change(undefined);
  const own = wrapperOf(end);
  if (wanted === 'tls-crypt-v2' || own === 'tls-crypt-v2' || [end, other].some(({ inline }) => inline.some(({ name }) => isWrapper(name))))
    return {};
  const [theirs, ours] = [option(other, wanted), own === undefined ? undefined : option(end, own)];
  const file = ours?.args[0] ?? theirs?.args[0];
  if (file === undefined) return {};
  const separate = option(end, 'key-direction') !== undefined;
  const direction = wanted === 'tls-auth' ? (theirs?.args[1] ?? option(other, 'key-direction')?.args[0]) : undefined;
  return change(`${wanted} ${file}${direction === undefined || separate ? '' : ` ${direction === '0' ? '1' : '0'}`}`);
}

function isWrapper(name: string): boolean {
  return wrappers.some((wrapper) => wrapper === name);
}

function wrapperOf(config: OpenvpnConfig): (typeof wrappers)[number] | undefined {
  return wrappers.find((name) => option(config, name) !== undefined || config.inline.some((block) => block.name === name));
}

function wrapperCell(config: OpenvpnConfig, name: string | undefined): Cell {
  const block = config.inline.find((inline) => inline.name === name);
  return name === undefined
    ? cell({ file: config.file, line: 0 }, 'no key')
    : block === undefined
      ? optionCell(config, option(config, name), name)
      : cell(block, name);
}

/** 0 at one end and 1 at the other, or none at both. */
function direction({ ours, theirs }: OpenvpnPair, name: 'secret' | 'tls-auth'): AspectResult {
  const of = (config: OpenvpnConfig) => {
    const separate = option(config, 'key-direction');
    const own = option(config, name);
    const value = own?.args[1] ?? separate?.args[0];
    return { value, place: own?.args[1] === undefined ? (separate ?? own) : own };
  };
  const [mine, yours] = [of(ours), of(theirs)];
  const text = (value: string | undefined) => (value === undefined ? 'none' : value);
  const [a, b] = [optionCell(ours, mine.place, text(mine.value)), optionCell(theirs, yours.place, text(yours.value))];
  const agrees = mine.value === undefined ? yours.value === undefined : yours.value === (mine.value === '0' ? '1' : '0');
  const change = (config: OpenvpnConfig, other: string | undefined) => {
    const wanted = other === undefined ? undefined : other === '0' ? '1' : '0';
    const own = option(config, name);
    if (
      own !== undefined &&
      own.args[0] !== undefined &&
      !/^\[?inline\]?$/i.test(own.args[0]) &&
      option(config, 'key-direction') === undefined
    )
      return { kind: 'option', replaces: [name], text: `${name} ${own.args[0]}${wanted === undefined ? '' : ` ${wanted}`}` } as const;
    return { kind: 'option', replaces: ['key-direction'], text: wanted === undefined ? undefined : `key-direction ${wanted}` } as const;
  };
  return likeness({
    code: 'config/openvpn-key-direction',
    label: `${name} direction`,
    ours: a,
    theirs: b,
    agrees,
    breaks: 'up',
    title: `${name} has direction ${a.text} at our end, ${b.text} at the other`,
    cause:
      'The key holds one half for each direction: one end must have 0 and the other 1, or both none. Else each packet is refused ("Authenticate/Decrypt packet error: packet HMAC authentication failed").',
    change: { ours: change(ours, yours.value), theirs: change(theirs, mine.value) },
  });
}

/** Where both files hold the key itself. Keys are compared and never shown. */
function sameKey({ ours, theirs }: OpenvpnPair, name: string): readonly AspectResult[] {
  const block = (config: OpenvpnConfig) => config.inline.find((inline) => inline.name === name);
  const [mine, yours] = [block(ours), block(theirs)];
  if (mine?.secret === undefined || yours?.secret === undefined) return [];
  const bytes = (secret: NonNullable<typeof mine.secret>) =>
    (
      Buffer.from(secret.reveal())
        .toString('latin1')
        .match(/-----BEGIN[^-]*-----([^-]*)/)?.[1] ?? Buffer.from(secret.reveal()).toString('latin1')
    ).replace(/\s+/g, '');
  const agrees = bytes(mine.secret) === bytes(yours.secret);
  return [
    likeness({
      code: 'config/openvpn-key-differs',
      label: `${name} key`,
      ours: cell(mine, 'set'),
      theirs: cell(yours, agrees ? 'the same' : 'another'),
      agrees,
      breaks: 'up',
      title: `the keys in <${name}> differ`,
      cause: 'Every packet is taken for forged and dropped.',
      change: {},
    }),
  ];
}
