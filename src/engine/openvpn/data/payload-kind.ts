import { DecodeError } from '../../../bytes/errors.js';
import { ByteReader } from '../../../bytes/reader.js';
import { decodeArp } from '../../../wire/link/arp.js';
import { decodeEthernet } from '../../../wire/link/ethernet.js';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../../../wire/link/ethertypes.js';
import { readInnerFields } from '../../esp/inner-fields.js';

/** Which device makes such payloads: `tun` a whole IP packet and nothing behind it, `tap` a frame with one or with ARP. Undefined for neither. */
export function payloadKind(payload: Uint8Array): 'tun' | 'tap' | undefined {
  if (isWholePacket(payload)) return 'tun';
  try {
    const reader = new ByteReader(payload);
    const { etherType } = decodeEthernet(reader);
    if (etherType === ETHERTYPE_ARP) {
      decodeArp(reader);
      return 'tap';
    }
    const packet = reader.rest();
    const version = etherType === ETHERTYPE_IPV4 ? 4 : etherType === ETHERTYPE_IPV6 ? 6 : undefined;
    return version !== undefined && (packet[0] ?? 0) >> 4 === version && isWholePacket(packet) ? 'tap' : undefined;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

function isWholePacket(packet: Uint8Array): boolean {
  try {
    return readInnerFields(packet).length === packet.length;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return false;
  }
}
