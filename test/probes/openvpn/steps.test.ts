import { describe, expect, it } from 'vitest';
import { probes } from '../../../src/probes/openvpn/index.js';
import { probeIds } from '../../../src/probes/openvpn/probe-ids.js';
import { innerAddresses } from '../../../src/probes/openvpn/shared/inner-addresses.js';
import { ProbeFacts } from '../../../src/probes/openvpn/shared/probe-facts.js';
import { pushedText } from '../../../src/probes/openvpn/shared/pushed-text.js';
import type { ProbeTarget } from '../../../src/probes/openvpn/target.js';
import { inOrder } from '../../../src/probes/shared/run-probes.js';

it('the registry has every step once, and each comes behind those it needs', () => {
  const ordered = inOrder(probeIds, probes);
  expect(ordered.map(({ id }) => id)).toEqual([...probeIds]);
  for (const [place, { after }] of ordered.entries()) for (const id of after) expect(probeIds.indexOf(id)).toBeLessThan(place);
});

describe('addresses for test traffic', () => {
  const target = {} as ProbeTarget;
  const facts = (parameters: object, options: readonly string[] = []) =>
    Object.assign(new ProbeFacts(), { parameters, push: { options } }) as ProbeFacts;

  it.each([
    [
      'the gateway that was pushed',
      { ifconfig: { local: '10.8.0.2', remoteOrNetmask: '255.255.255.0' }, gateway: '10.8.0.1', topology: 'subnet' },
      [],
      '10.8.0.1',
      false,
    ],
    ['the other end', { ifconfig: { local: '10.8.0.2', remoteOrNetmask: '10.8.0.1' }, topology: 'p2p' }, [], '10.8.0.1', false],
    [
      'of net30 the server, to which a route is pushed',
      { ifconfig: { local: '10.8.0.6', remoteOrNetmask: '10.8.0.5' }, topology: 'net30' },
      ['route 10.1.0.0 255.255.0.0', 'route 10.8.0.1'],
      '10.8.0.1',
      false,
    ],
    [
      'the first of the subnet',
      { ifconfig: { local: '10.8.0.2', remoteOrNetmask: '255.255.255.0' }, topology: 'subnet' },
      [],
      '10.8.0.1',
      true,
    ],
    [
      'the second, where the first is ours',
      { ifconfig: { local: '10.8.0.1', remoteOrNetmask: '255.255.255.0' }, device: 'tap' },
      [],
      '10.8.0.2',
      true,
    ],
    ['IPv6', { ifconfigIpv6: { local: 'fd00::2/64', remote: 'fd00::1' } }, [], 'fd00::1', false],
  ])('%s', (_name, parameters, options, to, guessed) => {
    expect(innerAddresses(target, facts(parameters, options))).toMatchObject({ to, guessed });
  });

  it('what the user names, in its own family', () => {
    const both = facts({
      ifconfig: { local: '10.8.0.2', remoteOrNetmask: '10.8.0.1' },
      ifconfigIpv6: { local: 'fd00::2/64', remote: 'fd00::1' },
    });
    expect(innerAddresses({ ...target, ping: 'fd00::9' }, both)).toEqual({ from: 'fd00::2', to: 'fd00::9', guessed: false });
    expect(
      innerAddresses({ ...target, ping: 'fd00::9' }, facts({ ifconfig: { local: '10.8.0.2', remoteOrNetmask: '10.8.0.1' } })),
    ).toBeUndefined();
    expect(innerAddresses(target, facts({}))).toBeUndefined();
  });
});

it.each([
  ['route 10.1.0.0 255.255.0.0', 'route 10.1.0.0 255.255.0.0 (reached through the tunnel: 10.1.0.0 255.255.0.0)'],
  ['dhcp-option DNS 10.8.0.1', 'dhcp-option DNS 10.8.0.1 (name server 10.8.0.1)'],
  ['comp-lzo no', 'comp-lzo no (compression framing lzo (no))'],
  ['vendor-thing 1', 'vendor-thing 1'],
  ['constructor', 'constructor'],
])('%s', (option, text) => {
  expect(pushedText(option)).toBe(text);
});
