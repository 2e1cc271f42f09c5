import { timingSafeEqual } from 'node:crypto';
import { printableText } from '../../bytes/printable.js';
import { nameOf } from '../../bytes/registry.js';
import type { RandomSource } from '../../crypto/random-source.js';
import { MSCHAPV2_OPCODES } from '../../wire/ike/tables/eap.js';
import type { EapReason, ServerMethod, ServerTurn } from './contract.js';
import { failureMessage } from './mschapv2-failure.js';
import { authenticatorResponse, mschapv2Msk, ntResponse, passwordHash } from './mschapv2-keys.js';
import { decodeMschapv2, encodeMschapv2, type Mschapv2Packet, OPCODE } from './mschapv2-packet.js';
import { findUser, type ServerUser } from './users.js';

const ascii = new TextEncoder();
const NAME = ascii.encode('vpndoctor');

/** EAP-MSCHAPv2 as the server (draft-kamath-pppext-eap-mschapv2). The user is whom the response names. */
export function mschapv2Server(users: readonly ServerUser[], random: RandomSource): ServerTurn {
  const challenge = random(16);
  const [id = 0] = random(1);
  return {
    kind: 'request',
    data: encodeMschapv2({ opcode: OPCODE.Challenge, id, challenge, name: NAME }),
    next: {
      response: (data) => {
        const packet = decodeMschapv2(data);
        return packet.opcode === OPCODE.Response ? judge(packet, challenge, users) : unexpected(packet, 'Response');
      },
    },
  };
}

type Response = Extract<Mschapv2Packet, { readonly opcode: typeof OPCODE.Response }>;

function judge({ id, peerChallenge, ntResponse: shown, name }: Response, challenge: Uint8Array, users: readonly ServerUser[]): ServerTurn {
  const userName = Buffer.from(name).toString('utf8');
  const words = printableText(name);
  const user = findUser(users, userName);
  if (user === undefined) {
    return fail(id, challenge, { code: 'eap-user-unknown', by: 'us', text: `there is no user "${words}"`, theirs: `"${words}"` });
  }
  const challenges = { authenticator: challenge, peer: peerChallenge, userName };
  const hash = passwordHash(user.password);
  if (!timingSafeEqual(shown, ntResponse(challenges, hash))) {
    const text = `"${words}" answered the MSCHAPv2 challenge with another password than ours`;
    return fail(id, challenge, { code: 'eap-wrong-password', by: 'us', text, theirs: `"${words}"` });
  }
  const proof = Buffer.from(authenticatorResponse(challenges, hash, shown))
    .toString('hex')
    .toUpperCase();
  return {
    kind: 'request',
    data: encodeMschapv2({ opcode: OPCODE.Success, id, message: ascii.encode(`S=${proof} M=Welcome`) }),
    text: `"${words}" proved the password by MSCHAPv2`,
    next: {
      response: (data) => {
        const packet = decodeMschapv2(data);
        if (packet.opcode !== OPCODE.Success) return unexpected(packet, 'Success');
        return { kind: 'accept', msk: mschapv2Msk(hash, shown), identity: userName };
      },
    },
  };
}

/** The client hears why before EAP ends: E=691, no retry (RFC 2759 §6). */
function fail(id: number, challenge: Uint8Array, reason: EapReason): ServerTurn {
  const refused: ServerMethod = { response: () => ({ kind: 'refuse', reason }) };
  const message = failureMessage(691, challenge, 'Authentication failed');
  return {
    kind: 'request',
    data: encodeMschapv2({ opcode: OPCODE.Failure, id, message }),
    next: refused,
    text: reason.text,
    refused: reason,
  };
}

function unexpected(packet: Mschapv2Packet, wanted: string): ServerTurn {
  const got = nameOf(MSCHAPV2_OPCODES, packet.opcode);
  return {
    kind: 'refuse',
    reason: {
      code: 'eap-unexpected',
      by: 'us',
      text: `the client sent an MSCHAPv2 ${got} where ${wanted} was due`,
      ours: wanted,
      theirs: got,
    },
  };
}
