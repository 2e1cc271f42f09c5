import { expect, it } from 'vitest';
import { MemoryDuplex } from '../../src/transport/memory-duplex.js';

it('collects what was written once, tells of it, and gives what is pushed', async () => {
  let writes = 0;
  const wire = new MemoryDuplex(() => writes++);
  wire.write(Buffer.from('ab'));
  wire.write(Buffer.from('c'));
  expect([Buffer.from(wire.collect()).toString(), wire.collect().length, writes]).toEqual(['abc', 0, 2]);
  const read = new Promise((resolve) => wire.once('data', resolve));
  wire.push(Buffer.from('x'));
  expect(await read).toEqual(Buffer.from('x'));
});
