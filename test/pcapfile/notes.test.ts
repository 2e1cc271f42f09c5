import { describe, expect, it } from 'vitest';
import { Notes } from '../../src/pcapfile/notes.js';

describe('Notes', () => {
  it('counts what is said again and keeps the first place', () => {
    const notes = new Notes();
    notes.add('packet 3 is odd', 'odd');
    notes.add('the file ends');
    notes.add('packet 9 is odd', 'odd');
    expect(notes.list()).toEqual(['packet 3 is odd (2 times)', 'the file ends']);
  });

  it('is bounded, and still counts what it knows when full', () => {
    const notes = new Notes();
    for (let index = 0; index < 1000; index++) notes.add(`remark ${index}`);
    notes.add('remark 0');
    const list = notes.list();
    expect(list).toHaveLength(33);
    expect(list[0]).toBe('remark 0 (2 times)');
    expect(list[32]).toBe('968 more remarks of other kinds');
  });
});
