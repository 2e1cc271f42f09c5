import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import type { Selector } from '../../../src/wire/ike/payloads/ts.js';
import { selectorFacts, selectorFactsV1 } from '../../../src/wire/ike/selector-facts.js';

const selector = (protocol: number, startPort: number, endPort: number): Selector => ({
  type: 7,
  protocol,
  startPort,
  endPort,
  start: fromHex('0a010000'),
  end: fromHex('0a01ffff'),
});

describe('selectorFacts', () => {
  it.each([
    [selector(0, 0, 65535), '10.1.0.0/16'],
    [selector(6, 0, 65535), '10.1.0.0/16[tcp]'],
    [selector(6, 80, 80), '10.1.0.0/16[tcp/80]'],
    [selector(17, 1000, 2000), '10.1.0.0/16[udp/1000-2000]'],
    [selector(0, 80, 80), '10.1.0.0/16[any/80]'],
    [selector(17, 65535, 0), '10.1.0.0/16[udp/opaque]'],
    [selector(1, 0x0800, 0x0800), '10.1.0.0/16[icmp/8(0)]'],
    [selector(58, 0x8000, 0x80ff), '10.1.0.0/16[ipv6-icmp/128(0)-128(255)]'],
    [selector(201, 0, 65535), '10.1.0.0/16[201]'],
    [{ type: 10, protocol: 0, data: fromHex('6c6162656c') }, 'TS_SECLABEL label'],
    [{ type: 77, protocol: 0, data: fromHex('01') }, 'unknown (77) 0x01'],
  ] as const)('%# reads %s', (value, text) => expect(selectorFacts({ selectors: [value] })).toEqual([{ text }]));
});

describe('selectorFactsV1', () => {
  it.each([
    [4, 0, 0, '0a010000ffff0000', '10.1.0.0/16'],
    [1, 0, 0, '0a010001', '10.1.0.1/32'],
    [1, 17, 1701, '0a010001', '10.1.0.1/32[udp/1701]'],
    [4, 6, 0, '0a010000ffff0000', '10.1.0.0/16[tcp]'],
    [7, 0, 0, '0a0100050a010009', '10.1.0.5-10.1.0.9'],
    [2, 0, 0, '616263', 'abc'],
  ])('type %i protocol %i port %i', (type, protocol, port, hex, text) =>
    expect(selectorFactsV1({ type, protocol, port, data: fromHex(hex) })).toEqual({ text }),
  );
});
