import { OPENVPN_SECRETS_TYPE, TLS_SECRETS_TYPE } from '../../dissect/keys/secrets-block.js';
import type { OpenvpnHappening } from '../../engine/openvpn/happenings.js';
import type { OpenvpnSettings } from '../../engine/openvpn/settings.js';
import { staticKeyText } from '../../keymat/openvpn-static-key.js';
import { recordOpenvpn } from '../../transport/openvpn/recorded.js';
import type { OpenvpnSockets } from '../../transport/openvpn/sockets.js';
import { Recording } from '../../transport/recording.js';
import { vpndoctorVersion } from '../version.js';

/** Milliseconds that packets wait for the keys of their TLS session. */
const LONGEST_HANDSHAKE = 5000;

/** `-w FILE`: everything that goes over the sockets as a pcapng, with the keys that open it inside: key files, and the key log of TLS. */
export class OpenvpnRecording {
  readonly #recording: Recording;

  /** @throws EnvironmentError when the file cannot be written */
  constructor(path: string, settings: OpenvpnSettings) {
    this.#recording = new Recording({ path, application: `vpndoctor ${vpndoctorVersion()}` });
    const keys = keyFileOf(settings);
    if (keys !== undefined) this.#recording.secrets(OPENVPN_SECRETS_TYPE, Buffer.from(keys));
  }

  /** The sockets, written down. */
  wrap(sockets: OpenvpnSockets): OpenvpnSockets {
    return recordOpenvpn(sockets, this.#recording);
  }

  onHappening(happening: OpenvpnHappening): void {
    // TLS tells its secrets a moment after the messages that they open.
    if (happening.kind === 'sent' && happening.opcode.includes('RESET')) this.#recording.hold(LONGEST_HANDSHAKE);
    if (happening.kind === 'tls-up') this.#recording.release();
    if (happening.kind === 'tls-secrets') this.#recording.secrets(TLS_SECRETS_TYPE, Buffer.from(happening.lines));
  }

  /** @throws EnvironmentError when something could not be written */
  close(): void {
    this.#recording.close();
  }
}

/** What `sniff` reads as a key file; undefined where nothing but TLS protects. */
function keyFileOf(settings: OpenvpnSettings): string | undefined {
  if (settings.mode === 'static') return staticKeyText(settings.key);
  const { wrapping } = settings;
  switch (wrapping.kind) {
    case 'none':
      return undefined;
    case 'tls-auth':
    case 'tls-crypt':
      return staticKeyText(wrapping.key);
    case 'tls-crypt-v2-client': {
      const parts = wrapping.key.halves.flatMap(({ cipher, hmac }) => [cipher.reveal(), hmac.reveal()]);
      return pem('client', Buffer.concat([...parts, wrapping.wrapped]));
    }
    case 'tls-crypt-v2-server':
      return pem('server', Buffer.concat([wrapping.serverKey.cipher.reveal(), wrapping.serverKey.hmac.reveal()]));
  }
}

function pem(role: 'client' | 'server', bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN OpenVPN tls-crypt-v2 ${role} key-----\n${lines.join('\n')}\n-----END OpenVPN tls-crypt-v2 ${role} key-----\n`;
}
