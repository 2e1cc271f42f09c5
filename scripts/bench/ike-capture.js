// Writes a capture of IKE messages by repeating those of the recorded scenarios in captures/, each round with SPIs of its
// own, so that every round is a new set of sessions and not a retransmission.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pcapHeader } from './esp-capture.js';

/** Bytes in front of IP. @type {Readonly<Record<number, number>>} */
const LINK_HEADERS = { 1: 14, 12: 0, 101: 0, 113: 16, 276: 20 };
/** pcap in micro- and in nanoseconds. */
const MAGICS = [0xa1b2c3d4, 0xa1b23c4d];
const RAW_IP = 101;
const START = 1_700_000_000;
const MICROSECONDS_APART = 50;

/**
 * IP packets with IKE in UDP, IPv4 without options; others are left out.
 * @param {Buffer} file a little-endian pcap file
 * @returns {{ip: Buffer, ike: number}[]} `ike`: where the IKE header begins
 */
function ikePackets(file) {
  const link = LINK_HEADERS[file.readUInt32LE(20) & 0xffff];
  if (link === undefined || !MAGICS.includes(file.readUInt32LE(0))) return [];
  const packets = [];
  for (let at = 24; at + 16 <= file.length; ) {
    const length = file.readUInt32LE(at + 8);
    const ip = file.subarray(at + 16 + link, at + 16 + length);
    at += 16 + length;
    if (ip.length < 56 || ip[0] !== 0x45 || ip[9] !== 17 || (ip.readUInt16BE(6) & 0x3fff) !== 0) continue;
    const ports = [ip.readUInt16BE(20), ip.readUInt16BE(22)];
    if (ports.includes(500)) packets.push({ ip, ike: 28 });
    else if (ports.includes(4500) && ip.readUInt32BE(28) === 0) packets.push({ ip, ike: 32 });
  }
  return packets;
}

/**
 * Writes the capture.
 * @param {string} path
 * @param {string} captures folder of the scenarios
 * @param {number} wanted messages
 * @returns {number} messages written; 0, and no file, when there are no scenarios
 */
export function writeIkeCapture(path, captures, wanted) {
  const folders = existsSync(captures) ? readdirSync(captures).sort() : [];
  const files = folders.map((name) => join(captures, name, 'capture.pcap')).filter((file) => existsSync(file));
  const packets = files.flatMap((file) => ikePackets(readFileSync(file)));
  if (packets.length === 0) return 0;
  /** @type {Buffer[]} */
  const parts = [pcapHeader(RAW_IP)];
  for (let i = 0; i < wanted; i++) {
    const { ip, ike } = /** @type {{ip: Buffer, ike: number}} */ (packets[i % packets.length]);
    const round = Math.floor(i / packets.length);
    const record = Buffer.alloc(16 + ip.length);
    const micros = i * MICROSECONDS_APART;
    record.writeUInt32LE(START + Math.floor(micros / 1e6), 0);
    record.writeUInt32LE(micros % 1e6, 4);
    record.writeUInt32LE(ip.length, 8);
    record.writeUInt32LE(ip.length, 12);
    ip.copy(record, 16);
    for (const spi of [16 + ike, 24 + ike]) {
      // Zero means that the responder has not chosen yet.
      if (record.readBigUInt64BE(spi) !== 0n) record.writeUInt32BE((record.readUInt32BE(spi) ^ round) >>> 0, spi);
    }
    parts.push(record);
  }
  writeFileSync(path, Buffer.concat(parts));
  return wanted;
}
