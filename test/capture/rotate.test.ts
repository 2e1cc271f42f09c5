import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../../src/bytes/errors.js';
import { type CaptureFileOptions, createCaptureFile } from '../../src/capture/rotate.js';
import { createCaptureReader } from '../../src/pcapfile/reader.js';
import { buildPcap } from '../support/capture-builder.js';
import { MISSING } from '../support/missing-path.js';
import { readAll } from '../support/read-all.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const at = temporaryFolder();

/** Copies a capture into files; returns what `close` says. */
function copy(capture: Buffer, options: CaptureFileOptions) {
  const file = createCaptureFile(options);
  const reader = createCaptureReader((packet) => file.write(packet));
  reader.feed(capture);
  reader.end();
  return file.close();
}

const packets = Array.from({ length: 50 }, (_, index) => Buffer.alloc(100, index));

describe('createCaptureFile', () => {
  it.each([
    [true, 'a.pcap'],
    [false, 'b.pcap'],
  ])('a pcap file is copied byte for byte (nanoseconds %s)', (nanoseconds, name) => {
    const capture = buildPcap(packets, { nanoseconds, linkType: 113 });
    expect(copy(capture, { path: at(name) })).toEqual({ packets: 50, files: [at(name)] });
    expect(readFileSync(at(name)).equals(capture)).toBe(true);
  });

  it('a name that ends in .pcapng gives that format', () => {
    const capture = buildPcap(packets, { nanoseconds: false });
    copy(capture, { path: at('c.pcapng') });
    const { packets: read, end } = readAll(readFileSync(at('c.pcapng')));
    expect(end).toMatchObject({ format: 'pcapng', packets: 50, notes: [] });
    expect(read.map(({ sec, nsec, hex }) => [sec, nsec, hex])).toEqual(
      readAll(capture).packets.map(({ sec, nsec, hex }) => [sec, nsec, hex]),
    );
  });

  it('the format can be asked for whatever the name', () => {
    copy(buildPcap(packets), { path: at('d.cap'), format: 'pcapng' });
    expect(readAll(readFileSync(at('d.cap'))).end.format).toBe('pcapng');
  });

  it.each(['empty.pcap', 'empty.pcapng'])('%s without packets is a capture all the same', (name) => {
    expect(createCaptureFile({ path: at(name) }).close()).toEqual({ packets: 0, files: [at(name)] });
    expect(readAll(readFileSync(at(name))).packets).toEqual([]);
  });

  it('begins a new file once one is larger than asked for: FILE, FILE1, FILE2', () => {
    mkdirSync(at('rotate'));
    // 24 + 9 × 116 = 1068 is the first size above 1000.
    const { files } = copy(buildPcap(packets), { path: at('rotate/x'), maxBytes: 1000 });
    expect(files.map((path) => basename(path))).toEqual(['x', 'x1', 'x2', 'x3', 'x4', 'x5']);
    const contents = files.map((path) => readAll(readFileSync(path)).packets.length);
    expect(contents).toEqual([9, 9, 9, 9, 9, 5]);
  });

  it('a ring keeps the last files only, numbered with as many digits as tcpdump gives them', () => {
    mkdirSync(at('ring'));
    const { files, packets: count } = copy(buildPcap(packets), { path: at('ring/x'), maxBytes: 1000, maxFiles: 3 });
    expect(count).toBe(50);
    expect(files.map((path) => basename(path))).toEqual(['x0', 'x1', 'x2']);
    expect(readdirSync(dirname(files[0] as string)).sort()).toEqual(['x0', 'x1', 'x2']);
    const first = files.map((path) => readAll(readFileSync(path)).packets[0]?.hex.slice(0, 2));
    expect(first).toEqual([27, 36, 45].map((number) => number.toString(16).padStart(2, '0')));
    mkdirSync(at('ring11'));
    expect(copy(buildPcap([]), { path: at('ring11/x'), maxBytes: 1, maxFiles: 11 }).files.map((path) => basename(path))).toEqual(['x00']);
  });

  it('holds packets larger than its buffer', () => {
    const capture = buildPcap([Buffer.alloc(10), Buffer.alloc(262_144, 5), Buffer.alloc(10)]);
    copy(capture, { path: at('large.pcap') });
    expect(readFileSync(at('large.pcap')).equals(capture)).toBe(true);
  });

  it('is complete on disk after flush', () => {
    const file = createCaptureFile({ path: at('flushed.pcap') });
    const capture = buildPcap(packets);
    createCaptureReader((packet) => file.write(packet)).feed(capture);
    expect(readFileSync(at('flushed.pcap'))).toHaveLength(0);
    file.flush();
    expect(readFileSync(at('flushed.pcap')).equals(capture)).toBe(true);
    file.close();
  });

  it('pcap takes one link type, pcapng any', () => {
    const write = (path: string) => {
      const file = createCaptureFile({ path });
      for (const linkType of [1, 101]) createCaptureReader((packet) => file.write(packet)).feed(buildPcap([Buffer.alloc(9)], { linkType }));
      file.close();
    };
    expect(() => write(at('mixed.pcap'))).toThrow(/^a pcap file holds one link type: packet 1 is RAW, those before EN10MB$/);
    write(at('mixed.pcapng'));
    expect(readAll(readFileSync(at('mixed.pcapng'))).packets.map(({ linkType }) => linkType)).toEqual([1, 101]);
  });

  it.each<[string, CaptureFileOptions, RegExp]>([
    ['a folder that is not there', { path: `${MISSING}/x.pcap` }, /there is no such folder/],
    ['a folder', { path: '/' }, /is a directory/],
    ['parts of standard output', { path: '-', maxBytes: 1 }, /cannot be divided/],
    ['a ring without size', { path: `${MISSING}/x`, maxFiles: 3 }, /needs the size/],
    ['a ring of no files', { path: `${MISSING}/x`, maxFiles: 0, maxBytes: 1 }, /at least 1/],
  ])('refuses %s before anything is captured', (_, options, message) => {
    expect(() => createCaptureFile(options)).toThrow(message);
    expect(() => createCaptureFile(options)).toThrow(UsageError);
  });

  it('never writes over a file that is being read, by whatever name', () => {
    writeFileSync(at('in.pcap'), buildPcap(packets));
    linkSync(at('in.pcap'), at('same.pcap'));
    expect(() => createCaptureFile({ path: at('same.pcap'), inputs: [at('gone.pcap'), at('in.pcap')] })).toThrow(/is being read/);
    expect(readFileSync(at('in.pcap'))).toHaveLength(24 + 50 * 116);
  });

  it.skipIf(!existsSync('/dev/full'))('says when the disk is full', () => {
    expect(() => copy(buildPcap(packets), { path: '/dev/full' })).toThrow(EnvironmentError);
    expect(() => copy(buildPcap(packets), { path: '/dev/full' })).toThrow(/the disk is full/);
  });
});
