import type { ByteReader } from '../../bytes/reader.js';
import { nameOf } from '../../bytes/registry.js';
import { decodeEthernet } from '../../wire/link/ethernet.js';
import {
  ETHERTYPE_BRIDGED,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MAX_LENGTH,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_UPSTREAM,
  ETHERTYPE_PPP,
  ETHERTYPE_PPPOE_SESSION,
  ETHERTYPE_QINQ,
  ETHERTYPE_QINQ_OLD,
  ETHERTYPE_VLAN,
  etherTypes,
} from '../../wire/link/ethertypes.js';
import { linkDecoders } from '../../wire/link/link-types.js';
import { decodeLlc } from '../../wire/link/llc.js';
import { decodeMpls } from '../../wire/link/mpls.js';
import { decodePpp, type PppHeader, pppProtocols } from '../../wire/link/ppp.js';
import { decodePppoe } from '../../wire/link/pppoe.js';
import { decodeVlan } from '../../wire/link/vlan.js';
import type { Walk } from './walk.js';

/** What link layers lead to. */
export interface Network {
  readonly version: 4 | 6;
  /** Bytes that the link has for it, on the wire, padding included. */
  readonly length: number;
}

/**
 * Goes through the link header and what may stand between it and IP. Undefined when something else than IP is there, which
 * is named then.
 * @param length of the frame on the wire
 */
export function walkLink(walk: Walk, linkType: number, reader: ByteReader, length: number): Network | undefined {
  const decode = linkDecoders[linkType];
  if (decode === undefined) return nameIt(walk, `link type ${linkType}`, length);
  const header = decode(reader);
  walk.push(header);
  const left = length - reader.offset;
  if (header.kind === 'pppoe') return walkPpp(walk, reader, Math.min(header.length, left));
  if (header.kind === 'ppp') return walkPppPayload(walk, header, reader, left);
  return walkEtherType(walk, header.etherType, reader, left);
}

/**
 * The same from an EtherType on, as GRE carries it.
 * @param length bytes from here on as the layer outside tells, on the wire
 */
export function walkEtherType(walk: Walk, etherType: number, reader: ByteReader, length: number): Network | undefined {
  const before = reader.offset;
  switch (etherType) {
    case ETHERTYPE_IPV4:
      return { version: 4, length };
    case ETHERTYPE_IPV6:
      return { version: 6, length };
    case ETHERTYPE_VLAN:
    case ETHERTYPE_QINQ:
    case ETHERTYPE_QINQ_OLD: {
      const vlan = decodeVlan(reader);
      walk.push(vlan);
      return walkEtherType(walk, vlan.etherType, reader, length - (reader.offset - before));
    }
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_UPSTREAM:
      return walkMpls(walk, reader, length);
    case ETHERTYPE_PPPOE_SESSION: {
      const pppoe = decodePppoe(reader);
      walk.push(pppoe);
      return walkPpp(walk, reader, Math.min(pppoe.length, length - (reader.offset - before)));
    }
    case ETHERTYPE_BRIDGED: {
      const ethernet = decodeEthernet(reader);
      walk.push(ethernet);
      return walkEtherType(walk, ethernet.etherType, reader, length - (reader.offset - before));
    }
    case ETHERTYPE_PPP:
      return walkPpp(walk, reader, length);
    default:
      if (etherType > ETHERTYPE_MAX_LENGTH || etherType === 0) return nameIt(walk, nameOf(etherTypes, etherType), length);
      return walkLlc(walk, reader, Math.min(etherType, length));
  }
}

/** Labels do not say what they lead to; routers look at the first four bits, too (RFC 4928 §2). */
function walkMpls(walk: Walk, reader: ByteReader, length: number): Network | undefined {
  const before = reader.offset;
  for (let bottom = false; !bottom; ) {
    const mpls = decodeMpls(reader);
    walk.push(mpls);
    bottom = mpls.bottom;
  }
  const left = length - (reader.offset - before);
  const version = (reader.remaining > 0 ? reader.fork().u8('IP version') : 0) >> 4;
  return version === 4 || version === 6 ? { version, length: left } : nameIt(walk, 'MPLS payload', left);
}

function walkLlc(walk: Walk, reader: ByteReader, length: number): Network | undefined {
  const before = reader.offset;
  const llc = decodeLlc(reader);
  walk.push(llc);
  const left = length - (reader.offset - before);
  if (llc.oui === 0 && llc.etherType > ETHERTYPE_MAX_LENGTH) return walkEtherType(walk, llc.etherType, reader, left);
  return nameIt(walk, 'LLC', left);
}

function walkPpp(walk: Walk, reader: ByteReader, length: number): Network | undefined {
  const before = reader.offset;
  const ppp = decodePpp(reader);
  walk.push(ppp);
  return walkPppPayload(walk, ppp, reader, length - (reader.offset - before));
}

function walkPppPayload(walk: Walk, ppp: PppHeader, reader: ByteReader, length: number): Network | undefined {
  if (ppp.etherType === 0) return nameIt(walk, nameOf(pppProtocols, ppp.protocol), length);
  return walkEtherType(walk, ppp.etherType, reader, length);
}

function nameIt(walk: Walk, name: string, length: number): undefined {
  walk.push({ kind: 'opaque', name, length });
}
