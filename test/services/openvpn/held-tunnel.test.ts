import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../src/bytes/errors.js';
import type { TunnelParameters } from '../../../src/engine/openvpn/happenings.js';
import { ProbeFacts } from '../../../src/probes/openvpn/shared/probe-facts.js';
import type { ProbeTarget } from '../../../src/probes/openvpn/target.js';
import { heldTunnel } from '../../../src/services/openvpn/held-tunnel.js';

const target = {} as ProbeTarget;
const parameters: TunnelParameters = {
  ifconfig: { local: '10.8.0.2', remoteOrNetmask: '255.255.255.0' },
  topology: 'subnet',
  gateway: '10.8.0.1',
  keepalive: { ping: 10, timeout: 60 },
  cipher: undefined,
  compression: { framing: 'none', compressOut: false },
  tunMtu: 1500,
  device: 'tun',
};
const { ifconfig: _, gateway: __, ...ipv6Only } = parameters;

interface Scene {
  readonly parameters?: TunnelParameters;
  readonly pushed?: readonly string[];
  readonly address?: string;
  readonly mtu?: number;
}

/** A tunnel whose packets are 25 bytes longer than what they carry. */
function scene({ parameters: own = parameters, pushed = [], address = '203.0.113.2', mtu }: Scene = {}) {
  const facts = new ProbeFacts();
  facts.address = address;
  facts.parameters = own;
  facts.push = { session: 1, at: 0, kind: 'push-reply', options: pushed, parts: 1, parameters: own };
  const sent: Uint8Array[] = [];
  const drops = new Map([['authentication', { count: 3, text: 'the tag does not fit' }]] as const);
  const link = {
    route: async () => ({ source: '198.51.100.1', ...(mtu === undefined ? {} : { mtu }) }),
    room: (length: number) => length - 25,
    sendInner: (packet: Uint8Array) => void sent.push(packet),
    counts: { packetsIn: 7, packetsOut: 5, bytesIn: 0, bytesOut: 0, unsent: 0, drops },
  };
  return { facts, link, sent };
}

const OURS = ['10.8.0.2/32'];
const SUBNET = ['10.8.0.1/32', '10.8.0.0/24'];

describe('addresses, routes and MTU', () => {
  it.each<readonly [string, Scene, readonly string[], readonly string[], number]>([
    ['a subnet', {}, OURS, SUBNET, 1447],
    [
      'routes that were pushed, but what leads everywhere or is no network',
      {
        pushed: [
          'route 10.1.0.0 255.255.0.0',
          'route 10.2.0.9',
          'route 0.0.0.0 0.0.0.0',
          'route name 255.0.0.0',
          'route 10.3.0.0 255.0.255.0',
          'redirect-gateway def1',
          'route-gateway 10.8.0.1',
        ],
      },
      OURS,
      [...SUBNET, '10.1.0.0/16', '10.2.0.9/32'],
      1447,
    ],
    [
      'point to point',
      { parameters: { ...parameters, topology: 'p2p', ifconfig: { local: '10.8.0.2', remoteOrNetmask: '10.8.0.9' }, gateway: '10.8.0.9' } },
      OURS,
      ['10.8.0.9/32'],
      1447,
    ],
    [
      'addresses of both versions',
      {
        parameters: { ...parameters, ifconfigIpv6: { local: 'fd00:8::1000/64', remote: 'fd00:8::1' } },
        pushed: ['route-ipv6 fd00:9::/48', 'route-ipv6 2000::/3'],
      },
      [...OURS, 'fd00:8::1000/128'],
      [...SUBNET, 'fd00:8::1000/64', 'fd00:9::/48', '2000::/3'],
      1447,
    ],
    [
      'both versions over tap, whose frames are made for one',
      { parameters: { ...parameters, device: 'tap', ifconfigIpv6: { local: 'fd00:8::1000/64', remote: 'fd00:8::1' } } },
      OURS,
      SUBNET,
      1433,
    ],
    ['tap', { parameters: { ...parameters, device: 'tap' } }, OURS, SUBNET, 1433],
    ['the MTU of the tunnel', { parameters: { ...parameters, tunMtu: 1200 } }, OURS, SUBNET, 1200],
    ['a narrow path', { mtu: 1400 }, OURS, SUBNET, 1347],
    ['over IPv6', { address: '2001:db8::2' }, OURS, SUBNET, 1427],
    [
      'IPv6 inside, which does not run over less than 1280',
      {
        parameters: { ...ipv6Only, ifconfigIpv6: { local: 'fd00::2/64', remote: 'fd00::1' } },
        pushed: ['route-ipv6 fd01::/48', 'route-ipv6 ::/0', 'route 10.1.0.0 255.255.0.0'],
        mtu: 1200,
      },
      ['fd00::2/128'],
      ['fd00::1/128', 'fd00::2/64', 'fd01::/48'],
      1280,
    ],
  ])('%s', async (_name, wishes, addresses, routes, mtu) => {
    const { facts, link } = scene(wishes);
    expect(await heldTunnel(target, facts, link, true)).toMatchObject({ addresses, routes, mtu, outside: facts.address });
  });
});

it('carries and counts while the tunnel is up', async () => {
  const { facts, link, sent } = scene();
  const tunnel = await heldTunnel(target, facts, link, true);
  tunnel.send(Uint8Array.of(1));
  expect(sent).toEqual([Uint8Array.of(1)]);
  expect(tunnel.counts()).toEqual({ sent: 5, received: 7, drops: ['3 dropped: the tag does not fit'] });
  expect(tunnel.isUp()).toBe(true);
  link.counts = { ...link.counts, packetsIn: 9 };
  expect(tunnel.isUp()).toBe(true);
  facts.ended = { session: 1, at: 0, kind: 'ended', by: 'peer' };
  // As of the last look.
  Object.assign(link, { counts: undefined });
  expect(tunnel.counts()).toMatchObject({ sent: 5, received: 9 });
  expect([tunnel.isUp(), tunnel.whyDown?.()]).toEqual([false, 'the peer ended the tunnel']);
  const refusal = { code: 'ping-timeout', by: 'nobody' as const, exchange: 'data', text: 'nothing was heard for 60 s' };
  facts.ended = { session: 1, at: 0, kind: 'ended', by: 'nobody', refusal };
  expect(tunnel.whyDown?.()).toBe(refusal.text);
});

it('without a tunnel there is nothing to give', async () => {
  const { link } = scene();
  await expect(heldTunnel(target, new ProbeFacts(), link, true)).rejects.toThrow(EnvironmentError);
});

it('a host without IPv6 gets the address of IPv4 alone', async () => {
  const both = { ...parameters, ifconfigIpv6: { local: 'fd00:8::1000/64', remote: 'fd00:8::1' } };
  const { facts, link } = scene({ parameters: both, pushed: ['route-ipv6 fd00:9::/48'] });
  expect(await heldTunnel(target, facts, link, false)).toMatchObject({ addresses: OURS, routes: SUBNET });
});
