import { describe, expect, it } from 'vitest';
import { createStyle, type Terminal } from '../../src/report/style.js';

const RED = '\x1b[31mno\x1b[39m';

describe('colour', () => {
  it.each<[string, Partial<Terminal>, boolean, boolean]>([
    ['a terminal', { isTTY: true }, false, true],
    ['a pipe', { isTTY: false }, false, false],
    ['--no-color', { isTTY: true }, true, false],
    ['NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false, false],
    ['an empty NO_COLOR, which means nothing', { isTTY: true, env: { NO_COLOR: '' } }, false, true],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false, false],
    ['FORCE_COLOR in a pipe', { isTTY: false, env: { FORCE_COLOR: '1' } }, false, true],
    ['FORCE_COLOR=0 in a terminal', { isTTY: true, env: { FORCE_COLOR: '0' } }, false, false],
    ['FORCE_COLOR and NO_COLOR', { isTTY: true, env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, false, false],
    ['FORCE_COLOR and --no-color', { isTTY: true, env: { FORCE_COLOR: '1' } }, true, false],
  ])('%s', (_, terminal, noColor, coloured) => {
    expect(createStyle({ isTTY: false, env: {}, ...terminal }, noColor).bad('no')).toBe(coloured ? RED : 'no');
  });

  it('tells severities apart, in words that stay the same', () => {
    const style = createStyle({ isTTY: true, env: {} }, false);
    const painted = (['error', 'warning', 'info'] as const).map((severity) => style.severity(severity, 'x'));
    expect(new Set(painted).size).toBe(3);
    const plain = createStyle({ isTTY: false, env: {} }, false);
    expect([plain.bold('a'), plain.dim('b'), plain.good('c'), plain.severity('error', 'd')]).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('width', () => {
  it.each<[number | undefined, number]>([
    [undefined, 80],
    [0, 80],
    [20, 40],
    [40, 40],
    [72, 72],
    [100, 100],
    [300, 100],
  ])('a terminal of %s columns: %d', (columns, width) => {
    expect(createStyle({ isTTY: true, env: {}, ...(columns === undefined ? {} : { columns }) }, false).width).toBe(width);
  });

  it('does not ask a pipe', () => expect(createStyle({ isTTY: false, columns: 200, env: {} }, false).width).toBe(80));
});
