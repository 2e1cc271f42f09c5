import type { ByteReader } from '../bytes/reader.js';

const TYPE_CONTROL = 0x8000;
const HAS_LENGTH = 0x4000;

/** L2TP over UDP, named and no more: what is inside belongs to other tools. */
export interface L2tpHeader {
  readonly kind: 'l2tp';
  readonly control: boolean;
  readonly version: number;
  readonly tunnelId: number;
  readonly sessionId: number;
}

/** Reads as far as the session id. RFC 2661 §3.1. Throws `DecodeError` when the version is not 2. */
export function decodeL2tp(reader: ByteReader): L2tpHeader {
  const flags = reader.u16('L2TP flags and version');
  const version = flags & 0x0f;
  if (version !== 2) throw reader.fail('L2TP version', `is ${version}, not 2`);
  if ((flags & HAS_LENGTH) !== 0) reader.skip(2, 'L2TP length');
  return {
    kind: 'l2tp',
    control: (flags & TYPE_CONTROL) !== 0,
    version,
    tunnelId: reader.u16('L2TP tunnel id'),
    sessionId: reader.u16('L2TP session id'),
  };
}
