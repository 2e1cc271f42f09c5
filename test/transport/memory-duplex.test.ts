import { expect, it } from 'vitest';
import { MemoryDuplex } from '../../src/transport/memory-duplex.js';

it('collects what was written once, counts it, and gives what is pushed', async () => {
  const wire = new MemoryDuplex();
  wire.write(Buffer.from('ab'));
  wire.write(Buffer.from('c'));
  expect([Buffer.from(wire.collect()).toString(), wire.collect().length, wire.writes]).toEqual(['abc', 0, 2]);
  const read = new Promise((resolve) => wire.once('data', resolve));
  wire.push(Buffer.from('x'));
  expect(await read).toEqual(Buffer.from('x'));
});
