import { decodeLlc, encodeLlc } from '../../../src/wire/link/llc.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('llc', { decode: decodeLlc, encode: encodeLlc }, [
  { name: 'spanning tree', hex: '42 42 03', value: { kind: 'llc', dsap: 0x42, ssap: 0x42, control: 3, etherType: 0 } },
  {
    name: 'SNAP with IPv4',
    hex: 'aa aa 03 000000 0800',
    value: { kind: 'llc', dsap: 0xaa, ssap: 0xaa, control: 3, oui: 0, etherType: 0x0800 },
  },
  {
    name: 'SNAP of Cisco',
    hex: 'aa aa 03 00000c 2000',
    value: { kind: 'llc', dsap: 0xaa, ssap: 0xaa, control: 3, oui: 0x0c, etherType: 0x2000 },
  },
  { name: 'a numbered frame', hex: '04 04 0102', value: { kind: 'llc', dsap: 4, ssap: 4, control: 0x0102, etherType: 0 } },
]);
