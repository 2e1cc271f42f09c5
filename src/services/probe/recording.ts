import { Secret } from '../../bytes/secret.js';
import type { Cipher } from '../../crypto/cipher.js';
import { cipherByName } from '../../crypto/ciphers.js';
import { integrityByName } from '../../crypto/integrity.js';
import { parseAddressPattern } from '../../dissect/keys/address-pattern.js';
import { KeyRing } from '../../dissect/keys/key-ring.js';
import { ESP_SECRETS_TYPE, IKE_SECRETS_TYPE } from '../../dissect/keys/secrets-block.js';
import { parseSpiPattern } from '../../dissect/keys/spi-pattern.js';
import { writeWiresharkTables } from '../../dissect/keys/write-tables.js';
import type { IkeHappening } from '../../engine/ike-machine.js';
import { type SaKeys, splitKeyAndSalt } from '../../keymat/esp.js';
import { recordTransport } from '../../transport/recorded.js';
import { Recording } from '../../transport/recording.js';
import type { Transport } from '../../transport/transport.js';
import { embedKeys } from '../sniff/embed-keys.js';
import { vpndoctorVersion } from '../version.js';

/** Lines of keys are known by the file they end up in. */
const LINE = 1;

/**
 * `-w FILE`: everything that goes over the transport as a pcapng with its keys inside, each set before the first packet that it opens.
 * At the end the same keys are written beside it under the names of Wireshark's tables, because Wireshark takes those of IKE from there.
 */
export class RunRecording {
  readonly #recording: Recording;
  readonly #path: string;
  readonly #all = new KeyRing();

  /** @throws EnvironmentError when the file cannot be written */
  constructor(path: string) {
    this.#path = path;
    this.#recording = new Recording({ path, application: `vpndoctor ${vpndoctorVersion()}` });
  }

  /** The transport, written down. */
  wrap(transport: Transport): Transport {
    return recordTransport(transport, this.#recording);
  }

  /** Takes the keys out of what the engine tells. */
  onHappening(happening: IkeHappening): void {
    const ring = ringOf(happening, this.#path);
    if (ring.isEmpty) return;
    this.#all.merge(ring);
    const { espSa, ikev1, ikev2 } = writeWiresharkTables(ring);
    if (espSa !== '') this.#recording.secrets(ESP_SECRETS_TYPE, Buffer.from(espSa));
    if (ikev1 !== '') this.#recording.secrets(IKE_SECRETS_TYPE, Buffer.from(ikev1));
    if (ikev2 !== '') this.#recording.secrets(IKE_SECRETS_TYPE, Buffer.from(ikev2));
  }

  /** @throws EnvironmentError when something could not be written */
  close(): void {
    this.#recording.close();
    if (!this.#all.isEmpty) embedKeys(this.#all, this.#path);
  }
}

function ringOf(happening: IkeHappening, file: string): KeyRing {
  const ring = new KeyRing();
  const origin = { file, line: LINE };
  if (happening.kind === 'ike-keys') {
    const { keys, sa } = happening;
    const cipher = cipherByName(happening.encryption);
    const integrity = integrityByName(happening.integrity);
    if (cipher === undefined || integrity === undefined) return ring;
    for (const fromInitiator of [true, false]) {
      const { key, salt } = splitKeyAndSalt(cipher, (fromInitiator ? keys.skEi : keys.skEr).reveal());
      const integrityKey = fromInitiator ? keys.skAi : keys.skAr;
      ring.ikev2.push({ ...sa, cipher, key, salt, integrity, integrityKey, fromInitiator, origin });
    }
  }
  if (happening.kind === 'ikev1-keys') {
    ring.ikev1.push({ cookieI: happening.sa.spiI, key: happening.cipherKey, skeyidE: happening.keys.skeyidE, origin });
  }
  if (happening.kind === 'child-up' && happening.child.protocol === 'esp') {
    const { child, path } = happening;
    const cipher: Cipher | undefined = child.encryption === undefined ? undefined : cipherByName(child.encryption);
    const integrity = integrityByName(child.integrity);
    if (cipher === undefined || integrity === undefined) return ring;
    const [local, remote] = [parseAddressPattern(path.local.address), parseAddressPattern(path.remote.address)];
    const sa = (src: typeof local, dst: typeof local, spi: number, keys: SaKeys) => ({
      src,
      dst,
      spi: parseSpiPattern(`0x${spi.toString(16).padStart(8, '0')}`),
      cipher,
      key: keys.encryption,
      salt: keys.salt,
      integrity,
      integrityKey: integrity.checks ? keys.integrity : new Secret(new Uint8Array(0)),
      esn: child.esn,
      origin,
    });
    ring.esp.push(sa(local, remote, child.spiOut, child.keysOut), sa(remote, local, child.spiIn, child.keysIn));
  }
  return ring;
}
