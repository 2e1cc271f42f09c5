import { check } from '../../src/checks/ip-no-pmtu-disc.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const is = (value: string) => healthyHost({ files: { '/proc/sys/net/ipv4/ip_no_pmtu_disc': value } });
const configured = { connections: [connection()] };

checkCases(check, [
  { name: 'on', host: healthyHost(), configured, status: 'pass' },
  ...['1', '2', '3'].map((value) => ({
    name: `off: ${value}`,
    host: is(`${value}\n`),
    configured,
    status: 'warn' as const,
    codes: ['host/ip-no-pmtu-disc'],
    says: [`ip_no_pmtu_disc = ${value}`],
    mends: ['sysctl -w net.ipv4.ip_no_pmtu_disc=0'],
  })),
  { name: 'off, and no tunnel', host: is('1\n'), configured: {}, status: 'skip' },
  { name: 'nothing to be seen', host: new FakeHost(), configured, status: 'unknown' },
]);
