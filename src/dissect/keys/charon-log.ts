import { UsageError } from '../../bytes/errors.js';
import { Secret } from '../../bytes/secret.js';
import type { Cipher } from '../../crypto/cipher.js';
import { type Integrity, integrityByName } from '../../crypto/integrity.js';
import { parseAddressPattern } from './address-pattern.js';
import { findIntegrity } from './algorithm-names.js';
import { buildDirection, cipherNamed, integrityNamed } from './build-keys.js';
import { type KeyOrigin, KeyRing } from './key-ring.js';
import { noteRefusals } from './source-lines.js';
import { parseSpiPattern } from './spi-pattern.js';

/** A log line without what syslog, the journal or a file logger put in front of "05[IKE] <name|1> ". */
interface LogLine {
  readonly thread: string;
  /** Number of the IKE SA the line belongs to; the thread's when the line has none. */
  readonly sa: string;
  readonly text: string;
  readonly line: number;
}

/** What has been said so far about one IKE SA. */
interface SaState {
  /** Our side sent the first message of the exchange at hand. */
  initiator?: boolean;
  /** `AES_CBC_128/HMAC_SHA2_256_128/PRF_…` of IKE. */
  ikeProposal?: string;
  /** SK_ and child keys by charon's name for them. */
  readonly keys: Map<string, Uint8Array>;
  cipher?: string;
  integrity?: string;
  esn: boolean;
  adding?: { readonly inbound: boolean; readonly protocol: string };
}

/** A key set that waits for its SPIs: MGR lines may come later, and a rekeyed SA gets its number later still. */
interface IkeKeySet {
  sa: string | undefined;
  readonly derivedIn: string;
  readonly origin: KeyOrigin;
  readonly proposal: string | undefined;
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

/** Whether a text is charon's log: "05[IKE] ", whatever stands before it. */
export function isCharonLog(text: string): boolean {
  return /\d\d\[(IKE|CHD|CFG|MGR|ENC|NET)\d?\] /.test(text);
}

/**
 * Keys out of the log of strongSwan's charon at level 4 of `ike` and `chd` (strongswan.conf: filelog.<name>.ike = 4, chd = 4). Takes any
 * prefix. SPIs come from `mgr` at level 2 or from the NAT detection that level 4 shows; IKE algorithms from `cfg` at level 1.
 */
export function readCharonLog(text: string, file: string): KeyRing {
  const ring = new KeyRing();
  const states = new Map<string, SaState>();
  const spis = new Map<string, readonly [string, string]>();
  const waiting: IkeKeySet[] = [];
  const lines = logLines(text);
  // The answerer of a rekeying derives under the new SA's number, while the proposal was logged under the old one's.
  let lastProposal: string | undefined;

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as LogLine;
    const state: SaState = states.get(line.sa) ?? { keys: new Map(), esn: false };
    states.set(line.sa, state);
    const origin = { file, line: line.line };
    const dump = /^\s*(.*?) => (\d+) bytes @/.exec(line.text);
    if (dump !== null) {
      const bytes = hexBehind(lines, i);
      const name = (dump[1] as string).toLowerCase();
      if (bytes.length !== Number(dump[2])) {
        if (/^(sk_[ae][ir] secret|encryption key ka|(encryption|integrity) (initiator|responder) key)$/.test(name)) {
          ring.notes.push({ ...origin, text: `"${dump[1]}" should be ${dump[2]} bytes, ${bytes.length} follow` });
        }
        continue;
      }
      if (name === 'natd_chunk' && bytes.length >= 16)
        rememberSpis(spis, line.sa, Buffer.from(bytes.subarray(0, 8)).toString('hex'), Buffer.from(bytes.subarray(8, 16)).toString('hex'));
      if (name === 'encryption initiator key')
        for (const other of ['encryption responder key', 'integrity initiator key', 'integrity responder key']) state.keys.delete(other);
      if (name === 'sk_d secret')
        for (const other of ['sk_ai secret', 'sk_ar secret', 'sk_ei secret', 'sk_er secret']) state.keys.delete(other);
      state.keys.set(name, bytes);
      if (name === 'sk_er secret' || name === 'encryption key ka') {
        waiting.push({
          sa: waiting.some((set) => set.sa === line.sa) ? undefined : line.sa,
          derivedIn: line.sa,
          origin,
          proposal: state.ikeProposal ?? lastProposal,
          keys: name === 'encryption key ka' ? new Map([['ka', bytes]]) : new Map(state.keys),
        });
      }
      continue;
    }
    readSentence(line, state, spis, waiting);
    lastProposal = state.ikeProposal ?? lastProposal;
    const added = /SPI (0x[0-9a-f]+), src (\S+) dst (\S+)/.exec(line.text);
    if (added !== null && state.adding?.protocol === 'ESP') {
      const [, spi, src, dst] = added as unknown as readonly [string, string, string, string];
      noteRefusals(ring, origin, () => addEsp(ring, state, state.adding?.inbound === true, spi, src, dst, origin));
    }
  }
  for (const set of waiting) noteRefusals(ring, set.origin, () => addIke(ring, set, set.sa === undefined ? undefined : spis.get(set.sa)));
  if (ring.isEmpty && ring.notes.length === 0)
    ring.notes.push({ file, line: 1, text: 'a log of charon without keys: they need level 4 of ike and chd' });
  return ring;
}

