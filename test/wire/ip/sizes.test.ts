import { describe, expect, it } from 'vitest';
import { tcpIpHeaders, udpIpHeaders } from '../../../src/wire/ip/sizes.js';

describe('bytes of headers', () => {
  it.each([
    ['192.0.2.1', 28, 40],
    ['2001:db8::1', 48, 60],
  ])('%s', (address, udp, tcp) => expect([udpIpHeaders(address), tcpIpHeaders(address)]).toEqual([udp, tcp]));
});
