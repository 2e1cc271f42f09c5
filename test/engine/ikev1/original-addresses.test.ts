import { describe, expect, it } from 'vitest';
import { Tunnel } from '../../../src/engine/esp/tunnel.js';
import type { Message } from '../../../src/engine/step.js';
import { addressBytes } from '../../../src/wire/ip/address.js';
import { encodeIpPacket } from '../../../src/wire/ip/ip-packet.js';
import { transportChecksum } from '../../../src/wire/ip/transport-checksum.js';
import { proposal, selector } from '../../support/ike-settings.js';
import { Ikev1Pair, V1_ESP } from '../../support/ikev1-pair.js';
import { seededBytes } from '../../support/seeded-random.js';

/** The initiator is 192.0.2.1 to itself; behind its NAT it is this. */
const OUTSIDE = '203.0.113.77';
const esp = { proposals: [proposal('ESP', V1_ESP)], mode: 'transport' as const, compress: false };
const initiator = { child: { ...esp, localSelectors: [selector('192.0.2.1/32')], remoteSelectors: [selector('198.51.100.2/32')] } };
const responder = { child: { ...esp, localSelectors: [selector('198.51.100.2/32')], remoteSelectors: [selector(`${OUTSIDE}/32`)] } };

/** A NAT in front of the initiator: other source there, other destination back. */
function nat(message: Message, from: 'i' | 'r'): readonly { readonly message: Message; readonly delay: number }[] {
  const { channel, local, remote } = message.path;
  const path =
    from === 'i'
      ? { channel, local: { address: OUTSIDE, port: local.port + 1000 }, remote }
      : { channel, local, remote: { address: '192.0.2.1', port: remote.port - 1000 } };
  return [{ message: { ...message, path }, delay: 1 }];
}

describe('transport mode behind a NAT', () => {
  it('comes up in UDP with the original addresses in both messages of quick mode', () => {
    const pair = new Ikev1Pair({ initiator, responder, network: nat }).up();
    for (const side of ['i', 'r'] as const) {
      expect(pair.last(side, 'child-up')?.child, pair.trace()).toMatchObject({ mode: 'transport', encapsulation: 'udp' });
    }
    const quick = (side: 'i' | 'r') => pair.all(side, 'sent').find(({ exchange }) => exchange === 'Quick Mode')?.payloads;
    expect(quick('i')?.filter((name) => name === 'NAT-OA')).toHaveLength(2);
    expect(quick('r')?.filter((name) => name === 'NAT-OA')).toHaveLength(2);
    // What packets have at each end, not what the other end calls itself.
    expect(pair.last('r', 'child-up')?.child.remoteSelectors).toEqual([selector(`${OUTSIDE}/32`)]);
    expect(pair.last('i', 'child-up')?.child.localSelectors).toEqual([selector('192.0.2.1/32')]);
  });

  it('has none without a NAT, and none in tunnel mode', () => {
    const open = { child: { ...responder.child, remoteSelectors: [selector('192.0.2.1/32')] } };
    const pair = new Ikev1Pair({ initiator, responder: open }).up();
    expect(pair.last('i', 'child-up')?.child.encapsulation, pair.trace()).toBe('none');
    const tunnel = new Ikev1Pair({ network: nat }).up();
    expect(tunnel.last('i', 'child-up')?.child.encapsulation).toBe('udp');
    for (const one of [pair, tunnel]) {
      expect(one.all('i', 'sent').flatMap(({ payloads }) => payloads)).not.toContain('NAT-OA');
    }
  });

  it('mends the checksums inside, at both ends', () => {
    const pair = new Ikev1Pair({ initiator, responder, network: nat }).up();
    const ends = {
      i: { local: '192.0.2.1', remote: '198.51.100.2' },
      r: { local: '198.51.100.2', remote: OUTSIDE },
    };
    const tunnelOf = (side: 'i' | 'r') => {
      const child = pair.last(side, 'child-up')?.child;
      if (child === undefined) throw new TypeError(pair.trace());
      const tunnel = new Tunnel({ random: seededBytes(3), addresses: ends[side] });
      tunnel.add(child);
      return tunnel;
    };
    const tunnels = { i: tunnelOf('i'), r: tunnelOf('r') };
    for (const [from, to] of [
      ['i', 'r'],
      ['r', 'i'],
    ] as const) {
      const { local, remote } = ends[from];
      const udp = Uint8Array.of(0x06, 0xa5, 0x06, 0xa5, 0, 12, 0, 0, 1, 2, 3, 4);
      const sum = transportChecksum(addressBytes(local), addressBytes(remote), 17, udp);
      udp.set([sum >> 8, sum & 255], 6);
      const sealed = tunnels[from].protect(encodeIpPacket({ src: local, dst: remote, protocol: 17, payload: udp }));
      if (sealed.kind !== 'protected') throw new TypeError(sealed.refusal.text);
      const opened = tunnels[to].unprotect('esp', sealed.bytes);
      if (opened.kind !== 'packet') throw new TypeError(opened.text);
      const { packet } = opened;
      expect(transportChecksum(packet.subarray(12, 16), packet.subarray(16, 20), 17, packet.subarray(20)), `${from} to ${to}`).toBe(0);
      expect(tunnels[to].statistics()[0]?.checksumsRenewed).toBe(1);
    }
  });
});
