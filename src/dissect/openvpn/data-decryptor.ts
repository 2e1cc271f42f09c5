import { ByteReader } from '../../bytes/reader.js';
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
import { IPV4_HEADER_LENGTH } from '../../wire/ip/ipv4.js';
import { IPV6_HEADER_LENGTH } from '../../wire/ip/ipv6.js';
import { PROTOCOL_IPV4 } from '../../wire/ip/protocols.js';
import { readCompressionFraming } from '../../wire/openvpn/compression.js';
import { innerMessage } from '../../wire/openvpn/inner-messages.js';
import { innerPacket } from './inner-packet.js';

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
const NOTHING = new Uint8Array(0);

/** Finds by trying which cipher, digest and half of which key opens the packets of one direction; the keys come with the first packet. */
export class DataDecryptor {
  found: FoundOpener | undefined;
  #trials = 0;

  /** Opens a packet of TLS mode; undefined while no key fits or none is there. */
  openTls(header: Uint8Array, body: Uint8Array, keys: readonly StaticKey[], fromClient: boolean, hint: SearchHint): OpenedData | undefined {
    const half = fromClient ? 0 : 1;
    const candidates = () => keys.map((key) => ({ key: half, half: key.halves[half] }) as const);
    return this.#open(header, body, keys, () => {
      const search = (accept: (opened: OpenedData) => boolean) => searchTlsOpener(header, body, candidates(), hint, accept);
      // An HMAC does not tell which cipher is inside, and of wrong ones every 256th opens to correct padding.
      let authentic = false;
      const found = search((opened) => {
        authentic = true;
        return makesSense(opened);
      });
      return found ?? (authentic ? search(() => true) : undefined);
    });
  }

  /** Opens a packet of static-key mode: the digest says which key, what is inside says which cipher. */
  openStatic(body: Uint8Array, keys: readonly StaticKey[], second: number): OpenedData | undefined {
    const candidates = () => keys.flatMap(({ halves }) => halves.map((half, i) => ({ key: i as 0 | 1, half })));
    return this.#open(NOTHING, body, keys, () => searchStaticOpener(body, candidates(), {}, second));
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

/** Ethernet fills payloads up to this. */
const LEAST_ETHERNET_PAYLOAD = 46;

/** What came out is something that a tunnel carries, to its end. */
function makesSense({ plaintext = NOTHING }: OpenedData): boolean {
  const { payload } = readCompressionFraming(plaintext);
  if (payload === undefined) return false;
  const packet = innerPacket(payload);
  return innerMessage(payload) !== undefined || (packet !== undefined && isWhole(packet));
}

function isWhole({ bytes, protocol }: { readonly bytes: Uint8Array; readonly protocol: number }): boolean {
  const isIpv4 = protocol === PROTOCOL_IPV4;
  if (bytes.length < IPV4_HEADER_LENGTH) return false;
  const reader = new ByteReader(bytes);
  reader.skip(isIpv4 ? 2 : 4, 'IP header');
  const said = reader.u16('IP length') + (isIpv4 ? 0 : IPV6_HEADER_LENGTH);
  return said === bytes.length || (said < bytes.length && bytes.length <= LEAST_ETHERNET_PAYLOAD);
}

/** Whether any half of the keys signed these bytes, as packets of static-key mode are. */
export function isStaticKeyPacket(body: Uint8Array, keys: readonly StaticKey[]): boolean {
  return keys.some(({ halves }) => halves.some((half) => openvpnDigests.some((digest) => signsStatic(digest, half, body))));
}
