import { expect, it } from 'vitest';
import { SaTable, type TableSa } from '../../../src/engine/ike/sa-table.js';

const spi = (byte: number): Uint8Array => new Uint8Array(8).fill(byte);
const sa = (number: number, role: TableSa['role'], kind: string, spiI: number, spiR: number): TableSa => ({
  number,
  role,
  kind,
  spiI: spi(spiI),
  spiR: spi(spiR),
});

it('finds an SA by the SPI that we chose, by number, and by its first message', () => {
  const table = new SaTable<TableSa>();
  const [ours, theirs] = [sa(1, 'initiator', 'waiting', 1, 2), sa(2, 'responder', 'waiting', 3, 4)];
  table.put(ours);
  table.put(theirs, 'first');
  expect(table.find('01'.repeat(8))).toBe(ours);
  expect(table.find('02'.repeat(8))).toBeUndefined();
  expect(table.find('04'.repeat(8))).toBe(theirs);
  expect(table.byNumber(2)).toBe(theirs);
  expect(table.byFirstMessage('first')).toBe(theirs);
  expect(table.size).toBe(2);
  const next = { ...theirs, kind: 'established' };
  table.put(next);
  expect([table.find('04'.repeat(8)), table.byFirstMessage('first'), table.size]).toEqual([next, next, 2]);
  table.remove(next);
  expect([table.find('04'.repeat(8)), table.byFirstMessage('first'), table.byNumber(2), table.size]).toEqual([
    undefined,
    undefined,
    undefined,
    1,
  ]);
});

it('counts as half-open whoever began with us and has not proved itself, the oldest first', () => {
  const table = new SaTable<TableSa>();
  table.put(sa(1, 'initiator', 'waiting', 1, 2));
  for (const number of [5, 3, 4]) table.put(sa(number, 'responder', 'waiting', 9, number));
  expect([table.halfOpen, table.oldestHalfOpen()?.number]).toEqual([3, 5]);
  table.put(sa(5, 'responder', 'established', 9, 5));
  expect([table.halfOpen, table.oldestHalfOpen()?.number]).toEqual([2, 3]);
  table.put(sa(3, 'responder', 'closing', 9, 3));
  table.remove(sa(4, 'responder', 'waiting', 9, 4));
  expect([table.halfOpen, table.oldestHalfOpen()]).toEqual([0, undefined]);
});
