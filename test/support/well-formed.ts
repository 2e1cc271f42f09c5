import { decodeMessage, type IkeMessage } from '../../src/wire/ike/message.js';

/** A message of ours; throws where it has a fault that the sniffer would go on with. */
export function decodeWellFormed(bytes: Uint8Array): IkeMessage {
  const message = decodeMessage(bytes);
  if (message.malformed !== undefined) throw new TypeError(message.malformed.message);
  return message;
}
