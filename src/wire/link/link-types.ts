import type { ByteReader } from '../../bytes/reader.js';
import { decodeEthernet, type EthernetHeader } from './ethernet.js';
import { decodeLinuxSll, type LinuxSllHeader } from './linux-sll.js';
import { decodeLinuxSll2, type LinuxSll2Header } from './linux-sll2.js';
import { decodeNull, type NullHeader } from './null.js';
import { decodePpp, type PppHeader } from './ppp.js';
import { decodePppoe, type PppoeHeader } from './pppoe.js';
import { decodeRaw, type RawHeader } from './raw.js';

/** What stands in front of everything else in a frame. */
export type LinkHeader = EthernetHeader | LinuxSllHeader | LinuxSll2Header | NullHeader | PppHeader | PppoeHeader | RawHeader;

/** Reads the link header and leaves the reader behind it. Throws `DecodeError`. */
export type LinkDecoder = (reader: ByteReader) => LinkHeader;

/** By LINKTYPE_ number as pcap and pcapng write it; where systems disagreed on a number, all of them. */
export const linkDecoders: Readonly<Record<number, LinkDecoder>> = {
  0: decodeNull, // NULL
  1: decodeEthernet, // ETHERNET
  9: decodePpp, // PPP
  12: decodeRaw, // DLT_RAW of most systems, written unmapped by old tools
  14: decodeRaw, // DLT_RAW of OpenBSD
  50: decodePpp, // PPP_HDLC
  51: decodePppoe, // PPP_ETHER
  101: decodeRaw, // RAW
  108: decodeNull, // LOOP
  113: decodeLinuxSll, // LINUX_SLL
  228: decodeRaw, // IPV4
  229: decodeRaw, // IPV6
  276: decodeLinuxSll2, // LINUX_SLL2
};
