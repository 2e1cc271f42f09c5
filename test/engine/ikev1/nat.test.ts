import { describe, expect, it } from 'vitest';
import { NAT_METHODS, type NatMethodName } from '../../../src/engine/ikev1/nat-methods.js';
import type { Path } from '../../../src/engine/step.js';
import { decodeMessage } from '../../../src/wire/ike/message.js';
import { describeVendorId } from '../../../src/wire/ike/vendor-ids.js';
import { Ikev1Pair } from '../../support/ikev1-pair.js';

/** RFC 3947 and the drafts. */
const NAT_D = [20, 130, 15];
const all = NAT_METHODS.map(({ name }) => name);

/** What the initiator's child looks like, and which payload types went over the wire in clear. */
function story(pair: Ikev1Pair) {
  const types = pair.wire.flatMap(({ message }) => decodeMessage(message.bytes).payloads.map(({ type }) => type));
  return { child: pair.last('i', 'child-up')?.child, path: pair.last('i', 'child-up')?.path, types };
}

describe.each(['main', 'aggressive'] as const)('NAT traversal in %s mode', (exchange) => {
  it.each(NAT_METHODS)('$name, forced', ({ name, floats, natD }) => {
    const pair = new Ikev1Pair({
      initiator: { exchange, natMethods: all, encapsulation: 'force' },
      responder: { natMethods: [name] },
    }).up();
    const { child, path, types } = story(pair);
    expect(child?.encapsulation, pair.trace()).toBe(floats ? 'udp' : 'udp-ike');
    expect(pair.last('r', 'child-up')?.child.encapsulation).toBe(child?.encapsulation);
    expect(path?.channel).toBe(floats ? 'natt' : 'ike');
    expect(new Set(types.filter((type) => NAT_D.includes(type)))).toEqual(new Set([natD]));
    for (const side of ['i', 'r'] as const) expect(pair.last(side, 'nat')).toMatchObject({ supported: true });
    expect(pair.timers).toEqual([]);
  });

  it.each<readonly [readonly NatMethodName[] | undefined, readonly NatMethodName[] | undefined, string]>([
    [undefined, undefined, 'RFC 3947 NAT-T'],
    [undefined, ['draft-02n'], 'draft-ietf-ipsec-nat-t-ike-02 (with newline)'],
    [['draft-00', 'draft-02'], undefined, 'draft-ietf-ipsec-nat-t-ike-02'],
    [['draft-00', 'draft-01'], undefined, 'draft-ietf-ipsec-nat-t-ike-01'],
    [all, ['draft-03', 'draft-00'], 'draft-ietf-ipsec-nat-t-ike-03'],
  ])('of %s and %s: the responder names %s alone', (ours, theirs, name) => {
    const pair = new Ikev1Pair({
      initiator: { exchange, ...(ours === undefined ? {} : { natMethods: ours }) },
      responder: theirs === undefined ? {} : { natMethods: theirs },
    }).up();
    const named = pair.all('i', 'vendor-id').map(({ bytes }) => describeVendorId(bytes).name);
    expect(named.filter((one) => /nat-t/i.test(one))).toEqual([name]);
  });

  it('nothing in common: no NAT-D payload, no encapsulation', () => {
    const pair = new Ikev1Pair({
      initiator: { exchange, natMethods: ['draft-02'], encapsulation: 'force' },
      responder: { natMethods: ['rfc3947'] },
    }).up();
    const { child, types } = story(pair);
    expect(types.filter((type) => NAT_D.includes(type))).toEqual([]);
    expect(child?.encapsulation).toBe('none');
    expect(pair.all('i', 'nat')).toEqual([]);
  });

  it.each(NAT_METHODS)('$name behind a real NAT, and the NAT moves', ({ name, floats }) => {
    let port = 40_000;
    const behind = (path: Path): Path => ({ ...path, local: { address: '203.0.113.9', port: path.channel === 'natt' ? port + 1 : port } });
    const back = new Map<string, Path>();
    const pair = new Ikev1Pair({
      initiator: { exchange, natMethods: [name] },
      responder: { natMethods: all },
      network: (message, from) => {
        if (from === 'i') {
          const path = behind(message.path);
          back.set(path.channel, message.path);
          return [{ message: { ...message, path }, delay: 1 }];
        }
        const { channel, local } = message.path;
        const before = back.get(channel);
        return before === undefined ? [] : [{ message: { ...message, path: { channel, local, remote: before.local } }, delay: 1 }];
      },
    }).up();
    expect(pair.last('r', 'nat'), pair.trace()).toMatchObject({ supported: true, peerBehindNat: true });
    expect(pair.last('i', 'nat')).toMatchObject({ usBehindNat: true });
    expect(pair.last('r', 'child-up')?.child.encapsulation).toBe(floats ? 'udp' : 'udp-ike');
    port = 50_000;
    const spiIn = pair.last('i', 'child-up')?.child.spiIn ?? 0;
    pair.command('i', { kind: 'rekey-child', spiIn }).run();
    expect(pair.last('r', 'path-changed'), pair.trace()).toMatchObject({ encapsulation: floats ? 'udp' : 'udp-ike' });
    expect(pair.all('r', 'child-up').length).toBe(2);
  });
});
