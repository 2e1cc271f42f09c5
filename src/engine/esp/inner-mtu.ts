import { cipherByName } from '../../crypto/ciphers.js';
import { integrityByName } from '../../crypto/integrity.js';
import { AH_FIXED_LENGTH } from '../../wire/ah.js';
import { ESP_HEADER_LENGTH } from '../../wire/esp.js';
import { IPV4_HEADER_LENGTH } from '../../wire/ip/ipv4.js';
import { IPV6_HEADER_LENGTH } from '../../wire/ip/ipv6.js';
import { TCP_HEADER_LENGTH } from '../../wire/tcp.js';
import { UDP_HEADER_LENGTH } from '../../wire/udp.js';
import type { ChildSa } from '../child-sa.js';

/** Pad Length and Next Header. */
const ESP_TRAILER = 2;
/** Eight zeroes where IKE has its cookie (draft-ietf-ipsec-udp-encaps-00 §2.1). */
const NON_IKE_MARKER = 8;
/** The length in front of each packet (RFC 9329 §3); TCP itself with the timestamps that are usual. */
const TCP_FRAMING = 2;
const TCP_TIMESTAMPS = 12;

/**
 * The largest IP packet that fits into a link of `linkMtu` bytes once this SA has protected it, compression left aside. In TCP
 * nothing need fit, as it is a stream; the figure is then what makes one segment.
 */
export function innerMtu(child: ChildSa, linkMtu: number, outerVersion: 4 | 6): number {
  const outer = outerVersion === 4 ? IPV4_HEADER_LENGTH : IPV6_HEADER_LENGTH;
  const encapsulation = {
    none: 0,
    udp: UDP_HEADER_LENGTH,
    'udp-ike': UDP_HEADER_LENGTH + NON_IKE_MARKER,
    tcp: TCP_HEADER_LENGTH + TCP_TIMESTAMPS + TCP_FRAMING,
  }[child.encapsulation];
  // Transport mode carries no second header.
  const header = child.mode === 'transport' ? outer : 0;
  const integrity = integrityByName(child.integrity);
  if (child.protocol === 'ah') return linkMtu - outer - encapsulation - ahLength(child.integrity, outerVersion) + header;
  const around = child.ah === undefined ? 0 : ahLength(child.ah.integrity, outerVersion);
  const cipher = cipherByName(child.encryption ?? '');
  const icv = cipher?.icvLength || (integrity?.icvLength ?? 0);
  const align = Math.max(4, cipher?.blockSize ?? 1);
  const room = linkMtu - outer - encapsulation - around - ESP_HEADER_LENGTH - (cipher?.ivLength ?? 0) - icv;
  return Math.floor(room / align) * align - ESP_TRAILER + header;
}

/** The header ends on a word of IPv4, on a double word of IPv6 (RFC 4302 §2.6). */
function ahLength(integrity: string, outerVersion: 4 | 6): number {
  const align = outerVersion === 4 ? 4 : 8;
  return Math.ceil((AH_FIXED_LENGTH + (integrityByName(integrity)?.icvLength ?? 0)) / align) * align;
}
