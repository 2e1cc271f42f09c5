import { describe, expect, it } from 'vitest';
import type { ChildSa } from '../../../../src/engine/child-sa.js';
import { hostWithin, innerAddresses, selectorCovers, virtualAddress } from '../../../../src/probes/ike/shared/inner-addresses.js';
import { ProbeFacts } from '../../../../src/probes/ike/shared/probe-facts.js';
import type { ProbeTarget } from '../../../../src/probes/ike/target.js';
import { selector } from '../../../support/ike-settings.js';

const target = { host: 'gw' } as ProbeTarget;

function facts(local: string, remote: string, virtual?: readonly number[]): ProbeFacts {
  const made = new ProbeFacts();
  made.source = '192.0.2.1';
  made.address = '198.51.100.2';
  made.child = { localSelectors: [selector(local)], remoteSelectors: [selector(remote)] } as unknown as ChildSa;
  if (virtual !== undefined) made.configuration = { type: 2, attributes: [{ type: 1, value: Uint8Array.from(virtual) }] };
  return made;
}

describe('innerAddresses', () => {
  it.each([
    [
      'the hosts themselves',
      facts('192.0.2.1/32', '198.51.100.2/32'),
      undefined,
      { from: '192.0.2.1', to: '198.51.100.2', guessed: false },
    ],
    ['everything', facts('0.0.0.0/0', '0.0.0.0/0'), undefined, { from: '192.0.2.1', to: '198.51.100.2', guessed: false }],
    ['networks: the first of each', facts('10.1.0.0/16', '10.2.0.0/16'), undefined, { from: '10.1.0.1', to: '10.2.0.1', guessed: true }],
    ['a single address', facts('10.1.0.7/32', '10.2.0.9/32'), undefined, { from: '10.1.0.7', to: '10.2.0.9', guessed: true }],
    ['the one named', facts('10.1.0.0/16', '10.2.0.0/16'), '10.2.3.4', { from: '10.1.0.1', to: '10.2.3.4', guessed: false }],
    ['the virtual one', facts('10.9.0.0/24', '10.2.0.0/16', [10, 9, 0, 5]), undefined, { from: '10.9.0.5', to: '10.2.0.1', guessed: true }],
    ['another family', facts('10.1.0.0/16', '10.2.0.0/16'), 'fd00::1', undefined],
  ])('%s', (_name, known, ping, wanted) => expect(innerAddresses(target, known, ping)).toEqual(wanted));

  it('takes the version that both ends have', () => {
    const known = facts('10.1.0.0/16', '10.2.0.0/16');
    const [v4] = known.child?.localSelectors ?? [];
    if (v4 === undefined) throw new TypeError('no selector');
    const v6 = (first: number) => {
      const start = Uint8Array.of(0xfd, first, ...new Uint8Array(14));
      return { ...v4, type: 8, start, end: start.with(15, 255) };
    };
    known.child = { ...known.child, localSelectors: [v4, v6(0x78)], remoteSelectors: [v6(0x77)] } as ChildSa;
    expect(innerAddresses(target, known)).toEqual({ from: 'fd78::1', to: 'fd77::1', guessed: true });
  });

  it('leaves the selectors as they are, whatever holds their bytes', () => {
    const known = facts('10.1.0.0/16', '10.2.0.0/16');
    const remote = known.child?.remoteSelectors[0];
    if (remote === undefined) throw new TypeError('no selector');
    const start = Buffer.from(remote.start);
    known.child = { ...known.child, remoteSelectors: [{ ...remote, start }] } as ChildSa;
    innerAddresses(target, known);
    expect([...start]).toEqual([10, 2, 0, 0]);
  });

  it('are none without a tunnel', () => expect(innerAddresses(target, new ProbeFacts())).toBeUndefined());
});

it('a selector covers its ends and what lies between', () => {
  const net = selector('10.1.0.0/16');
  expect(['10.0.255.255', '10.1.0.0', '10.1.255.255', '10.2.0.0', 'fd00::1', 'gw'].map((one) => selectorCovers(net, one))).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
  ]);
});

it('a virtual address that is cut is none', () => {
  expect(virtualAddress(facts('0.0.0.0/0', '0.0.0.0/0', [10, 9]), 4)).toBeUndefined();
});

describe('hostWithin', () => {
  const ours = ['192.0.2.1', '10.1.0.7', 'fd00::7'];
  it.each([
    [['10.1.0.0/16'], '10.1.0.7'],
    [['fd00::/64', '10.1.0.0/16'], '10.1.0.7'],
    [['0.0.0.0/0'], '192.0.2.1'],
    [['10.2.0.0/16'], '10.2.0.1'],
    [[], undefined],
  ])('%j: %s', (selectors, wanted) => expect(hostWithin(selectors.map(selector), ours)).toBe(wanted));
});
