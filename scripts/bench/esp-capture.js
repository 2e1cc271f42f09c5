// Writes a capture of ESP packets: Ethernet, IPv4, 150 bytes each, eight SAs, as a busy gateway sees them:
// one packet in 10,000 lost, one in 5,000 overtaken by its successor.
import { closeSync, openSync, writeSync } from 'node:fs';

const SAS = 8;
export const PACKET = 150;
const RECORD = 16 + PACKET;
const BATCH = 8192;
const LOSE_EVERY = 10_000;
const SWAP_EVERY = 5_000;
const START = 1_700_000_000;
const MICROSECONDS_APART = 7;

/** Bytes of a capture with so many packets. @param {number} packets */
export function espCaptureSize(packets) {
  return 24 + packets * RECORD;
}

/** The header of a pcap file in microseconds. @param {number} linkType @returns {Buffer} */
export function pcapHeader(linkType) {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(linkType, 20);
  return header;
}

/** @param {Buffer} batch @param {number} at */
function writeFrame(batch, at) {
  batch.writeUInt32LE(PACKET, at + 8);
  batch.writeUInt32LE(PACKET, at + 12);
  const ip = at + 16 + 14;
  batch.fill(0, at + 16, ip + 20);
  batch.writeUInt16BE(0x0800, ip - 2);
  batch[ip] = 0x45;
  batch.writeUInt16BE(PACKET - 14, ip + 2);
  batch[ip + 8] = 64;
  batch[ip + 9] = 50;
}

/** Writes the capture. @param {string} path @param {number} packets */
export function writeEspCapture(path, packets) {
  const file = openSync(path, 'w');
  writeSync(file, pcapHeader(1));
  const batch = Buffer.alloc(RECORD * BATCH, 0xa5);
  for (let i = 0; i < BATCH; i++) writeFrame(batch, i * RECORD);
  const sequences = new Array(SAS).fill(0);
  let filled = 0;
  for (let i = 0; i < packets; i++) {
    const at = filled * RECORD;
    const micros = i * MICROSECONDS_APART;
    batch.writeUInt32LE(START + Math.floor(micros / 1e6), at);
    batch.writeUInt32LE(micros % 1e6, at + 4);
    const sa = i % SAS;
    const ip = at + 30;
    // Even SAs go from gateway 1 to gateway 2, odd ones back.
    batch.writeUInt32BE(0x0a000001 + (sa & 1), ip + 12);
    batch.writeUInt32BE(0x0a000002 - (sa & 1), ip + 16);
    batch.writeUInt32BE(0xc0de0000 + sa * 0x1357, ip + 20);
    sequences[sa] += i % LOSE_EVERY === 0 ? 2 : 1;
    const turn = i % SWAP_EVERY;
    const swap = turn === 16 ? 1 : turn === 16 + SAS ? -1 : 0;
    batch.writeUInt32BE(sequences[sa] + swap, ip + 24);
    filled++;
    if (filled === BATCH || i === packets - 1) {
      writeSync(file, batch, 0, filled * RECORD);
      filled = 0;
    }
  }
  closeSync(file);
}
