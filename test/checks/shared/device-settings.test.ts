import { describe, expect, it } from 'vitest';
import { addressedDevices, pathOf } from '../../../src/checks/shared/device-settings.js';
import { sysctlFix, sysctlMends, sysctlName } from '../../../src/checks/shared/sysctl-mend.js';
import { answered } from '../../../src/host/host.js';
import { HostFacts } from '../../../src/host/host-facts.js';
import { healthyHost } from '../../support/healthy-host.js';

describe('names of settings', () => {
  it.each([
    ['net.ipv4.conf.eth0.rp_filter', 'net/ipv4/conf/eth0/rp_filter', 'net.ipv4.conf.eth0.rp_filter'],
    ['net.ipv4.conf.eth0.7.rp_filter', 'net/ipv4/conf/eth0.7/rp_filter', 'net/ipv4/conf/eth0.7/rp_filter'],
    ['net.ipv6.conf.all.forwarding', 'net/ipv6/conf/all/forwarding', 'net.ipv6.conf.all.forwarding'],
  ])('%s', (name, path, written) => {
    expect(pathOf(name)).toBe(path);
    expect(sysctlName(path)).toBe(written);
  });
});

describe('changes of settings', () => {
  const changes = [{ path: 'net/ipv4/ip_forward', old: 0, value: 1 }];

  it('are a command and a line', () => {
    expect(sysctlFix(changes).map(({ text }) => text)).toEqual([
      'as root:\nsysctl -w net.ipv4.ip_forward=1',
      'to keep it, in /etc/sysctl.d/99-vpndoctor.conf:\nnet.ipv4.ip_forward = 1',
    ]);
  });

  it('go back to what was found', () => {
    expect(sysctlMends(changes, 'why').map(({ undo }) => undo)[0]).toBe('sysctl -w net.ipv4.ip_forward=0');
  });
});

describe('interfaces with addresses', () => {
  it('are up and not loopback', async () => {
    const interfaces = answered(await new HostFacts(healthyHost()).interfaces()) ?? [];
    expect(addressedDevices(interfaces, 'ipv4')).toEqual(['eth0', 'eth1']);
    expect(addressedDevices(interfaces, 'ipv6')).toEqual([]);
    expect(
      addressedDevices(
        interfaces.map((each) => ({ ...each, up: false })),
        'ipv4',
      ),
    ).toEqual([]);
  });
});
