import { timingSafeEqual } from 'node:crypto';
import { printableText } from '../../bytes/printable.js';
import { nameOf } from '../../bytes/registry.js';
import type { Secret } from '../../bytes/secret.js';
import type { RandomSource } from '../../crypto/random-source.js';
import { MSCHAPV2_OPCODES } from '../../wire/ike/tables/eap.js';
import type { ClientMethod, ClientTurn } from './contract.js';
import { readFailure } from './mschapv2-failure.js';
import { authenticatorResponse, mschapv2Msk, ntResponse, passwordHash } from './mschapv2-keys.js';
import { acknowledge, decodeMschapv2, encodeMschapv2, type Mschapv2Packet, OPCODE } from './mschapv2-packet.js';

/** EAP-MSCHAPv2 as the client (draft-kamath-pppext-eap-mschapv2): proves the password and has the server prove that it knows it too. */
export function mschapv2Client(userName: string, password: Secret, random: RandomSource): ClientMethod {
  return {
    request: (data) => {
      const packet = decodeMschapv2(data);
      return packet.opcode === OPCODE.Challenge ? answer(packet, userName, password, random) : unexpected(packet, 'Challenge');
    },
  };
}

type Challenge = Extract<Mschapv2Packet, { readonly opcode: typeof OPCODE.Challenge }>;

function answer({ id, challenge, name }: Challenge, userName: string, password: Secret, random: RandomSource): ClientTurn {
  const peerChallenge = random(16);
  const challenges = { authenticator: challenge, peer: peerChallenge, userName };
  const hash = passwordHash(password);
  const response = ntResponse(challenges, hash);
  const expected = authenticatorResponse(challenges, hash, response);
  return {
    kind: 'reply',
    data: encodeMschapv2({ opcode: OPCODE.Response, id, peerChallenge, ntResponse: response, name: new TextEncoder().encode(userName) }),
    next: expectResult(userName, expected, mschapv2Msk(hash, response)),
    text: `answered the MSCHAPv2 challenge of "${printableText(name)}" as "${userName}"`,
  };
}

function expectResult(userName: string, expected: Uint8Array, msk: Secret): ClientMethod {
  const method: ClientMethod = {
    request: (data) => {
      const packet = decodeMschapv2(data);
      if (packet.opcode === OPCODE.Failure) {
        return { kind: 'refuse', reason: readFailure(packet.message, userName), last: [acknowledge(OPCODE.Failure)] };
      }
      if (packet.opcode !== OPCODE.Success) return unexpected(packet, 'Success or Failure');
      if (!isRight(packet.message, expected)) return impostor(userName, packet.message);
      return {
        kind: 'reply',
        data: acknowledge(OPCODE.Success),
        next: method,
        complete: { msk },
        text: 'the server proved by MSCHAPv2 that it knows the password',
      };
    },
  };
  return method;
}

/** `S=` and 40 hex digits, RFC 2759 §5. */
function isRight(message: Uint8Array, expected: Uint8Array): boolean {
  const hex = /^S=([0-9a-f]{40})/i.exec(Buffer.from(message).toString('latin1'))?.[1];
  return hex !== undefined && timingSafeEqual(Buffer.from(hex, 'hex'), expected);
}

/** Nothing more is said to such a server (RFC 2759 §8.8). */
function impostor(userName: string, message: Uint8Array): ClientTurn {
  return {
    kind: 'refuse',
    reason: {
      code: 'eap-server-not-authentic',
      by: 'us',
      text: `the server accepted the password of "${userName}" by MSCHAPv2, but could not prove that it knows it: it is not the server it claims to be, or takes the user name otherwise`,
      ours: 'the authenticator response of the password we have',
      theirs: printableText(message.subarray(0, 60)),
    },
  };
}

function unexpected(packet: Mschapv2Packet, wanted: string): ClientTurn {
  const got = nameOf(MSCHAPV2_OPCODES, packet.opcode);
  return {
    kind: 'refuse',
    reason: {
      code: 'eap-unexpected',
      by: 'us',
      text: `the server sent an MSCHAPv2 ${got} where ${wanted} was due`,
      ours: wanted,
      theirs: got,
    },
  };
}