function logLines(text: string): readonly LogLine[] {
  const lines: LogLine[] = [];
  const pattern = /(\d\d)\[[A-Z]{3}\d?\] (?:<(?:[^|>]*\|)?(\d+)> )?(.*)$/;
  for (const [i, whole] of text.split(/\r?\n/).entries()) {
    const found = pattern.exec(whole);
    if (found === null) continue;
    const thread = found[1] as string;
    lines.push({ thread, sa: found[2] ?? `thread ${thread}`, text: (found[3] as string).trimEnd(), line: i + 1 });
  }
  return lines;
}

/** Bytes of the hex dump that follows; lines of other threads may stand in between. */
function hexBehind(lines: readonly LogLine[], at: number): Uint8Array {
  const { thread } = lines[at] as LogLine;
  let hex = '';
  for (let i = at + 1; i < lines.length && i < at + 2000; i++) {
    const line = lines[i] as LogLine;
    if (line.thread !== thread) continue;
    const row = /^\s*(\d+): ((?:[0-9A-F]{2} ){1,16})/.exec(`${line.text} `);
    if (row === null || Number(row[1]) !== hex.length / 2) break;
    hex += (row[2] as string).replaceAll(' ', '');
  }
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

function rememberSpis(spis: Map<string, readonly [string, string]>, sa: string, spiI: string, spiR: string): void {
  if (!/^0+$/.test(spiR)) spis.set(sa, [spiI, spiR]);
}

function readSentence(line: LogLine, state: SaState, spis: Map<string, readonly [string, string]>, waiting: readonly IkeKeySet[]): void {
  const { text } = line;
  const managed = /check(?:in|out) IKEv[12] SA \S*?\[(\d+)\] with SPIs ([0-9a-f]{16})_i ([0-9a-f]{16})_r/.exec(text);
  if (managed !== null) rememberSpis(spis, managed[1] as string, managed[2] as string, managed[3] as string);
  const message = /^(generating|parsed) \S+ (request|response)/.exec(text);
  if (message !== null) state.initiator = (message[1] === 'parsed') === (message[2] === 'response');
  const ike = /selected proposal: IKE:(\S+)/.exec(text);
  if (ike !== null) state.ikeProposal = ike[1] as string;
  const child = /selected proposal: (?:ESP|AH):(\S+)/.exec(text);
  if (child !== null) state.esn = /(^|\/)EXT_SEQ/.test(child[1] as string);
  const using = /using (\S+) for (encryption|integrity)/.exec(text);
  if (using?.[2] === 'encryption') {
    state.cipher = using[1] as string;
    delete state.integrity;
  } else if (using?.[2] === 'integrity') state.integrity = using[1] as string;
  const adding = /(?:adding|registering) (inbound|outbound) (\S+) SA/.exec(text);
  if (adding !== null) state.adding = { inbound: adding[1] === 'inbound', protocol: adding[2] as string };
  // A rekeyed IKE SA: its keys were derived under the number of the old one.
  const risen = /IKE_SA \S*?\[(\d+)\] (?:rekeyed between|state change: CONNECTING => ESTABLISHED)/.exec(text)?.[1];
  if (risen !== undefined && !waiting.some((set) => set.sa === risen)) {
    const unnamed = waiting.find((set) => set.sa === undefined && set.derivedIn !== risen);
    if (unnamed !== undefined) unnamed.sa = risen;
  }
}

function addEsp(ring: KeyRing, state: SaState, inbound: boolean, spi: string, src: string, dst: string, origin: KeyOrigin): void {
  const place = {
    src: parseAddressPattern(src),
    dst: parseAddressPattern(dst),
    spi: parseSpiPattern(spi),
    ...(state.esn ? { esn: true } : {}),
  };
  // The same SA is registered, then added.
  if (ring.esp.some((sa) => sa.spi.text === place.spi.text && sa.dst.text === dst && sa.origin.file === origin.file)) return;
  if (state.cipher === undefined) throw new UsageError(`no cipher is named for ESP SPI ${spi}: chd at level 2 and above names it`);
  const integrity = integrityNamed(state.integrity ?? 'NONE');
  const build = (role: 'initiator' | 'responder') =>
    buildDirection(
      cipherNamed(state.cipher as string),
      state.keys.get(`encryption ${role} key`) ?? new Uint8Array(0),
      integrity,
      state.keys.get(`integrity ${role} key`) ?? new Uint8Array(0),
      origin,
    );
  if (state.initiator === undefined) {
    // Not told who asked for the SA: both readings, the ICV will tell.
    ring.esp.push({ ...build('initiator'), ...place }, { ...build('responder'), ...place });
    return;
  }
  ring.esp.push({ ...build(inbound === state.initiator ? 'responder' : 'initiator'), ...place });
}

function addIke(ring: KeyRing, set: IkeKeySet, pair: readonly [string, string] | undefined): void {
  const { keys, origin } = set;
  if (pair === undefined)
    ring.notes.push({ ...origin, text: 'the log does not tell the SPIs of these IKE keys (mgr at level 2 does): tried on every IKE SA' });
  const ka = keys.get('ka');
  if (ka !== undefined) {
    ring.ikev1.push({ ...(pair === undefined ? {} : { cookieI: pair[0] }), key: new Secret(ka), origin });
    return;
  }
  const empty = new Uint8Array(0);
  const skEi = keys.get('sk_ei secret') ?? empty;
  const { cipher, integrity } = ikeAlgorithms(set, skEi.length, keys.get('sk_ai secret')?.length ?? 0);
  const spis = pair === undefined ? {} : { spiI: pair[0], spiR: pair[1] };
  ring.ikev2.push(
    { ...spis, ...buildDirection(cipher, skEi, integrity, keys.get('sk_ai secret') ?? empty, origin), fromInitiator: true },
    {
      ...spis,
      ...buildDirection(cipher, keys.get('sk_er secret') ?? empty, integrity, keys.get('sk_ar secret') ?? empty, origin),
      fromInitiator: false,
    },
  );
}

/** Algorithms of an IKE SA from the proposal, or what the lengths of its keys allow when it was not logged. */
function ikeAlgorithms(
  set: IkeKeySet,
  skE: number,
  skA: number,
): { readonly cipher: { readonly cipher: Cipher; readonly keyBits?: number }; readonly integrity: Integrity } {
  const none = integrityByName('NONE') as Integrity;
  const [encr, integ] = set.proposal?.split('/') ?? [];
  if (encr !== undefined)
    return { cipher: cipherNamed(encr), integrity: skA === 0 ? none : ((integ === undefined ? undefined : findIntegrity(integ)) ?? none) };
  if (skA === 0) return { cipher: cipherNamed('ENCR_AES_GCM_16'), integrity: none };
  const bySize: Readonly<Record<number, string>> = {
    16: 'AUTH_HMAC_MD5_96',
    20: 'AUTH_HMAC_SHA1_96',
    32: 'AUTH_HMAC_SHA2_256_128',
    48: 'AUTH_HMAC_SHA2_384_192',
    64: 'AUTH_HMAC_SHA2_512_256',
  };
  const guess = bySize[skA];
  if (guess === undefined)
    throw new UsageError(`the log does not tell the algorithms of this IKE SA, and no integrity algorithm has keys of ${skA} bytes`);
  return { cipher: cipherNamed(skE === 24 ? 'ENCR_3DES' : 'ENCR_AES_CBC'), integrity: integrityNamed(guess) };
}
