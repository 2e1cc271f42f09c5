import { beforeAll, describe, expect, it, vi } from 'vitest';
import { unitLine } from '../../src/report/unit-line.js';
import { observe, observeAll } from '../support/observe.js';
import { IKE_HEADER, ipv4, ipv6, udp } from '../support/packets.js';

beforeAll(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

const SPIS = '5a64e0edca3a3614 1111111111111111';

/** The line of the last packet. */
function line(...packets: Uint8Array[]): string {
  const observation = observeAll(packets).at(-1);
  const [unit] = observation?.units ?? [];
  return observation === undefined || unit === undefined ? '' : unitLine(observation.packet, unit);
}

const ike = (header: string, body = '') => udp(500, 500, `${header}${body}`);
/** Version, exchange, flags, message id, and the length without a body. */
const header = (rest: string) => `${SPIS} ${rest} 0000001c`;

describe('unitLine', () => {
  it.each<[string, Uint8Array, string]>([
    ['IKE_SA_INIT needs no message id', ipv4(17, ike(IKE_HEADER)), 'IKEv2 IKE_SA_INIT request: , length 28'],
    ['an answer', ipv4(17, ike(header('00 20 25 20 00000002'))), 'IKEv2 INFORMATIONAL response 2: , length 28'],
    ['message id 0 of another exchange', ipv4(17, ike(header('00 20 24 00 00000000'))), 'IKEv2 CREATE_CHILD_SA request 0: , length 28'],
    ['phase 1', ipv4(17, ike(header('00 10 02 00 00000000'))), 'IKEv1 Identity Protection (Main Mode): , length 28'],
    ['phase 2', ipv4(17, ike(header('00 10 20 00 3f2a99c1'))), 'IKEv1 Quick Mode 0x3f2a99c1: , length 28'],
    [
      'another version',
      ipv4(17, ike(header('00 30 22 08 00000000'))),
      'IKE version 3.0 [malformed: major version at offset 17: 3 is neither 1 nor 2], length 28',
    ],
  ])('%s', (_, bytes, words) => {
    expect(line(bytes)).toBe(`00:00:01.000000 IP 10.0.0.1.500 > 10.0.0.2.500: ${words}`);
  });

  it('writes IPv6 as tcpdump does', () => {
    expect(line(ipv6(17, ike(IKE_HEADER)))).toMatch(/^00:00:01\.000000 IP6 2001:db8::1\.500 > 2001:db8::2\.500: IKEv2 /);
  });

  it('names payloads in order', () => {
    const body = '00 00 0008 c0ffee00';
    const nonce = `5a64e0edca3a3614 0000000000000000 28 20 22 08 00000000 00000024 ${body}`;
    expect(line(ipv4(17, ike(nonce)))).toContain('IKE_SA_INIT request: Nonce, length 36');
  });

  it('says which packet is sent again', () => {
    const packet = ipv4(17, ike(IKE_HEADER));
    expect(line(packet, packet)).toContain('(again, as packet 1), length 28');
  });

  it('says where decoding stopped', () => {
    const cut = `5a64e0edca3a3614 0000000000000000 28 20 22 08 00000000 00000020 00 00 00ff`;
    expect(line(ipv4(17, ike(cut)))).toMatch(/\[malformed: .+\], length 32$/);
  });

  it('quotes what an ICMP error is about', () => {
    const quoted = ipv4(17, udp(500, 500, IKE_HEADER), { src: '10.0.0.2', dst: '10.0.0.1' });
    const error = ipv4(1, Buffer.concat([Buffer.from('0303000000000000', 'hex'), quoted]));
    expect(line(error)).toMatch(
      /IP 10\.0\.0\.1 > 10\.0\.0\.2: ICMP port unreachable about 10\.0\.0\.2\.500 > 10\.0\.0\.1\.500, length \d+$/,
    );
  });

  it('says the MTU', () => {
    const quoted = ipv4(50, 'd514eed900000007', { src: '10.0.0.2', dst: '10.0.0.1' });
    const error = ipv4(1, Buffer.concat([Buffer.from('0304000000000578', 'hex'), quoted]));
    expect(line(error)).toContain(', MTU 1400 about 10.0.0.2 > 10.0.0.1');
  });

  it('names OpenVPN by its opcode', () => {
    const reset = `38 ${'0102030405060708'} 00 00000000`;
    const { packet, units } = observe(ipv4(17, udp(40_000, 1194, reset)));
    const [unit] = units;
    if (unit !== undefined) expect(unitLine(packet, unit)).toContain('OpenVPN P_CONTROL_HARD_RESET_CLIENT_V2 key 0: message 0, length 14');
    expect(units).toHaveLength(1);
  });
});
