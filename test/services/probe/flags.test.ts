import { describe, expect, it } from 'vitest';
import { probeIds } from '../../../src/probes/ike/probe-ids.js';
import { addressOf, mtuOf, patienceOf, portOf, serviceOf, untilOf } from '../../../src/services/probe/flags.js';

describe('flags of a probe', () => {
  it.each([
    [() => portOf('500', '--ike-port'), 500],
    [() => portOf(undefined, '--ike-port'), undefined],
    [() => addressOf('fd00::1', '--ping'), 'fd00::1'],
    [() => serviceOf('10.0.0.1:80', '--connect'), { address: '10.0.0.1', port: 80 }],
    [() => serviceOf('[fd00::1]:443', '--connect'), { address: 'fd00::1', port: 443 }],
    [() => serviceOf('10.0.0.1:53', '--udp'), { address: '10.0.0.1', port: 53 }],
    [() => mtuOf('1400'), 1400],
    [() => untilOf('echo', probeIds), 'echo'],
    [() => patienceOf('2'), { first: 500, patience: 2000 }],
    [() => patienceOf('0.4'), { first: 100, patience: 400 }],
    [() => patienceOf(undefined), { first: 500, patience: 8000 }],
  ])('%s', (read, wanted) => expect(read()).toEqual(wanted));

  it.each([
    () => portOf('0', '--ike-port'),
    () => portOf('65536', '--ike-port'),
    () => portOf('ike', '--ike-port'),
    () => addressOf('gw.example.com', '--ping'),
    () => serviceOf('10.0.0.1', '--connect'),
    () => serviceOf('fd00::1:80', '--connect'),
    () => serviceOf('10.0.0.1:0', '--connect'),
    () => serviceOf('999.0.0.1:80', '--connect'),
    () => mtuOf('100'),
    () => mtuOf('1e9'),
    () => untilOf('phase1', probeIds),
    () => patienceOf('0'),
    () => patienceOf('-1'),
    () => patienceOf('soon'),
  ])('%s is refused with what to do', (read) => {
    expect(read).toThrow(expect.objectContaining({ name: 'UsageError', hint: expect.any(String) }));
  });
});
