import { describe, expect, it } from 'vitest';
import { listenOn, timeoutOf } from '../../../src/services/serve/flags.js';

describe('flags of a server', () => {
  it.each([
    [undefined, 2 ** 31 - 1],
    ['0.5', 500],
    ['60', 60_000],
  ])('--timeout %s is %i ms', (text, wanted) => expect(timeoutOf(text)).toBe(wanted));

  it.each(['0', '-1', 'soon', '1e9'])('--timeout %s is refused', (text) =>
    expect(() => timeoutOf(text)).toThrow('is not a time in seconds'),
  );

  it('listens where it is told, else on every address but link-local ones', () => {
    expect(listenOn(['127.0.0.1', '::1'])).toEqual(['127.0.0.1', '::1']);
    expect(listenOn(['fe80::1%eth0'])).toEqual(['fe80::1%eth0']);
    expect(() => listenOn(['here%eth0'])).toThrow('--listen here');
    expect(listenOn([])).toContain('127.0.0.1');
    expect(listenOn([]).join(' ')).not.toMatch(/fe80/);
    expect(() => listenOn(['gw'])).toThrow('--listen gw is not an address');
  });
});
