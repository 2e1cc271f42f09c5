import { DataChannel } from '../../../engine/openvpn/data/data-channel.js';
import type { DataKeys } from '../../../engine/openvpn/data-keys.js';
import { openvpnCiphers, openvpnDigests } from '../../../keymat/openvpn-algorithms.js';
import { prepareCbcOpener } from '../../../keymat/openvpn-data.js';
import { halvesOf } from '../../../keymat/openvpn-static-key.js';
import { compressionFramings } from '../../../wire/openvpn/compression.js';
import { encodeOcc, OCC_REQUEST } from '../../../wire/openvpn/inner-messages.js';
import type { ProbeContext } from '../probe.js';
import type { Link } from './link.js';

const SECOND = 1000;
/** So many packets at once a slow peer's socket holds; milliseconds for it to read them. */
const AT_ONCE = 64;
const BREATH = 20;
const never = (): boolean => false;
/** Without a digest each may be mistaken. */
const ATTEMPTS = 20;
const NO_HEADER = new Uint8Array(0);
const BLOCK_CIPHERS = openvpnCiphers.filter(({ kind }) => kind === 'cbc');
const QUESTION = encodeOcc(OCC_REQUEST, new Uint8Array(0));

/** Asks the peer for its options string, which every OpenVPN answers that can read the question. */
export function askOptions(link: Link): void {
  link.send(QUESTION);
}

/**
 * The same question with a static key, in every other way that its peer might understand: other directions, digests and ciphers, then other
 * compression. Whatever understands one of them answers in its own way, which shows what it has.
 */
export async function askOtherwise({ target, facts, link }: ProbeContext): Promise<void> {
  const settings = target.settings[facts.remote?.protocol ?? 'udp'];
  const { keys } = facts;
  if (settings.mode !== 'static' || keys === undefined) return;
  const variants: Variant[] = [];
  for (const direction of [settings.direction, ...([0, 1, undefined] as const).filter((one) => one !== settings.direction)]) {
    const halves = halvesOf(settings.key, direction);
    for (const digest of [...openvpnDigests, undefined]) {
      const mistaken = openersOf(digest, halves.send);
      for (const cipher of [undefined, ...BLOCK_CIPHERS]) {
        const same = direction === settings.direction && digest === keys.digest && cipher === keys.cipher;
        if (!same) variants.push({ keys: { ...keys, ...halves, digest, cipher }, mistaken });
      }
    }
  }
  const others = variants.length;
  const mistaken = openersOf(keys.digest, keys.send);
  for (const framing of compressionFramings) variants.push({ keys: { ...keys, compression: { framing, compressOut: false } }, mistaken });
  for (const [at, variant] of variants.entries()) {
    // Where only framing differs the peer's replay window takes them for one stream: each is of a later second.
    const later = Math.max(0, at - others + 1) * SECOND;
    const date = () => link.date() + later;
    const channel = new DataChannel({ order: 'unordered', device: settings.device, random: link.random, date });
    channel.add(variant.keys, link.now());
    channel.activate(variant.keys.keyId);
    for (const packet of unmistakable(() => channel.seal(QUESTION, link.now()), variant)) link.sendPacket(packet);
    channel.close();
    if (at % AT_ONCE === AT_ONCE - 1) await link.waitFor(never, BREATH);
  }
}

/** One way to ask, and what peers with another cipher would open it with. */
interface Variant {
  readonly keys: DataKeys;
  readonly mistaken: ReturnType<typeof openersOf>;
}

function openersOf(digest: DataKeys['digest'], half: DataKeys['send']) {
  return BLOCK_CIPHERS.map((cipher) => ({ cipher, opener: prepareCbcOpener(cipher, digest, half, true) }));
}

/**
 * Sealed so that a peer with another cipher makes nothing of it. One packet in 256 would end in what looks like padding there: the random
 * number that it takes for the time would close its replay window to whatever comes after.
 */
function unmistakable(seal: () => readonly Uint8Array[], { keys, mistaken }: Variant): readonly Uint8Array[] {
  const others = mistaken.filter(({ cipher }) => cipher !== keys.cipher);
  for (let attempt = 1; ; attempt++) {
    const packets = seal();
    const clear = packets.every((packet) => others.every(({ opener }) => opener.open(NO_HEADER, packet).plaintext === undefined));
    if (clear || attempt === ATTEMPTS) return packets;
  }
}
