import { printableText } from '../../bytes/printable.js';
import type { Registry } from '../../bytes/registry.js';
import type { EapReason } from './contract.js';

/** RFC 2759 §6. */
const ERRORS: Registry = {
  646: 'the user may not log on at this hour',
  647: 'the account is disabled',
  648: 'the password has expired',
  649: 'the user has no permission to dial in',
  691: 'user name or password is wrong',
  709: 'the password could not be changed',
};

const CODES: Readonly<Record<number, string>> = { 648: 'eap-password-expired', 691: 'eap-wrong-password' };

/** Text of a failure that the server sends. */
export function failureMessage(error: number, challenge: Uint8Array, message: string): Uint8Array {
  const hex = Buffer.from(challenge).toString('hex').toUpperCase();
  return new TextEncoder().encode(`E=${error} R=0 C=${hex} V=3 M=${message}`);
}

/** The server's `E=691 R=1 C=… V=3 M=…` in words. */
export function readFailure(message: Uint8Array, userName: string): EapReason {
  const text = printableText(message.subarray(0, 512));
  const error = Number(/(?:^|\s)E=(\d{1,10})/.exec(text)?.[1]);
  const said = /\sM=(.*)$/.exec(text)?.[1];
  const meaning = ERRORS[error];
  const number = Number.isNaN(error) ? 'without an error number' : `E=${error}`;
  const words = meaning ?? 'for a reason of its own';
  return {
    code: CODES[error] ?? 'eap-refused',
    by: 'peer',
    text: `the server refused "${userName}" by MSCHAPv2 (${number}): ${words}${said === undefined || said === '' ? '' : `; it says "${said}"`}`,
    ours: `user "${userName}"`,
    theirs: text,
  };
}
