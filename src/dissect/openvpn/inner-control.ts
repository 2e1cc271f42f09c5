import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { readDynamicChallenge } from '../../wire/openvpn/challenge.js';
import { decodeKeyMethod, type KeyMethodMessage } from '../../wire/openvpn/key-method.js';

const MAX_KEY_METHOD = 8192;
const MAX_TEXT = 4096;
/** What must not be shown: session tokens and answers to challenges. */
const SECRET_PARTS = /(auth-token(?:-user)?\s+)[^,]+|(CR_RESPONSE,).*|(SCRV1:).*/g;

/** What the two ends say to each other inside TLS: first key method 2, then lines that a zero byte ends (`ssl.c`, `push.c`). */
export class InnerControl {
  client: KeyMethodMessage | undefined;
  server: KeyMethodMessage | undefined;
  readonly #pending = { client: new Uint8Array(0), server: new Uint8Array(0) };
  readonly #spoilt = { client: false, server: false };

  /** Takes decrypted application data; gives the messages in it in words. */
  push(bytes: Uint8Array, fromClient: boolean): readonly string[] {
    const end = fromClient ? 'client' : 'server';
    if (this.#spoilt[end]) return [];
    let rest = new Uint8Array(Buffer.concat([this.#pending[end], bytes]));
    const said: string[] = [];
    if (this[end] === undefined) {
      const reader = new ByteReader(rest);
      try {
        this[end] = decodeKeyMethod(reader, fromClient);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        this.#spoilt[end] = error.reason !== undefined || rest.length > MAX_KEY_METHOD;
        this.#pending[end] = rest;
        return [];
      }
      said.push('key method 2');
      rest = reader.rest().slice();
    }
    for (;;) {
      const at = rest.indexOf(0);
      if (at < 0) break;
      if (at > 0) said.push(text(rest.subarray(0, at)));
      rest = rest.slice(at + 1);
    }
    if (rest.length > MAX_TEXT * 4) this.#spoilt[end] = true;
    this.#pending[end] = rest;
    return said;
  }
}

/** Without what is secret, in printable characters. */
function text(bytes: Uint8Array): string {
  const printable = Buffer.from(bytes.subarray(0, MAX_TEXT))
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '.');
  const asked = readDynamicChallenge(printable);
  if (asked !== undefined && printable.startsWith('AUTH_FAILED,'))
    return `AUTH_FAILED,CRV1:${asked.flags}:[secret]:${asked.username}:${asked.question}`.replace(/[^\x20-\x7e]/g, '.');
  return printable.replace(SECRET_PARTS, (_, ...groups) => `${groups.find((group) => typeof group === 'string') ?? ''}[secret]`);
}
