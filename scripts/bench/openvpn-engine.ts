// Seals and opens 1,400-byte packets with the engine's data channel, one suite after the other. Processor time, best of several rounds.
//   node <bundled> [PACKETS]
import { randomBytes } from 'node:crypto';
import { udpPacket } from '../../src/engine/inner/messages.js';
import { DataChannel } from '../../src/engine/openvpn/data/data-channel.js';
import type { DataKeys } from '../../src/engine/openvpn/data-keys.js';
import { openvpnCipher, openvpnDigest } from '../../src/keymat/openvpn-algorithms.js';
import { halvesOf, splitStaticKey } from '../../src/keymat/openvpn-static-key.js';
import { prepareKept } from '../../src/transport/openssl.js';

const LENGTH = 1400;
const HEADERS = 28;
const ROUNDS = 5;
const packets = Number(process.argv[2] ?? 20_000);

/** With a digest as static keys have it, else as TLS has it. Ciphers of blocks of 64 bits last: they take as long as all others together. */
const suites = [
  ['AES-256-GCM', '', 'none'],
  ['AES-128-GCM', '', 'none'],
  ['AES-256-GCM', '', 'stub'],
  ['CHACHA20-POLY1305', '', 'none'],
  ['AES-256-CBC', 'SHA256', 'none'],
  ['AES-128-CBC', 'SHA1', 'none'],
  ['AES-256-CBC', 'SHA512', 'lzo'],
  ['none', 'SHA256', 'none'],
  ['DES-EDE3-CBC', 'SHA1', 'none'],
  ['BF-CBC', 'SHA1', 'none'],
] as const;

const key = splitStaticKey(randomBytes(256));
const inner = udpPacket({ src: '10.8.0.2', dst: '10.8.0.1' }, 5000, 5001, randomBytes(LENGTH - HEADERS));

/** Microseconds of processor time that one call takes. */
function time(count: number, work: (i: number) => void): number {
  const start = process.cpuUsage();
  for (let i = 0; i < count; i++) work(i);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

const rate = (microseconds: number): string => ((LENGTH * 8) / microseconds).toFixed(0).padStart(6);

console.log(`${packets} packets of ${LENGTH} bytes, Mbit/s of one processor, best of ${ROUNDS} rounds`);
console.log(`${''.padEnd(50)}  seal   open`);
for (const [name, digest, framing] of suites) {
  const cipher = openvpnCipher(name);
  const keys: DataKeys = {
    keyId: 0,
    ...(digest === '' ? { peerId: 1 } : {}),
    cipher,
    digest: openvpnDigest(digest),
    // Sends to itself: one end is enough for both directions.
    ...halvesOf(key, undefined),
    compression: { framing, compressOut: false },
    fragment: false,
    derivation: digest === '' ? 'exporter' : 'static',
  };
  const channel = new DataChannel({ order: 'unordered', device: 'tun', random: randomBytes, date: Date.now, prepare: prepareKept });
  channel.add(keys, 0);
  channel.activate(0);
  const count = cipher?.cipher.blockSize === 8 ? Math.ceil(packets / 10) : packets;
  const sealed = new Array<Uint8Array>(count);
  let [out, back] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++) {
    const seal = (i: number) => {
      const [packet] = channel.seal(inner, i);
      if (packet === undefined) throw new TypeError('not sealed');
      sealed[i] = packet;
    };
    const open = (i: number) => {
      const opened = channel.open(sealed[i] as Uint8Array, i);
      if (opened.kind !== 'payload') throw new TypeError(opened.kind);
    };
    out = Math.min(out, time(count, seal));
    back = Math.min(back, time(count, open));
  }
  channel.close();
  const suite = [name, digest, framing === 'none' ? '' : framing].filter((word) => word !== '').join(' ');
  console.log(`${suite.padEnd(50)}${rate(out)} ${rate(back)}`);
}
