import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { decodeArp, encodeArp } from '../../../src/wire/link/arp.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('ARP', { decode: decodeArp, encode: encodeArp }, [
  {
    name: 'a question',
    hex: '0001 0800 06 04 0001 021122334455 0a080001 000000000000 0a080002',
    value: { kind: 'arp', operation: 1, senderMac: 0x021122334455, sender: '10.8.0.1', targetMac: 0, target: '10.8.0.2' },
  },
]);

it.each([
  ['0006080006040001', 'ARP hardware type'],
  ['000186dd06040001', 'ARP protocol type'],
  ['0001080008040001', 'ARP address lengths'],
])('%s has another %s', (hex, field) => expect(() => decodeArp(new ByteReader(fromHex(hex.padEnd(56, '0'))))).toThrow(field));
