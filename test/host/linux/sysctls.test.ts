import { expect, test } from 'vitest';
import { FakeHost } from '../../../src/host/fake.js';
import { type InterfaceSysctl, readInterfaceSysctl, readSysctl } from '../../../src/host/linux/sysctls.js';

type Settings = Readonly<Record<string, number | string>>;

const host = (settings: Settings) =>
  new FakeHost({ files: Object.fromEntries(Object.entries(settings).map(([path, value]) => [`/proc/sys/net/${path}`, `${value}\n`])) });

/** Setting, all, interface, forwarding of the interface, value in force. */
const ipv4: readonly (readonly [InterfaceSysctl, number, number, number, number])[] = [
  ['rp_filter', 0, 0, 1, 0],
  ['rp_filter', 1, 0, 1, 1],
  ['rp_filter', 0, 1, 1, 1],
  ['rp_filter', 1, 2, 1, 2],
  ['rp_filter', 2, 1, 1, 2],
  ['send_redirects', 0, 0, 1, 0],
  ['send_redirects', 1, 0, 1, 1],
  ['send_redirects', 0, 1, 1, 1],
  ['accept_redirects', 1, 0, 1, 0],
  ['accept_redirects', 0, 1, 1, 0],
  ['accept_redirects', 1, 1, 1, 1],
  ['accept_redirects', 1, 0, 0, 1],
  ['accept_redirects', 0, 1, 0, 1],
  ['accept_redirects', 0, 0, 0, 0],
  ['forwarding', 1, 0, 0, 0],
  ['forwarding', 0, 1, 1, 1],
  ['disable_policy', 0, 1, 1, 1],
  ['disable_xfrm', 1, 0, 1, 1],
];

test.each(ipv4)('IPv4 %s: all %i, interface %i, forwarding %i: %i', async (name, all, own, forwarding, value) => {
  const read = await readInterfaceSysctl(
    host({ 'ipv4/conf/eth0/forwarding': forwarding, [`ipv4/conf/all/${name}`]: all, [`ipv4/conf/eth0/${name}`]: own }),
    'ipv4',
    'eth0',
    name,
  );
  expect(read).toMatchObject({ ok: true, value: { value, device: 'eth0' } });
  expect(read.ok && read.value.how).toContain(`${value}`);
});

const ipv6: readonly (readonly [InterfaceSysctl, Settings, number])[] = [
  ['disable_policy', { 'ipv6/conf/all/disable_policy': 1, 'ipv6/conf/eth0/disable_policy': 0 }, 1],
  ['forwarding', { 'ipv6/conf/all/forwarding': 1, 'ipv6/conf/eth0/forwarding': 0 }, 1],
  ['forwarding', { 'ipv6/conf/all/forwarding': 0, 'ipv6/conf/eth0/forwarding': 1 }, 0],
  ['accept_redirects', { 'ipv6/conf/eth0/accept_redirects': 1, 'ipv6/conf/eth0/forwarding': 0 }, 1],
  ['accept_redirects', { 'ipv6/conf/eth0/accept_redirects': 1, 'ipv6/conf/eth0/forwarding': 1 }, 0],
  ['accept_redirects', { 'ipv6/conf/eth0/accept_redirects': 0, 'ipv6/conf/eth0/forwarding': 0 }, 0],
];

test.each(ipv6)('IPv6 %s: %j: %i', async (name, settings, value) => {
  expect(await readInterfaceSysctl(host(settings), 'ipv6', 'eth0', name)).toMatchObject({ ok: true, value: { value } });
});

test('an interface with dots in its name', async () => {
  const read = await readInterfaceSysctl(
    host({ 'ipv4/conf/all/rp_filter': 1, 'ipv4/conf/eth0.100/rp_filter': 0 }),
    'ipv4',
    'eth0.100',
    'rp_filter',
  );
  expect(read).toMatchObject({
    ok: true,
    value: {
      how: 'max(all = 1, eth0.100 = 0) = 1',
      sources: [
        { name: 'net.ipv4.conf.all.rp_filter', value: 1 },
        { name: 'net.ipv4.conf.eth0.100.rp_filter', value: 0 },
      ],
    },
  });
});

test('no answer where there is none', async () => {
  expect(await readInterfaceSysctl(host({}), 'ipv4', 'eth0', 'rp_filter')).toMatchObject({ ok: false, reason: 'missing' });
  expect(await readInterfaceSysctl(host({}), 'ipv6', 'eth0', 'rp_filter')).toMatchObject({ ok: false, reason: 'missing' });
  const odd = host({ 'ipv4/conf/all/rp_filter': 'x', 'ipv4/conf/eth0/rp_filter': 0 });
  expect(await readInterfaceSysctl(odd, 'ipv4', 'eth0', 'rp_filter')).toMatchObject({ ok: false, reason: 'failed' });
  expect(await readSysctl(host({ 'core/xfrm_larval_drop': 1 }), 'net/core/xfrm_larval_drop')).toEqual({ ok: true, value: '1' });
});
