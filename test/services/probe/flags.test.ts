import { describe, expect, it } from 'vitest';
import { addressOf, connectOf, hostOf, mtuOf, patienceOf, portOf, untilOf, versionOf } from '../../../src/services/probe/flags.js';

describe('flags of a probe', () => {
  it.each([
    [() => portOf('500', '--ike-port'), 500],
    [() => portOf(undefined, '--ike-port'), undefined],
    [() => addressOf('fd00::1', '--ping'), 'fd00::1'],
    [() => connectOf('10.0.0.1:80'), { address: '10.0.0.1', port: 80 }],
    [() => connectOf('[fd00::1]:443'), { address: 'fd00::1', port: 443 }],
    [() => hostOf('gw.example.com'), 'gw.example.com'],
    [() => hostOf('fe80::1%eth0'), 'fe80::1%eth0'],
    [() => versionOf('gw', {}), undefined],
    [() => versionOf('gw', { ipv6: true, source: 'fd00::1' }), 6],
    [() => versionOf('192.0.2.1', { source: '192.0.2.2' }), 4],
    [() => mtuOf('1400'), 1400],
    [() => untilOf('echo'), 'echo'],
    [() => patienceOf('2'), { first: 500, patience: 2000 }],
    [() => patienceOf('0.4'), { first: 100, patience: 400 }],
    [() => patienceOf(undefined), { first: 500, patience: 8000 }],
  ])('%s', (read, wanted) => expect(read()).toEqual(wanted));

  it.each([
    () => portOf('0', '--ike-port'),
    () => portOf('65536', '--ike-port'),
    () => portOf('ike', '--ike-port'),
    () => addressOf('gw.example.com', '--ping'),
    () => connectOf('10.0.0.1'),
    () => connectOf('fd00::1:80'),
    () => connectOf('10.0.0.1:0'),
    () => connectOf('999.0.0.1:80'),
    () => hostOf(''),
    () => hostOf('gw:500'),
    () => hostOf('[fd00::1]:500'),
    () => hostOf('http://gw'),
    () => hostOf('192.0.2.0/24'),
    () => versionOf('192.0.2.1', { ipv6: true }),
    () => versionOf('192.0.2.1', { source: '::1' }),
    () => versionOf('::1', { ipv4: true }),
    () => mtuOf('100'),
    () => mtuOf('1e9'),
    () => untilOf('phase1'),
    () => patienceOf('0'),
    () => patienceOf('-1'),
    () => patienceOf('soon'),
  ])('%s is refused with what to do', (read) => {
    expect(read).toThrow(expect.objectContaining({ name: 'UsageError', hint: expect.any(String) }));
  });

  it.each([
    { ipv4: true, ipv6: true },
    { ipv4: true, source: '::1' },
  ])('%j contradict each other', (flags) => {
    expect(() => versionOf('gw', flags)).toThrow(/exclude each other|is asked for/);
  });
});
