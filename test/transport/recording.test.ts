import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Recording } from '../../src/transport/recording.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const at = temporaryFolder();
const SECRET = 0x544c534b;
/** Of pcapng: section, interface, packet, secrets. */
const NAMES: Readonly<Record<number, string>> = { 168627466: 'section', 1: 'interface', 6: 'packet', 10: 'secrets' };

/** A packet that is told by its first byte. */
const packet = (mark: number) => new Uint8Array(20).fill(mark);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Blocks behind the head of the file, in order: `packet 1`, `secrets`. */
function blocksOf(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const blocks: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += bytes.readUInt32LE(offset + 4)) {
    const name = NAMES[bytes.readUInt32LE(offset)] ?? 'unknown';
    blocks.push(name === 'packet' ? `packet ${bytes[offset + 28]}` : name);
  }
  return blocks.slice(3);
}

describe('keys that come behind what they open', () => {
  it('go in front of what waits for them, in their order', async () => {
    const recording = new Recording({ path: at('held') });
    recording.wire(packet(1));
    await turn();
    recording.hold(10_000);
    recording.wire(packet(2));
    await turn();
    recording.wire(packet(3));
    await turn();
    recording.secrets(SECRET, Buffer.from('first'));
    recording.wire(packet(4));
    await turn();
    recording.secrets(SECRET, Buffer.from('second'));
    recording.release();
    recording.wire(packet(5));
    recording.close();
    expect(blocksOf(at('held'))).toEqual(['packet 1', 'secrets', 'secrets', 'packet 2', 'packet 3', 'packet 4', 'packet 5']);
  });

  it('go in front of what waits for them when they themselves fill a lot', async () => {
    const recording = new Recording({ path: at('full') });
    recording.hold(10_000);
    recording.secrets(SECRET, Buffer.alloc(70_000));
    recording.wire(packet(1));
    await turn();
    recording.secrets(SECRET, Buffer.from('second'));
    recording.close();
    expect(blocksOf(at('full'))).toEqual(['secrets', 'secrets', 'packet 1']);
  });

  it('are not waited for longer than said', async () => {
    const recording = new Recording({ path: at('late') });
    recording.hold(20);
    recording.wire(packet(1));
    await expect.poll(() => blocksOf(at('late')), { timeout: 5000 }).toEqual(['packet 1']);
    recording.secrets(SECRET, Buffer.from('late'));
    recording.close();
    expect(blocksOf(at('late'))).toEqual(['packet 1', 'secrets']);
  });

  it('do not make a large lot wait', async () => {
    const recording = new Recording({ path: at('large') });
    recording.hold(60_000);
    for (let n = 0; n < 100; n++) recording.wire(new Uint8Array(1000).fill(7));
    expect(blocksOf(at('large')).length).toBeGreaterThan(50);
    recording.close();
    expect(blocksOf(at('large'))).toHaveLength(100);
  });
});

it('standard output is no file', () => expect(() => new Recording({ path: '-' })).toThrow('-w - is no file'));
