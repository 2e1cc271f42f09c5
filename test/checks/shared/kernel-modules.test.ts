import { describe, expect, it } from 'vitest';
import { availability, parseBlocks, readModuleFacts } from '../../../src/checks/shared/kernel-modules.js';
import { HostFacts } from '../../../src/host/host-facts.js';
import { healthyHost } from '../../support/healthy-host.js';

describe('lines that keep modules from loading', () => {
  it.each([
    ['blacklist esp4', ['esp4']],
    ['  blacklist xfrm-user # why not', ['xfrm_user']],
    ['install esp4 /bin/false', ['esp4']],
    ['install esp4 /usr/bin/true', ['esp4']],
    ['install esp4 /sbin/modprobe --ignore-install esp4', []],
    ['# blacklist esp4', []],
    ['alias esp4 off', []],
    ['options esp4 x=1', []],
    ['', []],
  ])('%j', (text, names) => {
    expect(parseBlocks('x.conf', text).map(([name]) => name)).toEqual(names);
  });

  it('are counted from 1', () => {
    expect(parseBlocks('x.conf', '\n\nblacklist a\n')).toEqual([['a', { file: 'x.conf', line: 3, text: 'blacklist a' }]]);
  });
});

describe('what can be had of a module', () => {
  const of = async (files: Readonly<Record<string, string | undefined>>, ...names: string[]) =>
    availability(await readModuleFacts(new HostFacts(healthyHost({ files }))), names);
  const folder = '/lib/modules/6.1.0-28-amd64';

  it.each([
    ['loaded', {}, ['esp4'], 'there', /loaded/],
    ['loads on demand', {}, ['ah4'], 'there', /on demand/],
    ['built in', { [`${folder}/modules.builtin`]: 'kernel/net/ipv4/ip_vti.ko\n' }, ['ip_vti'], 'there', /built-in/],
    ['another name of it is there', {}, ['esp4_new', 'esp4'], 'there', /esp4 loaded/],
    ['not in this kernel', {}, ['ip_vti'], 'absent', /no module ip_vti/],
    ['kept from loading', { '/etc/modprobe.d/a.conf': 'blacklist ah4\n' }, ['ah4'], 'absent', /kept from loading/],
    ['kept from loading, and loaded', { '/etc/modprobe.d/a.conf': 'blacklist esp4\n' }, ['esp4'], 'there', /loaded/],
    ['loading is switched off', { '/proc/sys/kernel/modules_disabled': '1\n' }, ['ah4'], 'absent', /switched off/],
    ['no folder to tell', { [`${folder}/modules.dep`]: undefined }, ['ah4'], 'unknown', /is not there to tell/],
    ['no release', { '/proc/sys/kernel/osrelease': undefined }, ['ah4'], 'unknown', /osrelease/],
  ] as const)('%s', async (_, files, names, is, how) => {
    expect(await of(files, ...names)).toMatchObject({ is, how: expect.stringMatching(how) });
  });
});
