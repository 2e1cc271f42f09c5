import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isLoopback, listInterfaces } from '../../src/capture/interfaces.js';

describe('listInterfaces', () => {
  it('ends with any, and names each once', () => {
    const names = listInterfaces().map(({ name }) => name);
    expect(names.at(-1)).toBe('any');
    expect(new Set(names).size).toBe(names.length);
  });

  it.skipIf(!existsSync('/sys/class/net/lo'))('knows the loopback interface', () => {
    expect(listInterfaces().find(({ name }) => name === 'lo')).toMatchObject({ loopback: true });
    expect(isLoopback('lo')).toBe(true);
  });

  it('takes an interface that is not there for none of the kind', () => expect(isLoopback('nosuch0')).toBe(false));
});
