import { expect, test } from 'vitest';
import { type FakeAnswers, FakeHost } from '../../../src/host/fake.js';
import { answer } from '../../../src/host/host.js';
import type { Process } from '../../../src/host/linux/processes.js';
import { IPSEC_VERSION, readStacks } from '../../../src/host/linux/stacks.js';
import { RecordingHost } from '../../../src/host/recorder.js';

const DPKG =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg-query's
  'dpkg-query -W -f=${Package}\\t${Version}\\t${db:Status-Status}\\n strongswan strongswan-swanctl strongswan-charon charon-systemd strongswan-starter libcharon-extra-plugins libreswan openswan racoon ipsec-tools isakmpd openiked iked openvpn';
const RPM =
  'rpm -q --qf=%{NAME}\\t%{VERSION}-%{RELEASE}\\n strongswan strongswan-swanctl strongswan-charon charon-systemd strongswan-starter libcharon-extra-plugins libreswan openswan racoon ipsec-tools isakmpd openiked iked openvpn';

const running = (name: string, sameNetwork?: boolean): Process => ({
  pid: 70,
  parent: 1,
  name,
  command: [],
  ...(sameNetwork !== undefined && { sameNetwork }),
});

const read = async (answers: FakeAnswers, processes: readonly Process[] = []) => {
  const host = new FakeHost(answers);
  const stacks = await readStacks(host, answer(processes), host.run(IPSEC_VERSION));
  return stacks.ok ? stacks.value : [];
};

const ipsec = (line: string): FakeAnswers => ({ commands: { 'ipsec --version': `${line}\n` }, files: { '/usr/lib/ipsec/pluto': '' } });

test.each<[string, FakeAnswers, readonly Process[], readonly object[]]>([
  ['nothing', {}, [], []],
  [
    'swanctl',
    { files: { '/usr/sbin/swanctl': '' }, commands: { 'swanctl --version': 'strongSwan swanctl 5.9.8\n' } },
    [],
    [{ id: 'strongswan', version: '5.9.8', programs: ['/usr/sbin/swanctl'], running: [] }],
  ],
  [
    'strongSwan with the old starter',
    { files: { '/usr/lib/ipsec/starter': '' }, commands: { 'ipsec --version': 'Linux strongSwan U5.9.8/K6.1.0-28-amd64\nUniversity\n' } },
    [running('charon')],
    [{ id: 'strongswan', version: '5.9.8', versionLine: 'Linux strongSwan U5.9.8/K6.1.0-28-amd64', running: [{ name: 'charon' }] }],
  ],
  [
    'libreswan',
    ipsec('Linux Libreswan 4.10 (XFRM) on 6.1.0'),
    [running('pluto')],
    [{ id: 'libreswan', version: '4.10', running: [{ name: 'pluto' }] }],
  ],
  ['libreswan 5', ipsec('Libreswan 5.2'), [], [{ id: 'libreswan', version: '5.2', running: [] }]],
  [
    'Openswan',
    ipsec('Linux Openswan U2.6.37/K2.6.32 (netkey)'),
    [running('pluto')],
    [{ id: 'openswan', version: '2.6.37', running: [{ name: 'pluto' }] }],
  ],
  ['a pluto of nobody', { files: { '/usr/lib/ipsec/pluto': '' } }, [], []],
  ['a pluto that runs', { files: { '/usr/lib/ipsec/pluto': '' } }, [running('pluto')], [{ id: 'libreswan', running: [{ name: 'pluto' }] }]],
  [
    'a package',
    {
      commands: { [DPKG]: { stdout: 'racoon\t1:0.8.2\tinstalled\nopenvpn\t2.6\tconfig-files\nstrongswan\t\tnot-installed\n', status: 1 } },
    },
    [],
    [{ id: 'racoon', version: '1:0.8.2', packages: [{ name: 'racoon', version: '1:0.8.2' }] }],
  ],
  [
    'a package of rpm',
    { commands: { [RPM]: { stdout: 'libreswan\t4.15-3.el9\npackage racoon is not installed\n', status: 13 } } },
    [],
    [{ id: 'libreswan', version: '4.15-3.el9' }],
  ],
  [
    'OpenVPN, which left with status 1',
    { files: { '/usr/sbin/openvpn': '' }, commands: { 'openvpn --version': { stdout: 'OpenVPN 2.4.7 x86_64\n', status: 1 } } },
    [running('openvpn')],
    [{ id: 'openvpn', version: '2.4.7', running: [{ name: 'openvpn' }] }],
  ],
  ['a charon of another network namespace', {}, [running('charon', false)], []],
  ['a charon of this one', {}, [running('charon-systemd', true)], [{ id: 'strongswan', running: [{ name: 'charon-systemd' }] }]],
  ['others', {}, [running('racoon'), running('iked'), running('isakmpd')], [{ id: 'racoon' }, { id: 'isakmpd' }, { id: 'iked' }]],
])('%s', async (_, answers, processes, expected) => {
  const stacks = await read(answers, processes);
  expect(stacks).toHaveLength(expected.length);
  expect(stacks).toMatchObject(expected);
});

test.each<[string, FakeAnswers, boolean]>([
  ['told by its program', { files: { '/usr/sbin/swanctl': '' }, commands: { 'swanctl --version': 'strongSwan swanctl 5.9.8\n' } }, false],
  ['libreswan, whose pluto might be that of Openswan', ipsec('Linux Libreswan 4.10 (XFRM) on 6.1.0'), false],
  [
    'a pluto of nobody knows whom',
    { files: { '/usr/lib/ipsec/pluto': '', '/usr/sbin/openvpn': '' }, commands: { 'openvpn --version': 'OpenVPN 2.6.14\n' } },
    true,
  ],
  ['not told', { files: { '/usr/sbin/racoon': '' } }, true],
  ['told by one of two', { ...ipsec('Libreswan 5.2'), files: { '/usr/sbin/racoon': '' } }, true],
  ['nothing found', {}, true],
])('the package database is asked where no program tells its version: %s', async (_, answers, asked) => {
  const host = new RecordingHost(new FakeHost(answers));
  await readStacks(host, answer([]), host.run(IPSEC_VERSION));
  expect(DPKG in (await host.answers()).commands).toBe(asked);
});
