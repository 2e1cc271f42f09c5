import type { Silence } from './handshake.js';

/** An IKE message of this many bytes and no more fits every usual path with its IP, UDP and marker overhead of 32 to 52 bytes. */
const SAFE_LENGTH = 1220;

/** The unanswered message left as IP fragments, or is large enough to become some on the way. */
export function isTooLarge({ message, length }: Silence): boolean {
  return message.ipFragments > 1 || (message.fragment === undefined && length > SAFE_LENGTH);
}
