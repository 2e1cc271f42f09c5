import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Analyser } from '../../src/dissect/analyser.js';
import type { PacketView } from '../../src/pcapfile/packet-view.js';
import { createCaptureReader } from '../../src/pcapfile/reader.js';
import { packetTree } from '../../src/report/packet-tree.js';
import { packetRecords } from '../../src/report/sniff-json.js';
import { tcpdumpLine } from '../../src/report/tcpdump-line.js';
import { unitLine } from '../../src/report/unit-line.js';
import { diagnose } from '../../src/rules/diagnose.js';
import { seeded } from '../support/seeded.js';
import { sharedCaptures } from '../support/shared-captures.js';

/** `VPNDOCTOR_FUZZ=1000000 npx vitest run test/fuzz` for the long run. */
const PACKETS = Number(process.env['VPNDOCTOR_FUZZ'] ?? 20_000);
const SEED = Number(process.env['VPNDOCTOR_FUZZ_SEED'] ?? 20_261_121);
/** Longest that one packet may take, all forms of output included. */
const LIMIT_MS = 10;
/** Facts are asked for, and memory is looked at, this often. */
const CHECKPOINTS = 10;

interface Sample {
  readonly linkType: number;
  readonly bytes: Buffer;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function samples(): Sample[] {
  const captures = fileURLToPath(new URL('../../captures', import.meta.url));
  const own = readdirSync(captures, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(captures, name)).map((file) => join(captures, name, file)));
  const shared =
    sharedCaptures === undefined
      ? []
      : readdirSync(join(sharedCaptures, 'pcap')).map((file) => join(sharedCaptures as string, 'pcap', file));
  const found: Sample[] = [];
  for (const path of [...own, ...shared].filter((file) => /\.(pcap|pcapng|cap)$/.test(file)).sort()) {
    const reader = createCaptureReader(
      ({ linkType, data, start, end }) => void found.push({ linkType, bytes: Buffer.from(data.subarray(start, end)) }),
    );
    reader.feed(readFileSync(path));
  }
  return found;
}

function mutate({ bytes }: Sample, all: readonly Sample[], random: () => number): Buffer {
  let result = Buffer.from(bytes);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let rounds = 1 + below(4); rounds > 0; rounds--) {
    const at = below(Math.max(result.length, 1));
    switch (below(7)) {
      case 0:
        if (result.length > 0) result[at] = below(256);
        break;
      case 1:
        if (result.length > 0) result[at] = random() < 0.5 ? 0 : 255;
        break;
      case 2:
        result = result.subarray(0, at);
        break;
      case 3:
        if (result.length > 0) result[at] = (result[at] as number) ^ (1 << below(8));
        break;
      case 4:
        result.fill(below(256), at, Math.min(result.length, at + below(64)));
        break;
      case 5: {
        const other = (all[below(all.length)] as Sample).bytes;
        result = Buffer.concat([result.subarray(0, at), other.subarray(below(Math.max(other.length, 1)))]).subarray(0, 4096);
        break;
      }
      default:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at, at + below(200)), result.subarray(at)]).subarray(0, 4096);
    }
  }
  return Buffer.from(result);
}

function everyForm(analyser: Analyser, view: PacketView): void {
  const observation = analyser.observe(view);
  if (observation === undefined) return;
  packetRecords(observation);
  packetTree(observation);
  tcpdumpLine(observation.packet);
  for (const unit of observation.units) unitLine(observation.packet, unit);
}

function view(frame: number, linkType: number, data: Buffer, sent: number): PacketView {
  const sec = 1_700_000_000 + Math.floor(frame / 100);
  return {
    frame,
    sec,
    nsec: (frame % 100) * 10_000_000,
    nanoseconds: false,
    linkType,
    interfaceId: 0,
    data,
    start: 0,
    end: data.length,
    originalLength: sent,
  };
}

describe(`${PACKETS} mutated packets, seed ${SEED}`, () => {
  it('bring no exception, no slow packet and no growth of memory', () => {
    const all = samples();
    expect(all.length).toBeGreaterThan(500);
    const random = seeded(SEED);
    const analyser = new Analyser();
    const slow: string[] = [];
    const heap: number[] = [];
    for (let frame = 1; frame <= PACKETS; frame++) {
      const sample = all[Math.floor(random() * all.length)] as Sample;
      const data = mutate(sample, all, random);
      const sent = random() < 0.9 ? data.length : data.length + Math.floor(random() * 2000);
      const packet = view(frame, sample.linkType, data, sent);
      const start = performance.now();
      try {
        everyForm(analyser, packet);
      } catch (error) {
        throw new Error(`frame ${frame}, link type ${sample.linkType}, ${data.toString('hex')}`, { cause: error });
      }
      // The collector of garbage may run at any time: only what is slow by itself counts.
      if (performance.now() - start > LIMIT_MS && fastestOf(3, packet) > LIMIT_MS) slow.push(`frame ${frame} ${data.toString('hex')}`);
      if (frame % Math.ceil(PACKETS / CHECKPOINTS) === 0) {
        diagnose(analyser.facts());
        collectGarbage();
        heap.push(process.memoryUsage().heapUsed);
      }
    }
    expect(slow).toEqual([]);
    const [first = 0] = heap.slice(Math.floor(CHECKPOINTS / 2));
    // Tables fill until they are full (a long run only gets there); from the middle on they must not grow any more.
    const megabytes = heap.map((bytes) => Math.round(bytes / 1e6));
    console.log(`heap in MB at each tenth: ${megabytes.join(' ')}`);
    expect((heap.at(-1) ?? 0) / first).toBeLessThan(PACKETS >= 500_000 ? 1.2 : 2.5);
  }, 3_600_000);
});

function fastestOf(tries: number, packet: PacketView): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < tries; i++) {
    const fresh = new Analyser();
    const start = performance.now();
    everyForm(fresh, packet);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
