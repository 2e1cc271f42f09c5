import { describe, expect, it } from 'vitest';
import { type IkePort, type IkeSocketFacts, judgeIkeSocket, readIkeSockets } from '../../../src/checks/shared/ike-socket.js';
import { FakeHost } from '../../../src/host/fake.js';
import { answer, noAnswer } from '../../../src/host/host.js';
import type { ListeningSocket } from '../../../src/host/linux/sockets.js';
import type { Stack, StackId } from '../../../src/host/linux/stacks.js';
import { ConfiguredFacts, connection } from '../../support/configured-facts.js';
import { device } from '../../support/interfaces.js';

const port: IkePort = {
  id: 'udp-4500',
  port: 4500,
  label: 'NAT-T',
  closed: { status: 'warn', cause: 'A cause.', fix: ({ name }) => `see ${name}` },
};
const pluto = [{ name: 'pluto', pid: 7 }];
const socket = (
  address: string,
  owners: ListeningSocket['owners'] | 'unseen' = pluto,
  more: Partial<ListeningSocket> = {},
): ListeningSocket => ({
  protocol: 'udp',
  address,
  port: 4500,
  ...(owners !== 'unseen' && owners !== undefined && { owners }),
  ...more,
});
const stack = (id: StackId, running = true): Stack => ({
  id,
  name: id,
  programs: [],
  packages: [],
  running: running ? [{ pid: 7, parent: 1, name: 'pluto', command: [] }] : [],
});
const to = (address: string, name = 'net') => connection({ name, localEnd: { addresses: [address] } });

const facts = (
  sockets: readonly ListeningSocket[],
  more: Partial<IkeSocketFacts> = {},
  ...ipsec: ReturnType<typeof to>[]
): IkeSocketFacts => ({
  sockets: answer(sockets),
  stacks: answer([stack('libreswan')]),
  processes: answer([]),
  interfaces: answer([device('eth0', ['192.0.2.1', '2001:db8::1'])]),
  tunnels: { ipsec, openvpn: [], unread: [] },
  ...more,
});
const stopped = { stacks: answer([stack('libreswan', false), stack('openvpn')]) };

describe('who listens', () => {
  it.each<[string, IkeSocketFacts, string]>([
    ['one for both families', facts([socket('*')], {}, to('192.0.2.1'), to('2001:db8::1')), 'pass pluto on *'],
    [
      'the any-address of IPv4 is not that of IPv6',
      facts([socket('0.0.0.0')], {}, to('2001:db8::1', 'six')),
      'fail not open on 2001:db8::1, which six uses',
    ],
    ['nor the other way about', facts([socket('::')], {}, to('192.0.2.1', 'four')), 'fail not open on 192.0.2.1, which four uses'],
    [
      'each address by itself',
      facts([socket('192.0.2.1'), socket('2001:db8::1')], {}, to('192.0.2.1'), to('2001:db8::1')),
      'pass pluto on 192.0.2.1, 2001:db8::1',
    ],
    [
      'several connections without',
      facts([socket('127.0.0.1')], {}, to('192.0.2.1', 'a'), to('192.0.2.1', 'b'), to('2001:db8::1', 'c')),
      'fail not open on 192.0.2.1, 2001:db8::1, which a, b, c uses',
    ],
    ['an address that is not ours is not asked for', facts([socket('127.0.0.1')], {}, to('203.0.113.9')), 'pass pluto on 127.0.0.1'],
    [
      'nor one where interfaces were not seen',
      facts([socket('127.0.0.1')], { interfaces: noAnswer('denied', 'ip') }, to('192.0.2.1')),
      'pass pluto on 127.0.0.1',
    ],
    ['others of the host', facts([socket('*', [{ name: 'racer', pid: 8 }])], {}), 'fail held by racer (pid 8)'],
    [
      'others where nobody wants it',
      facts([socket('*', [{ name: 'racer', pid: 8 }])], stopped),
      'skip held by racer (pid 8); no IKE daemon runs, and no connection wants one',
    ],
    ['openvpn is no IKE daemon', facts([socket('*', [{ name: 'openvpn', pid: 9 }])], {}, to('192.0.2.1')), 'fail held by openvpn (pid 9)'],
    ['shared with one', facts([socket('*', [{ name: 'systemd', pid: 1 }, ...pluto])], {}, to('192.0.2.1')), 'pass systemd, pluto on *'],
    ['by whom is not seen', facts([socket('*', 'unseen')], {}, to('192.0.2.1')), 'unknown open on *, by whom could not be seen'],
    [
      'another port, another protocol',
      facts([socket('*', pluto, { port: 500 }), socket('*', pluto, { protocol: 'tcp' })]),
      'warn closed, although libreswan runs',
    ],
    ['openvpn alone runs, no connection', facts([], stopped), 'skip no IKE daemon runs, and no connection wants one'],
    ['openvpn alone runs', facts([], stopped, to('192.0.2.1')), 'fail closed, no IKE daemon runs'],
    [
      'no daemon is seen, nor could be',
      facts([], { ...stopped, processes: noAnswer('denied', '/proc: denied') }, to('192.0.2.1')),
      'unknown /proc: denied',
    ],
    ['sockets cannot be seen', facts([], { sockets: noAnswer('denied', 'ss: denied') }), 'unknown ss: denied'],
  ])('%s', (_, given, expected) =>
    expect(judgeIkeSocket(port, given).map(({ status, detail }) => `${status} ${detail}`)).toEqual([expected]),
  );
});

it.each<[string, IkeSocketFacts, string]>([
  ['none installed', facts([], { stacks: answer([]) }, to('192.0.2.1')), 'install an IKE daemon and start it'],
  [
    'two that one configuration may be of',
    facts(
      [],
      { stacks: answer([stack('libreswan', false), stack('strongswan', false)]) },
      connection({ dialect: 'libreswan' }),
      connection({ dialect: 'stroke' }),
    ),
    'start the daemon: systemctl enable --now ipsec, or strongswan-starter',
  ],
  ['pluto looks for addresses when it is told', facts([socket('127.0.0.1')], {}, to('192.0.2.1')), 'ipsec whack --listen'],
  ['closed: what the port says', facts([]), 'see libreswan'],
])('mended: %s', (_, given, text) => expect(judgeIkeSocket(port, given)[0]?.finding?.fix).toEqual([{ end: 'ours', text }]));

it('an address of IPv6 is written as ss writes it', () =>
  expect(judgeIkeSocket(port, facts([socket('2001:db8::1', [{ name: 'racer', pid: 8 }])]))[0]?.finding?.evidence).toEqual([
    { text: 'ss -lnup: [2001:db8::1]:4500 racer (pid 8)' },
  ]));

it('a host that answers nothing', async () => {
  const read = await readIkeSockets(new ConfiguredFacts(new FakeHost(), { connections: [connection()] }));
  expect([read.sockets.ok, read.interfaces.ok, read.tunnels.ipsec.length]).toEqual([false, false, 1]);
});
