import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';
import { readIpv4Address, writeIpv4Address } from '../ip/address.js';
import { ETHERTYPE_IPV4 } from './ethertypes.js';
import { type MacAddress, readMac, writeMac } from './mac.js';

/** ARP of IPv4 over Ethernet. */
export interface ArpMessage {
  readonly kind: 'arp';
  /** 1 asks, 2 answers. */
  readonly operation: number;
  readonly senderMac: MacAddress;
  readonly sender: string;
  /** Of a question 0. */
  readonly targetMac: MacAddress;
  readonly target: string;
}

export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

const HARDWARE_ETHERNET = 1;
/** Lengths of both kinds of address, in one number. */
const LENGTHS = 0x0604;

/**
 * Leaves the reader behind the message (RFC 826).
 * @throws DecodeError for other links and other protocols too
 */
export function decodeArp(reader: ByteReader): ArpMessage {
  const hardware = reader.u16('ARP hardware type');
  if (hardware !== HARDWARE_ETHERNET) throw reader.fail('ARP hardware type', `${hardware}, not Ethernet`);
  const protocol = reader.u16('ARP protocol type');
  if (protocol !== ETHERTYPE_IPV4) throw reader.fail('ARP protocol type', `${protocol}, not IPv4`);
  const lengths = reader.u16('ARP address lengths');
  if (lengths !== LENGTHS) throw reader.fail('ARP address lengths', `${lengths >> 8} and ${lengths & 0xff}, not 6 and 4`);
  return {
    kind: 'arp',
    operation: reader.u16('ARP operation'),
    senderMac: readMac(reader, 'ARP sender hardware address'),
    sender: readIpv4Address(reader, 'ARP sender address'),
    targetMac: readMac(reader, 'ARP target hardware address'),
    target: readIpv4Address(reader, 'ARP target address'),
  };
}

/** Throws `UsageError` when an address is none. */
export function encodeArp(message: ArpMessage, writer: ByteWriter): void {
  writer.u16(HARDWARE_ETHERNET).u16(ETHERTYPE_IPV4).u16(LENGTHS).u16(message.operation);
  writeMac(writer, message.senderMac);
  writeIpv4Address(writer, message.sender);
  writeMac(writer, message.targetMac);
  writeIpv4Address(writer, message.target);
}
