import { describe, expect, it } from 'vitest';
import { forTerminal } from '../../src/report/for-terminal.js';
import { createStyle } from '../../src/report/style.js';

describe('what goes to a terminal', () => {
  it.each([
    ['a title that is set', 'SNI \x1b]0;owned\x07', 'SNI \\u001b]0;owned\\u0007'],
    ['a screen that is cleared', '\x1b[2J\x1b[H', '\\u001b[2J\\u001b[H'],
    ['text that is hidden', '\x1b[8msecret', '\\u001b[8msecret'],
    ['the control characters of eight bits', '\x9b2J \x7f', '\\u009b2J \\u007f'],
    ['a line that is written over', 'refused\raccepted', 'refused\\u000daccepted'],
    ['an order turned round', 'user \u202egpj.exe', 'user \\u202egpj.exe'],
  ])('%s is shown', (_, text, shown) => expect(forTerminal(text)).toBe(shown));

  it('lets through what lines are made of', () => {
    const text = 'one\ttwo\nthree\r\nfour – ü 漢\r';
    expect(forTerminal(text)).toBe(text);
  });

  it('lets through every code of our own', () => {
    const style = createStyle({ isTTY: true, env: { FORCE_COLOR: '1' } }, false);
    const text = [
      style.bold('a'),
      style.dim('b'),
      style.good('c'),
      style.bad('d'),
      ...(['error', 'warning', 'info'] as const).map((severity) => style.severity(severity, 'e')),
    ].join('');
    expect(text).toContain('\x1b[');
    expect(forTerminal(text)).toBe(text);
  });

  it('leaves JSON what it means', () => {
    const value = { name: 'a\x1b[2J\x9b\u2028\x7f"\\' };
    expect(JSON.parse(forTerminal(JSON.stringify(value)))).toEqual(value);
  });
});
