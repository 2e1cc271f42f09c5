import { hexNumber } from '../bytes/hex.js';
import { nameOf } from '../bytes/registry.js';
import type { IcmpErrorFacts } from '../model/capture-facts.js';
import { ipProtocols, PROTOCOL_AH, PROTOCOL_ESP, PROTOCOL_IPCOMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/ip/protocols.js';
import { OPENVPN_PORT } from '../wire/openvpn/header.js';
import { IKE_PORT, NATT_PORT } from '../wire/udp-encap.js';
import type { IcmpErrorUnit, Packet } from './packet.js';

/** More say nothing new. */
const MAX_ERRORS = 1000;

/** Ports of IKE, NAT-T (RFC 7296 §2) and OpenVPN (IANA). */
const VPN_PORTS: ReadonlySet<number> = new Set([IKE_PORT, NATT_PORT, OPENVPN_PORT]);
const VPN_PROTOCOLS: ReadonlySet<number> = new Set([PROTOCOL_ESP, PROTOCOL_AH, PROTOCOL_IPCOMP]);

/** Collects the ICMP errors that quote VPN traffic; the first thousand. */
export class IcmpErrors {
  readonly #errors: IcmpErrorFacts[] = [];

  /** Returns whether the error is about VPN traffic. */
  observe(unit: IcmpErrorUnit, { frame, sec, nsec }: Packet): boolean {
    const { quoted } = unit;
    if (quoted === undefined || !isVpn(quoted)) return false;
    if (this.#errors.length >= MAX_ERRORS) return true;
    this.#errors.push({
      frame,
      sec,
      nsec,
      reporter: unit.src.address,
      type: unit.type,
      code: unit.code,
      text: unit.text,
      ...(unit.mtu === undefined ? {} : { mtu: unit.mtu }),
      quoted: {
        src: quoted.src,
        dst: quoted.dst,
        protocol: nameOf(ipProtocols, quoted.protocol),
        ...(quoted.srcPort === undefined ? {} : { srcPort: quoted.srcPort }),
        ...(quoted.dstPort === undefined ? {} : { dstPort: quoted.dstPort }),
        ...(quoted.spi === undefined ? {} : { spi: hexNumber(quoted.spi, 8) }),
      },
    });
    return true;
  }

  facts(): readonly IcmpErrorFacts[] {
    return this.#errors;
  }
}

function isVpn({ protocol, srcPort, dstPort }: NonNullable<IcmpErrorUnit['quoted']>): boolean {
  if (VPN_PROTOCOLS.has(protocol)) return true;
  if (protocol !== PROTOCOL_UDP && protocol !== PROTOCOL_TCP) return false;
  return (srcPort !== undefined && VPN_PORTS.has(srcPort)) || (dstPort !== undefined && VPN_PORTS.has(dstPort));
}
