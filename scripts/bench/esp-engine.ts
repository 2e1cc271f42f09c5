// Seals and opens 1,400-byte packets with the engine's Tunnel, one suite after the other, and beside it runs the cryptography alone:
// the difference is what ESP costs. Processor time, best of several rounds.
//   node <bundled> [PACKETS]
import { randomBytes } from 'node:crypto';
import { Secret } from '../../src/bytes/secret.js';
import { cipherByName } from '../../src/crypto/ciphers.js';
import { integrityByName } from '../../src/crypto/integrity.js';
import type { ChildSa } from '../../src/engine/child-sa.js';
import { Tunnel } from '../../src/engine/esp/tunnel.js';
import { udpPacket } from '../../src/engine/inner/messages.js';
import { prepareKept } from '../../src/transport/openssl.js';
import { TS_TYPE } from '../../src/wire/ike/tables/identities.js';

const LENGTH = 1400;
const HEADERS = 28;
const ROUNDS = 5;
const packets = Number(process.argv[2] ?? 20_000);

/** 3DES last: it takes as long as all others together. */
const suites = [
  ['ENCR_AES_GCM_16', 32, 'NONE'],
  ['ENCR_AES_GCM_16', 16, 'NONE'],
  ['ENCR_CHACHA20_POLY1305', 32, 'NONE'],
  ['ENCR_AES_CCM_16', 32, 'NONE'],
  ['ENCR_NULL_AUTH_AES_GMAC', 32, 'NONE'],
  ['ENCR_AES_CBC', 32, 'AUTH_HMAC_SHA2_256_128'],
  ['ENCR_AES_CBC', 16, 'AUTH_HMAC_SHA1_96'],
  ['ENCR_AES_CBC', 16, 'AUTH_AES_XCBC_96'],
  ['ENCR_AES_CTR', 32, 'AUTH_HMAC_SHA2_256_128'],
  ['ENCR_CAMELLIA_CBC', 32, 'AUTH_HMAC_SHA2_512_256'],
  ['ENCR_NULL', 0, 'AUTH_HMAC_SHA2_256_128'],
  ['ENCR_3DES', 24, 'AUTH_HMAC_MD5_96'],
] as const;

const everything = [
  {
    type: TS_TYPE.TS_IPV4_ADDR_RANGE,
    protocol: 0,
    startPort: 0,
    endPort: 65535,
    start: new Uint8Array(4),
    end: new Uint8Array(4).fill(255),
  },
];
const addresses = { local: '192.0.2.1', remote: '192.0.2.2' };
const inner = udpPacket({ src: '10.1.0.1', dst: '10.2.0.1' }, 5000, 5001, randomBytes(LENGTH - HEADERS));

/** Microseconds of processor time that one call takes. */
function time(count: number, work: (i: number) => void): number {
  const start = process.cpuUsage();
  for (let i = 0; i < count; i++) work(i);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

const rate = (microseconds: number): string => ((LENGTH * 8) / microseconds).toFixed(0).padStart(6);

console.log(`${packets} packets of ${LENGTH} bytes, Mbit/s of one processor, best of ${ROUNDS} rounds`);
console.log(`${''.padEnd(50)}  seal   open   cryptography alone, to seal`);
for (const [encryption, keyLength, integrityName] of suites) {
  const cipher = cipherByName(encryption);
  const integrity = integrityByName(integrityName);
  if (cipher === undefined || integrity === undefined) throw new TypeError(`no ${encryption} with ${integrityName}`);
  const keys = {
    encryption: new Secret(randomBytes(keyLength)),
    salt: new Secret(randomBytes(cipher.saltLength)),
    integrity: new Secret(randomBytes(integrity.keyLength)),
  };
  const child: ChildSa = {
    protocol: 'esp',
    spiIn: 0x1000,
    spiOut: 0x1000,
    encryption,
    keyLength,
    integrity: integrityName,
    esn: false,
    keysIn: keys,
    keysOut: keys,
    mode: 'tunnel',
    localSelectors: everything,
    remoteSelectors: everything,
    encapsulation: 'udp',
    noTfcPadding: false,
  };
  // Sends to itself: one end is enough for both directions.
  const tunnel = new Tunnel({ random: randomBytes, addresses, prepareCipher: prepareKept });
  tunnel.add(child);
  const cipherKey = prepareKept(cipher, keys.encryption.reveal(), keys.salt.reveal());
  const integrityKey = integrity.prepare(keys.integrity.reveal(), new Uint8Array(0));
  const iv = randomBytes(cipher.ivLength);
  const aad = randomBytes(8);
  const plain = randomBytes(Math.ceil((LENGTH + 2) / 16) * 16);

  const count = encryption === 'ENCR_3DES' ? Math.ceil(packets / 5) : packets;
  const sealed = new Array<Uint8Array>(count);
  let [out, back, alone] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++) {
    const seal = (i: number) => {
      const result = tunnel.protect(inner);
      if (result.kind === 'refused') throw new TypeError(result.refusal.text);
      sealed[i] = result.bytes;
    };
    const open = (i: number) => {
      const result = tunnel.unprotect('esp', sealed[i] as Uint8Array);
      if (result.kind === 'drop') throw new TypeError(result.text);
    };
    const bare = () => {
      const { ciphertext } = cipherKey.encrypt(iv, plain, aad);
      if (integrity.icvLength > 0) integrityKey.compute([ciphertext], aad);
    };
    out = Math.min(out, time(count, seal));
    back = Math.min(back, time(count, open));
    alone = Math.min(alone, time(count, bare));
  }
  const suite = `${encryption}${keyLength > 0 ? `-${keyLength * 8}` : ''}${integrityName === 'NONE' ? '' : ` ${integrityName}`}`;
  console.log(`${suite.padEnd(50)}${rate(out)} ${rate(back)} ${rate(alone)}  ${((alone / out) * 100).toFixed(0)} % of the time`);
}
