import { ByteReader } from '../../bytes/reader.js';
import { nameOf } from '../../bytes/registry.js';
import { ByteWriter } from '../../bytes/writer.js';
import { countedBody } from '../../wire/ike/counted-body.js';
import { MSCHAPV2_OPCODES } from '../../wire/ike/tables/eap.js';
import { numbersOf } from '../../wire/ike/tables/numbers-of.js';

/** `OPCODE.Success` is 3. */
export const OPCODE = numbersOf(MSCHAPV2_OPCODES);

const HEADER_LENGTH = 4;
const CHALLENGE_LENGTH = 16;
/** Peer challenge 16, reserved 8, NT response 24, flags 1. */
const RESPONSE_LENGTH = 49;

/** Type-Data of EAP-MSCHAPv2 (draft-kamath-pppext-eap-mschapv2 §2). */
export type Mschapv2Packet =
  | { readonly opcode: typeof OPCODE.Challenge; readonly id: number; readonly challenge: Uint8Array; readonly name: Uint8Array }
  | {
      readonly opcode: typeof OPCODE.Response;
      readonly id: number;
      readonly peerChallenge: Uint8Array;
      readonly ntResponse: Uint8Array;
      readonly name: Uint8Array;
    }
  /** From the server; the client's answer is the opcode alone, without id and message. */
  | { readonly opcode: typeof OPCODE.Success | typeof OPCODE.Failure; readonly id: number; readonly message: Uint8Array };

/** Throws `DecodeError`, also for the opcodes that we do not speak. */
export function decodeMschapv2(data: Uint8Array): Mschapv2Packet {
  const r = new ByteReader(data);
  const opcode = r.u8('OpCode');
  if ((opcode === OPCODE.Success || opcode === OPCODE.Failure) && r.remaining === 0) return { opcode, id: 0, message: r.rest() };
  const id = r.u8('MS-CHAPv2-ID');
  const body = countedBody(r, r.u16('MS-Length'), HEADER_LENGTH, 'MS-CHAPv2 packet');
  switch (opcode) {
    case OPCODE.Challenge: {
      const challenge = value(body, CHALLENGE_LENGTH).bytes(CHALLENGE_LENGTH, 'challenge');
      return { opcode, id, challenge, name: body.rest() };
    }
    case OPCODE.Response: {
      const v = value(body, RESPONSE_LENGTH);
      const peerChallenge = v.bytes(CHALLENGE_LENGTH, 'peer challenge');
      v.skip(8, 'reserved');
      return { opcode, id, peerChallenge, ntResponse: v.bytes(24, 'NT response'), name: body.rest() };
    }
    case OPCODE.Success:
    case OPCODE.Failure:
      return { opcode, id, message: body.rest() };
    default:
      throw r.fail('OpCode', nameOf(MSCHAPV2_OPCODES, opcode));
  }
}

function value(r: ByteReader, length: number): ByteReader {
  const size = r.u8('Value-Size');
  if (size !== length) throw r.fail('Value-Size', `${size} instead of ${length}`);
  return r.sub(size, 'value');
}

export function encodeMschapv2(packet: Mschapv2Packet): Uint8Array {
  const w = new ByteWriter().u8(packet.opcode).u8(packet.id);
  w.lengthPrefixed(2, () => writeBody(packet, w), HEADER_LENGTH);
  return w.finish();
}

function writeBody(packet: Mschapv2Packet, w: ByteWriter): void {
  switch (packet.opcode) {
    case OPCODE.Challenge:
      w.u8(CHALLENGE_LENGTH).bytes(packet.challenge).bytes(packet.name);
      return;
    case OPCODE.Response:
      w.u8(RESPONSE_LENGTH).bytes(packet.peerChallenge).zeros(8).bytes(packet.ntResponse).u8(0).bytes(packet.name);
      return;
    default:
      w.bytes(packet.message);
  }
}

/** What the client answers to Success and Failure: the opcode alone (draft-kamath §2.3, §2.4). */
export function acknowledge(opcode: typeof OPCODE.Success | typeof OPCODE.Failure): Uint8Array {
  return Uint8Array.of(opcode);
}
