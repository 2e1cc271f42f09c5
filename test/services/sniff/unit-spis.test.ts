import { describe, expect, it } from 'vitest';
import { spisOf } from '../../../src/services/sniff/unit-spis.js';
import { observe } from '../../support/observe.js';
import { ESP, IKE_HEADER, ipv4, udp } from '../../support/packets.js';

const quoting = (inner: Uint8Array) => ipv4(1, Buffer.concat([Buffer.from('0303000000000000', 'hex'), inner]));

describe('spisOf', () => {
  it.each<[string, Uint8Array, string[]]>([
    ['ESP', ipv4(50, ESP), ['0xd514eed9']],
    ['ESP in UDP', ipv4(17, udp(4500, 4500, ESP)), ['0xd514eed9']],
    ['AH', ipv4(51, `3b 04 0000 00002001 00000001 ${'c6'.repeat(12)}`), ['0x00002001']],
    ['the CPI of IPComp', ipv4(108, '04 00 1234 aabb'), ['0x00001234']],
    ['both of IKE', ipv4(17, udp(500, 500, IKE_HEADER)), ['0x5a64e0edca3a3614', '0x0000000000000000']],
    ['the quoted one of an ICMP error', quoting(ipv4(50, ESP, { src: '10.0.0.2', dst: '10.0.0.1' })), ['0xd514eed9']],
    ['none of a keepalive', ipv4(17, udp(4500, 4500, 'ff')), []],
  ])('%s', (_, bytes, spis) => {
    const [unit] = observe(bytes).units;
    expect(unit && spisOf(unit)).toEqual(spis);
  });
});
