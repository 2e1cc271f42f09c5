import { describe, expect, it } from 'vitest';
import { systemEnvironment } from '../../src/transport/environment.js';

describe('the environment of this process', () => {
  it('draws so many bytes, others each time', () => {
    const [one, other] = [systemEnvironment.random(32), systemEnvironment.random(32)];
    expect([one.length, other.length]).toEqual([32, 32]);
    expect(one).not.toEqual(other);
  });

  it('dates in milliseconds since 1970', () => {
    const before = Date.now();
    const date = systemEnvironment.date();
    expect(date).toBeGreaterThanOrEqual(before);
    expect(date).toBeLessThanOrEqual(Date.now());
  });
});
