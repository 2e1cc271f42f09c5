import { describe, expect, it } from 'vitest';
import { check, judgeTry } from '../../src/checks/esp-ah-ipcomp.js';
import { FakeHost } from '../../src/host/fake.js';
import { answer, noAnswer } from '../../src/host/host.js';
import { checkCases } from '../support/check-cases.js';
import { connection, sourced } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const release = '/lib/modules/6.1.0-28-amd64';
const noFolder = { [`${release}/modules.dep`]: undefined, [`${release}/modules.builtin`]: undefined, '/proc/modules': '' };
const esp4 =
  'unshare -n ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1000 mode tunnel enc cbc(aes) 0x00000000000000000000000000000000';
const configured = { connections: [connection()] };
const compressed = { connections: [connection({ compress: sourced(true) })] };
const authenticated = {
  connections: [
    connection({
      protocol: sourced('ah'),
      localEnd: { addresses: ['2001:db8::1'], subnets: [] },
      remoteEnd: { addresses: ['2001:db8::2'], subnets: [] },
    }),
  ],
};

checkCases(check, [
  {
    name: 'all that is used loads',
    host: healthyHost(),
    configured,
    status: ['pass', 'pass', 'pass', 'pass', 'skip', 'skip'],
    says: [/esp4 loaded/, /esp6 loads on demand/],
  },
  {
    name: 'compression without module',
    host: healthyHost(),
    configured: compressed,
    status: ['pass', 'pass', 'pass', 'pass', 'fail', 'skip'],
    codes: ['host/esp-ah-ipcomp'],
    says: [/IPComp over IPv4, needed by net-net/],
  },
  {
    name: 'a line of modprobe.d keeps ESP from loading',
    host: healthyHost({ files: { '/proc/modules': '', '/etc/modprobe.d/harden.conf': '# hardening\ninstall esp4 /bin/false\n' } }),
    configured,
    status: ['fail', 'pass', 'pass', 'pass', 'skip', 'skip'],
    codes: ['host/esp-ah-ipcomp'],
    says: [/harden\.conf/, /"line":2/],
  },
  {
    name: 'AH over IPv6 alone is asked of the kernel',
    host: healthyHost({ files: { [`${release}/modules.dep`]: 'kernel/net/ipv4/esp4.ko:\n' } }),
    configured: authenticated,
    status: ['pass', 'skip', 'skip', 'fail', 'skip', 'skip'],
    codes: ['host/esp-ah-ipcomp'],
  },
  {
    name: 'no module folder: the kernel is tried, and has it',
    host: healthyHost({ files: noFolder, commands: { [esp4]: '' } }),
    configured,
    status: ['pass', 'skip', 'skip', 'skip', 'skip', 'skip'],
    says: [/an SA could be added/],
  },
  {
    name: 'no module folder: the kernel is tried, and has not',
    host: healthyHost({ files: noFolder, commands: { [esp4]: { stderr: 'Error: Requested type not found.\n', status: 2 } } }),
    configured,
    status: ['fail', 'skip', 'skip', 'skip', 'skip', 'skip'],
    codes: ['host/esp-ah-ipcomp'],
    says: [/Requested type not found/],
  },
  {
    name: 'without root it is not tried',
    host: healthyHost({ isRoot: false, files: noFolder, commands: { [esp4]: '' } }),
    configured,
    status: ['unknown', 'skip', 'skip', 'skip', 'skip', 'skip'],
  },
  {
    name: 'nothing installed, nothing configured',
    host: new FakeHost(),
    configured: {},
    status: ['skip', 'skip', 'skip', 'skip', 'skip', 'skip'],
  },
]);

describe('what adding an SA tells', () => {
  it.each([
    ['', 0, 'there'],
    ['RTNETLINK answers: Protocol not supported\n', 2, 'absent'],
    ['Error: Requested type not found.\n', 2, 'absent'],
    ['RTNETLINK answers: Function not implemented\n', 2, undefined],
    ['unshare: unshare failed: Operation not permitted\n', 1, undefined],
  ])('%j', (stderr, status, is) => {
    expect(judgeTry(answer({ stdout: '', stderr, status }), 'esp4')?.is).toBe(is);
  });

  it('says nothing without an answer', () => {
    expect(judgeTry(noAnswer('timeout', 'unshare: timeout'), 'esp4')).toBeUndefined();
  });
});
