import { createHash, timingSafeEqual } from 'node:crypto';
import { ByteReader } from '../../bytes/reader.js';
import type { Secret } from '../../bytes/secret.js';
import { ByteWriter } from '../../bytes/writer.js';
import type { ClientMethod, ServerTurn } from './contract.js';
import type { ServerUser } from './users.js';

/** EAP-MD5 (RFC 3748 §5.4): Value-Size, value, and a name that nobody needs. */
function readValue(data: Uint8Array, field: string): Uint8Array {
  const r = new ByteReader(data);
  return r.bytes(r.u8('Value-Size'), field);
}

function writeValue(value: Uint8Array, name: string): Uint8Array {
  return new ByteWriter().u8(value.length).bytes(value).bytes(new TextEncoder().encode(name)).finish();
}

/** MD5 over identifier, password and challenge (RFC 1994 §4.1). */
function answer(identifier: number, password: Secret, challenge: Uint8Array): Uint8Array {
  return createHash('md5').update(Uint8Array.of(identifier)).update(password.reveal()).update(challenge).digest();
}

/** Answers a challenge. Nothing tells whether the server knows the password, and there is no key. */
export function md5Client(name: string, password: Secret): ClientMethod {
  const client: ClientMethod = {
    request: (data, identifier) => ({
      kind: 'reply',
      data: writeValue(answer(identifier, password, readValue(data, 'MD5 challenge')), name),
      next: client,
      complete: {},
      text: 'answered the MD5 challenge',
    }),
  };
  return client;
}

/** @param challenge 16 random bytes */
export function md5Server(user: ServerUser, challenge: Uint8Array): ServerTurn {
  return {
    kind: 'request',
    data: writeValue(challenge, ''),
    next: {
      response: (data, identifier) => {
        const value = readValue(data, 'MD5 response');
        const expected = answer(identifier, user.password, challenge);
        if (value.length === expected.length && timingSafeEqual(value, expected)) return { kind: 'accept' };
        return {
          kind: 'refuse',
          reason: {
            code: 'eap-wrong-password',
            by: 'us',
            text: `"${user.name}" answered the MD5 challenge with another password than ours`,
          },
        };
      },
    },
  };
}
