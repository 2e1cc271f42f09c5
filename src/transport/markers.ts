import { DecodeError } from '../bytes/errors.js';
import { ByteReader } from '../bytes/reader.js';
import { ByteWriter } from '../bytes/writer.js';
import type { Path } from '../engine/step.js';
import type { Endpoint } from '../model/endpoint.js';
import { decodeUdpEncap, decodeUdpEncapDraft, encodeUdpEncap, encodeUdpEncapDraft, type UdpEncapKind } from '../wire/udp-encap.js';
import type { Arrival, EspPath } from './transport.js';

export const NON_ESP_MARKER = encoded('ike');
export const KEEPALIVE = encoded('keepalive');
export const NON_IKE_MARKER = encoded('esp', encodeUdpEncapDraft);

function encoded(kind: UdpEncapKind, encode = encodeUdpEncap): Uint8Array {
  const writer = new ByteWriter();
  encode(kind, writer);
  return writer.finish();
}

/**
 * Tells IKE, ESP and keepalives of one socket apart (RFC 3948 §2.2, RFC 9329 §3, RFC 7296 §3.1) and hands them on without their
 * markers. Of TCP it takes what the length field encloses.
 */
export function markerReceiver(
  channel: Path['channel'],
  local: Endpoint,
  push: (arrival: Arrival) => void,
): (bytes: Uint8Array, remote: Endpoint) => void {
  const pathTo = pathMaker((remote): Path => ({ channel, local, remote }));
  // Without a marker everything is IKE, but for a keepalive gone astray, and ESP of peers that know the first drafts alone.
  if (channel === 'ike') {
    const besideIke = pathMaker((remote): EspPath => ({ encapsulation: 'udp-ike', local, remote }));
    return (bytes, remote) => {
      const reader = new ByteReader(bytes);
      const kind = bytes.length === 0 ? 'ike' : encapKind(reader, decodeUdpEncapDraft, 'ike');
      if (kind === 'keepalive') push({ kind, path: pathTo(remote) });
      else if (kind === 'esp') push({ kind, path: besideIke(remote), bytes: reader.rest() });
      else push({ kind: 'message', path: pathTo(remote), bytes });
    };
  }
  const espPathTo = pathMaker((remote): EspPath => ({ encapsulation: channel === 'tcp' ? 'tcp' : 'udp', local, remote }));
  return (bytes, remote) => {
    const reader = new ByteReader(bytes);
    switch (encapKind(reader)) {
      case 'keepalive':
        push({ kind: 'keepalive', path: pathTo(remote) });
        break;
      case 'ike':
        push({ kind: 'message', path: pathTo(remote), bytes: reader.rest() });
        break;
      case 'esp':
        push({ kind: 'esp', path: espPathTo(remote), bytes });
    }
  };
}

/** Too short for a marker or an SPI: handed on as `short`, whose decoder says how short. */
function encapKind(reader: ByteReader, decode = decodeUdpEncap, short: UdpEncapKind = 'esp'): UdpEncapKind {
  try {
    return decode(reader);
  } catch (error) {
    if (error instanceof DecodeError) return short;
    throw error;
  }
}

/** The path of the last peer is kept: at full rate they are all the same, and the socket gives the same object for the same peer. */
function pathMaker<P>(make: (remote: Endpoint) => P): (remote: Endpoint) => P {
  let last: Endpoint | undefined;
  let path: P | undefined;
  return (remote) => {
    if (path === undefined || last !== remote) path = make(remote);
    last = remote;
    return path;
  };
}
