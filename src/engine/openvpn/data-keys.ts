import type { OpenvpnCipher, OpenvpnDigest } from '../../keymat/openvpn-algorithms.js';
import type { KeyHalf } from '../../keymat/openvpn-static-key.js';
import type { Compression } from './settings.js';

/** One key of a data channel in both directions: all that sealing and opening need. */
export interface DataKeys {
  /** 0 to 7: stands in the packets; 0 only for the first of a session. Static keys have none: 0. */
  readonly keyId: number;
  /** P_DATA_V2 with it; absent P_DATA_V1, and static keys, which have no opcode at all. */
  readonly peerId?: number;
  /** Undefined: `none`. */
  readonly cipher: OpenvpnCipher | undefined;
  /** Undefined with AEAD, and `none`. */
  readonly digest: OpenvpnDigest | undefined;
  readonly send: KeyHalf;
  readonly receive: KeyHalf;
  readonly compression: Compression;
  /** Whether `fragment` headers stand in front of payloads. */
  readonly fragment: boolean;
  /** `key method 2`: made of what both ends said; `exporter`: of the TLS session (`tls-ekm`); `static`: the file. */
  readonly derivation: 'key method 2' | 'exporter' | 'static';
  /** Epochs, and the packets that go with them (`protocol-flags aead-epoch`); with AEAD and a peer id only. */
  readonly epochs?: true;
}
