import { describe, expect, test } from 'vitest';
import { type FakeAnswers, FakeHost } from '../../../src/host/fake.js';
import { readContainer } from '../../../src/host/linux/container.js';
import { parseSnmp, parseXfrmStat, readNetworkCounters, readXfrmCounters } from '../../../src/host/linux/counters.js';
import { type Modules, moduleStatus, parseCrypto, parseModulePaths, readModules } from '../../../src/host/linux/modules.js';

describe('counters', () => {
  test('xfrm_stat', () => {
    expect([...parseXfrmStat('XfrmInError             \t0\nXfrmInNoStates          \t12\nrubbish\n')]).toEqual([
      ['XfrmInError', 0],
      ['XfrmInNoStates', 12],
    ]);
  });

  test('snmp: names, then values; pairs that do not belong together are left out', () => {
    const counters = parseSnmp('Ip: Forwarding ReasmFails\nIp: 1 7\nTcp: A\nUdp: 1\n');
    expect([...counters]).toEqual([
      ['Ip.Forwarding', 1],
      ['Ip.ReasmFails', 7],
    ]);
  });

  test('both files, or why not', async () => {
    const files = { '/proc/net/snmp': 'Ip: ReasmFails\nIp: 7\n', '/proc/net/netstat': 'TcpExt: IPReversePathFilter\nTcpExt: 3\n' };
    const both = await readNetworkCounters(new FakeHost({ files }));
    expect(both.ok && both.value.get('TcpExt.IPReversePathFilter')).toBe(3);
    expect(await readNetworkCounters(new FakeHost({ files: { ...files, '/proc/net/netstat': { reason: 'denied' } } }))).toMatchObject({
      reason: 'denied',
    });
    expect(await readXfrmCounters(new FakeHost())).toMatchObject({ ok: false, reason: 'missing' });
  });
});

describe('modules', () => {
  const files = {
    '/proc/sys/kernel/osrelease': '6.1.0\n',
    '/proc/modules': 'xfrm_user 53248 2 - Live 0x0\nnf-tables 1 0 - Live 0x0\n',
    '/lib/modules/6.1.0/modules.builtin': 'kernel/net/xfrm/xfrm_algo.ko\n',
    '/lib/modules/6.1.0/modules.dep': 'kernel/net/ipv4/esp4.ko.xz: kernel/x.ko\nkernel/net/esp-offload.ko:\n',
  };
  const read = async (answers: FakeAnswers) => {
    const modules = await readModules(new FakeHost(answers));
    return modules.ok ? modules.value : (undefined as unknown as Modules);
  };

  test.each([
    ['xfrm_user', 'loaded'],
    ['nf_tables', 'loaded'],
    ['xfrm_algo', 'built-in'],
    ['esp4', 'loadable'],
    ['esp_offload', 'loadable'],
    ['esp-offload', 'loadable'],
    ['ah4', 'absent'],
  ])('%s is %s', async (name, status) => {
    expect(moduleStatus(await read({ files }), name)).toBe(status);
  });

  test('without the module folder nobody knows', async () => {
    const modules = await read({ files: { '/proc/sys/kernel/osrelease': '6.1.0\n' } });
    expect(moduleStatus(modules, 'esp4')).toBeUndefined();
    expect(await readModules(new FakeHost({ files: { ...files, '/proc/modules': { reason: 'denied' } } }))).toMatchObject({
      reason: 'denied',
    });
  });

  test('endings', () => {
    expect([...parseModulePaths('a/b.ko\na/c.ko.zst: x\na/d.txt\n\n')]).toEqual(['b', 'c']);
  });

  test('/proc/crypto', () => {
    expect(
      parseCrypto(
        'name         : cbc(aes)\ndriver       : cbc-aes-aesni\nmodule       : aesni_intel\ntype         : skcipher\n\nname : sha256\n\n',
      ),
    ).toEqual([
      { name: 'cbc(aes)', driver: 'cbc-aes-aesni', module: 'aesni_intel', type: 'skcipher' },
      { name: 'sha256', driver: '', module: '', type: '' },
    ]);
  });
});

test.each<[string, FakeAnswers, object]>([
  ['systemd says so', { commands: { 'systemd-detect-virt -c': 'lxc\n' } }, { inside: true, kind: 'lxc' }],
  ['systemd says no', { commands: { 'systemd-detect-virt -c': { stdout: 'none\n', status: 1 } } }, { inside: false }],
  ['marker of Docker', { files: { '/.dockerenv': '' } }, { inside: true, kind: 'docker', evidence: '/.dockerenv exists' }],
  ['marker of Podman', { files: { '/run/.containerenv': '' } }, { inside: true, kind: 'podman' }],
  ['cgroup', { files: { '/proc/1/cgroup': '0::/kubepods/besteffort/pod1\n' } }, { inside: true, kind: 'kubernetes' }],
  ['no sign', { files: { '/proc/1/cgroup': '0::/init.scope\n' } }, { inside: false }],
])('container: %s', async (_, answers, expected) => {
  expect(await readContainer(new FakeHost(answers))).toMatchObject({ ok: true, value: expected });
});

test('container: nothing to be seen', async () => {
  expect(await readContainer(new FakeHost())).toMatchObject({ ok: false });
});
