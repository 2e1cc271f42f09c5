import { describe, expect, it } from 'vitest';
import { splitSelectors } from '../../src/config/selectors.js';

describe('splitSelectors', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8', undefined],
    ['10.0.0.0/8[tcp/80], 192.168.0.0/16[udp]', '10.0.0.0/8 192.168.0.0/16', 'tcp/80'],
    ['10.0.0.0/8 10.1.0.0/16', '10.0.0.0/8 10.1.0.0/16', undefined],
    ['dynamic[gre]', '', 'gre'],
    ['%dynamic', '', undefined],
    ['vhost:%no,%priv', 'vhost:%no %priv', undefined],
    ['10.0.0.0/8[', '10.0.0.0/8', undefined],
  ])('%s', (value, subnets, protoPort) => {
    const split = splitSelectors({ value, file: 'f', line: 3 });
    expect([split.subnets.map((subnet) => subnet.value).join(' '), split.protoPort?.value]).toEqual([subnets, protoPort]);
    expect(split.subnets.every(({ line }) => line === 3)).toBe(true);
  });

  it('has nothing of nothing', () => {
    expect(splitSelectors(undefined)).toEqual({ subnets: [] });
  });
});
