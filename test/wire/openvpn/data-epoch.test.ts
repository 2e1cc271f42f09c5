import { expect, it } from 'vitest';
import { epochFront } from '../../../src/wire/openvpn/data-epoch.js';

it.each<[number, number | undefined]>([
  [0x0001_0000, 1],
  [0xffff_0000, 0xffff],
  [0x0001_0001, undefined],
  [0, undefined],
  [7, undefined],
])('%i: epoch %s', (first, epoch) => expect(epochFront(first)).toBe(epoch));
