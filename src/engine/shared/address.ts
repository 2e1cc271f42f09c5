import { ByteWriter } from '../../bytes/writer.js';
import { writeIpv4Address, writeIpv6Address } from '../../wire/ip/address.js';

/** 4 or 16 bytes of an address in text. Throws `UsageError` when it is none. */
export function addressBytes(text: string): Uint8Array {
  const w = new ByteWriter(16);
  if (text.includes(':')) writeIpv6Address(w, text);
  else writeIpv4Address(w, text);
  return w.finish();
}
