import { describe, expect, it } from 'vitest';
import { check } from '../../src/checks/snmp-counters.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases, expectForm, factsOf } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const counters = (reversePath: number, reassembly: number) =>
  healthyHost({
    files: {
      '/proc/net/snmp': `Ip: Forwarding ReasmFails\nIp: 1 ${reassembly}\n`,
      '/proc/net/netstat': `TcpExt: SyncookiesSent IPReversePathFilter\nTcpExt: 0 ${reversePath}\n`,
    },
  });

checkCases(check, [
  { name: 'none', host: healthyHost(), status: ['pass', 'pass'] },
  { name: 'strays', host: counters(12, 3), status: ['pass', 'pass'] },
  {
    name: 'many',
    host: counters(9000, 800),
    status: ['warn', 'warn'],
    codes: ['host/snmp-counters-reverse-path', 'host/snmp-counters-reassembly'],
  },
  { name: 'nothing to be seen', host: new FakeHost(), status: 'unknown' },
]);

describe('what rose between two looks', () => {
  it('names the counter and the rise', async () => {
    const [before, after] = await Promise.all([counters(5, 7), counters(5, 9)].map((host) => check.facts(factsOf({ host }))));
    const lines = check.judgeChange?.(before as never, after as never, 5) ?? [];
    expectForm(check, lines);
    expect(lines.map(({ status, detail }) => `${status} ${detail}`)).toEqual([
      'pass did not rise in 5 s',
      'warn +2 in 5 s: fragments that could not be put together',
    ]);
  });
});
