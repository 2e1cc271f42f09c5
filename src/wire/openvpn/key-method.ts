import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

const PRE_MASTER_LENGTH = 48;
const RANDOM_LENGTH = 32;
const KEY_METHOD = 2;

/** What the two ends say to each other first inside TLS: random numbers for keys, options, credentials (`ssl.c`, `key_method_2_write`). */
export interface KeyMethodMessage {
  /** 48 bytes, of the client only. */
  readonly preMaster: Uint8Array | undefined;
  /** Twice 32 bytes. */
  readonly random1: Uint8Array;
  readonly random2: Uint8Array;
  /** `V4,dev-type tun,link-mtu 1559,…`. */
  readonly options: string;
  /** Absent where the sender ended before, as old ones do. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Lines `IV_VER=2.6.14`. */
  readonly peerInfo: string | undefined;
}

/** @throws DecodeError */
export function decodeKeyMethod(reader: ByteReader, fromClient: boolean): KeyMethodMessage {
  const zero = reader.u32('key method marker');
  if (zero !== 0) throw reader.fail('key method marker', 'not zero');
  const method = reader.u8('key method');
  if ((method & 0x0f) !== KEY_METHOD) throw reader.fail('key method', `${method & 0x0f}, only 2 is known`);
  const preMaster = fromClient ? reader.bytes(PRE_MASTER_LENGTH, 'pre-master secret') : undefined;
  const random1 = reader.bytes(RANDOM_LENGTH, 'random 1');
  const random2 = reader.bytes(RANDOM_LENGTH, 'random 2');
  const options = decodeString(reader, 'options string');
  const more = (field: string) => (reader.remaining >= 2 ? decodeString(reader, field) : undefined);
  return { preMaster, random1, random2, options, username: more('username'), password: more('password'), peerInfo: more('peer info') };
}

export function encodeKeyMethod(message: KeyMethodMessage, writer: ByteWriter): void {
  writer.u32(0).u8(KEY_METHOD);
  if (message.preMaster !== undefined) writer.bytes(message.preMaster);
  writer.bytes(message.random1).bytes(message.random2);
  encodeString(message.options, writer);
  for (const text of [message.username, message.password, message.peerInfo]) if (text !== undefined) encodeString(text, writer);
}

/** Two bytes of length, which count the zero byte at the end; 0: nothing, not even that. */
function decodeString(reader: ByteReader, field: string): string {
  const length = reader.u16(`${field} length`);
  const bytes = reader.bytes(length, field);
  return Buffer.from(bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes).toString('utf8');
}

function encodeString(text: string, writer: ByteWriter): void {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length === 0) writer.u16(0);
  else
    writer
      .u16(bytes.length + 1)
      .bytes(bytes)
      .u8(0);
}
