import { ByteWriter } from '../../bytes/writer.js';
import type { RandomSource } from '../../crypto/random-source.js';
import { encodeKeyMethod, type KeyMethodMessage } from '../../wire/openvpn/key-method.js';
import { optionsString } from './options-string.js';
import { ourPeerInfo } from './peer-info.js';
import type { TlsSettings } from './settings.js';

/** What we say first inside TLS. @param credentials of a client; absent: empty, as both ends without send them */
export function ourKeyMethod(
  settings: TlsSettings,
  random: RandomSource,
  credentials?: { readonly username: string; readonly password: string },
): KeyMethodMessage {
  return {
    preMaster: settings.role === 'client' ? random(48) : undefined,
    random1: random(32),
    random2: random(32),
    options: optionsString(settings, false),
    username: credentials?.username ?? '',
    password: credentials?.password ?? '',
    peerInfo: ourPeerInfo(settings),
  };
}

export function keyMethodBytes(message: KeyMethodMessage): Uint8Array {
  const writer = new ByteWriter(1024);
  encodeKeyMethod(message, writer);
  return writer.finish();
}
