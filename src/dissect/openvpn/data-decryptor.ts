import { openvpnDigests } from '../../keymat/openvpn-algorithms.js';
import type { DataOpener, OpenedData } from '../../keymat/openvpn-data.js';
import {
  type FoundOpener as Found,
  type SearchHint,
  searchStaticOpener,
  searchTlsOpener,
  signsStatic,
} from '../../keymat/openvpn-data-search.js';
import type { StaticKey } from '../../keymat/openvpn-static-key.js';

/** How one direction was opened. */
export interface FoundOpener {
  readonly opener: DataOpener;
  readonly cipher: string;
  readonly digest: string | undefined;
  /** Which half of a static key it was. */
  readonly half: 0 | 1;
}

/** Packets that may be tried on before a direction is given up. */
const MAX_TRIALS = 4;
const NO_HEADER = new Uint8Array(0);

/** Finds by trying which cipher, digest and half of which key opens the packets of one direction; the keys come with the first packet. */
export class DataDecryptor {
  found: FoundOpener | undefined;
  #trials = 0;

  /** Opens a packet of TLS mode; undefined while no key fits or none is there. */
  openTls(header: Uint8Array, body: Uint8Array, keys: readonly StaticKey[], fromClient: boolean, hint: SearchHint): OpenedData | undefined {
    const half = fromClient ? 0 : 1;
    const candidates = () => keys.map((key) => ({ key: half, half: key.halves[half] }) as const);
    return this.#open(header, body, keys, () => searchTlsOpener(header, body, candidates(), hint));
  }

  /** Opens a packet of static-key mode: the digest says which key, what is inside says which cipher. */
  openStatic(body: Uint8Array, keys: readonly StaticKey[], second: number): OpenedData | undefined {
    const candidates = () => keys.flatMap(({ halves }) => halves.map((half, i) => ({ key: i as 0 | 1, half })));
    return this.#open(NO_HEADER, body, keys, () => searchStaticOpener(body, candidates(), {}, second));
  }

  #open(header: Uint8Array, body: Uint8Array, keys: readonly StaticKey[], search: () => Found<0 | 1> | undefined): OpenedData | undefined {
    if (this.found === undefined) {
      if (keys.length === 0 || this.#trials >= MAX_TRIALS) return undefined;
      this.#trials++;
      const found = search();
      this.found = found && { opener: found.opener, cipher: found.cipher?.name ?? 'none', digest: found.digest?.name, half: found.key };
    }
    return this.found?.opener.open(header, body);
  }
}

/** Whether any half of the keys signed these bytes, as packets of static-key mode are. */
export function isStaticKeyPacket(body: Uint8Array, keys: readonly StaticKey[]): boolean {
  return keys.some(({ halves }) => halves.some((half) => openvpnDigests.some((digest) => signsStatic(digest, half, body))));
}
