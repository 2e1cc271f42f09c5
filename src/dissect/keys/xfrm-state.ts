import { UsageError } from '../../bytes/errors.js';
import { type Integrity, integrityByName } from '../../crypto/integrity.js';
import { parseAddressPattern } from './address-pattern.js';
import { buildAh, buildDirection, cipherNamed, integrityNamed } from './build-keys.js';
import { type KeyOrigin, KeyRing } from './key-ring.js';
import { keyFromHex, noteRefusals } from './source-lines.js';
import { parseSpiPattern } from './spi-pattern.js';

/** ICV bits of `auth` without a length, as the kernel has them (net/xfrm/xfrm_algo.c). */
const defaultBits: ReadonlyMap<string, number> = new Map(Object.entries({ 'hmac(sha384)': 192, 'hmac(sha512)': 256 }));

interface State {
  readonly origin: KeyOrigin;
  readonly src: string;
  readonly dst: string;
  proto?: string;
  spi?: string;
  esn?: boolean;
  /** Name, key, bits. */
  enc?: readonly [string, string];
  auth?: readonly [string, string, number];
  aead?: readonly [string, string, number];
  sequenceHigh?: number;
  hidden?: boolean;
}

/**
 * What `ip xfrm state` prints, with `-s`, `-d` or `-o` too. AH and ESP states become keys; a state that cannot be used
 * (keys hidden, unknown algorithm) becomes a note.
 */
export function readXfrmState(text: string, file: string): KeyRing {
  const ring = new KeyRing();
  let state: State | undefined;
  const finish = (): void => {
    const done = state;
    if (done !== undefined) noteRefusals(ring, done.origin, () => addState(ring, done));
    state = undefined;
  };
  for (const [i, whole] of text.split('\n').entries()) {
    // `ip -o` joins the lines of a state with backslashes.
    for (const line of whole.split('\\')) {
      const head = /^src (\S+) dst (\S+)/.exec(line);
      if (head !== null) {
        finish();
        state = { origin: { file, line: i + 1 }, src: head[1] as string, dst: head[2] as string };
      } else if (state !== undefined) readStateLine(state, line.trim());
    }
  }
  finish();
  if (ring.isEmpty && ring.notes.length === 0) ring.notes.push({ file, line: 1, text: 'no ESP or AH state in it' });
  return ring;
}

function readStateLine(state: State, line: string): void {
  // With -s the key is followed by its length: "0x… (256 bits) 128".
  const words = line
    .replace(/\(\d+ bits\)/g, '')
    .trim()
    .split(/\s+/);
  const [what, name = '', key = '', bits] = words;
  if (what === 'proto') {
    state.proto = name;
    state.spi = /\bspi (0x[0-9a-f]+)/i.exec(line)?.[1] ?? '*';
  } else if (what === 'replay-window' || what === 'flag') {
    state.esn = /\bflag\b.*\besn\b/.test(line) || state.esn === true;
  } else if (what === 'enc') state.enc = [name, key];
  else if (what === 'auth-trunc' || what === 'auth')
    state.auth = [name, key, bits === undefined ? (defaultBits.get(name) ?? 96) : Number(bits)];
  else if (what === 'aead') state.aead = [name, key, Number(bits ?? 128)];
  else if (what?.startsWith('seq-hi') === true) {
    const [seqHigh, outHigh] = [/\bseq-hi (0x[0-9a-f]+)/.exec(line)?.[1], /\boseq-hi (0x[0-9a-f]+)/.exec(line)?.[1]];
    state.sequenceHigh = Math.max(Number(seqHigh ?? 0), Number(outHigh ?? 0));
  }
  if (line.includes('<<Keys hidden>>')) state.hidden = true;
}

function addState(ring: KeyRing, state: State): void {
  const { proto, origin } = state;
  if (proto !== 'esp' && proto !== 'ah') return; // IPComp and tunnels without keys
  if (state.hidden === true) throw new UsageError(`keys of SPI ${state.spi} are hidden: run "ip xfrm state" as root, without nokeys`);
  const place = {
    src: parseAddressPattern(state.src),
    dst: parseAddressPattern(state.dst),
    spi: parseSpiPattern(state.spi ?? '*'),
    ...(state.esn === undefined ? {} : { esn: state.esn }),
  };
  const none = integrityByName('NONE') as Integrity;
  const integrity = state.auth === undefined ? none : integrityNamed(`${state.auth[0]} ${state.auth[2]}`);
  const integrityKey = keyFromHex(state.auth?.[1] ?? '', 'the authentication key');
  if (proto === 'ah') {
    if (state.auth === undefined) throw new UsageError(`no algorithm is given for AH SPI ${state.spi}`);
    ring.ah.push(buildAh(integrity, integrityKey, place, origin));
    return;
  }
  const [name, key] = state.aead !== undefined ? [`${state.aead[0]} ${state.aead[2]}`, state.aead[1]] : (state.enc ?? []);
  if (name === undefined || key === undefined) throw new UsageError(`no cipher is given for SPI ${state.spi}`);
  const direction = buildDirection(cipherNamed(name), keyFromHex(key, 'the encryption key'), integrity, integrityKey, origin);
  ring.esp.push({ ...direction, ...place, ...(state.sequenceHigh === undefined ? {} : { sequenceHigh: state.sequenceHigh }) });
}
