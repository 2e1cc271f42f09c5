import { expect, it } from 'vitest';
import { unitOf } from '../../../src/checks/shared/daemon-unit.js';
import type { Stack, StackId } from '../../../src/host/linux/stacks.js';

const stack = (id: StackId, version?: string, ...running: string[]): Stack => ({
  id,
  name: id,
  programs: [],
  packages: [],
  ...(version !== undefined && { version }),
  running: running.map((name, at) => ({ pid: 700 + at, parent: 1, name, command: [] })),
});
const swanctl = { dialect: 'swanctl', file: '/etc/swanctl/swanctl.conf' } as const;
const ipsecConf = { dialect: 'stroke', file: '/etc/ipsec.conf' } as const;
const openvpn = (file: string) => ({ dialect: 'openvpn', file }) as const;

it.each([
  ['libreswan', stack('libreswan'), undefined, 'ipsec'],
  ['racoon', stack('racoon'), undefined, 'racoon'],
  ['strongSwan with swanctl.conf', stack('strongswan', '5.9.8'), swanctl, 'strongswan'],
  ['strongSwan with ipsec.conf', stack('strongswan', '5.9.8'), ipsecConf, 'strongswan-starter'],
  ['strongSwan before the names changed', stack('strongswan', '5.7.2'), ipsecConf, 'strongswan'],
  ['strongSwan before that, with swanctl.conf', stack('strongswan', '5.7.2'), swanctl, 'strongswan-swanctl'],
  ['the charon that runs was begun by starter', stack('strongswan', '5.9.8', 'starter', 'charon'), swanctl, 'strongswan-starter'],
  ['charon-systemd runs', stack('strongswan', '5.9.8', 'charon-systemd'), ipsecConf, 'strongswan'],
  ['a server', stack('openvpn'), openvpn('/etc/openvpn/server/road.conf'), 'openvpn-server@road'],
  ['a client', stack('openvpn'), openvpn('/etc/openvpn/client/office.conf'), 'openvpn-client@office'],
  ['the old folder', stack('openvpn'), openvpn('/etc/openvpn/site.conf'), 'openvpn@site'],
  ['a file of another ending', stack('openvpn'), openvpn('/etc/openvpn/client/office.ovpn'), 'openvpn-client@office'],
  ['a file elsewhere', stack('openvpn'), openvpn('/home/me/vpn.ovpn'), 'openvpn-server@NAME'],
  ['a folder below', stack('openvpn'), openvpn('/etc/openvpn/easy-rsa/x.conf'), 'openvpn-server@NAME'],
])('%s', (_, of, connection, unit) => expect(unitOf(of, connection)).toBe(unit));
