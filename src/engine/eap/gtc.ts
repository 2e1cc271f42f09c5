import { createHash, timingSafeEqual } from 'node:crypto';
import { printableText } from '../../bytes/printable.js';
import type { Secret } from '../../bytes/secret.js';
import type { ClientMethod, ServerTurn } from './contract.js';
import type { ServerUser } from './users.js';

/** Longest prompt that is shown. */
const MAX_PROMPT = 200;

/** Generic Token Card (RFC 3748 §5.6): the request is a prompt, the answer the password as it is. There is no key. */
export function gtcClient(password: Secret): ClientMethod {
  const client: ClientMethod = {
    request: (data) => ({
      kind: 'reply',
      data: password.reveal(),
      next: client,
      complete: {},
      text: `gave the password to the prompt "${printableText(data.subarray(0, MAX_PROMPT))}"`,
    }),
  };
  return client;
}

export function gtcServer(user: ServerUser): ServerTurn {
  return {
    kind: 'request',
    data: new TextEncoder().encode('Password'),
    next: {
      response: (data) => {
        if (timingSafeEqual(sha256(data), sha256(user.password.reveal()))) return { kind: 'accept' };
        return {
          kind: 'refuse',
          reason: { code: 'eap-wrong-password', by: 'us', text: `"${user.name}" gave another password than ours` },
        };
      },
    },
  };
}

/** Makes both sides of a comparison equally long. */
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
