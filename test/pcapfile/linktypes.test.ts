import { describe, expect, it } from 'vitest';
import { LINKTYPE, linkTypeName, linkTypes } from '../../src/pcapfile/linktypes.js';

describe('link types', () => {
  it('have a name each where the dissector tells them apart', () => {
    for (const number of Object.values(LINKTYPE)) expect(linkTypes[number]).toBeDefined();
  });

  it.each([
    [1, 'EN10MB'],
    [101, 'RAW'],
    [276, 'LINUX_SLL2'],
    [65_535, 'unknown (65535)'],
  ])('%d is %s', (number, name) => expect(linkTypeName(number)).toBe(name));
});
