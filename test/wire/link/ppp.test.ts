import { decodePpp, encodePpp } from '../../../src/wire/link/ppp.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('ppp', { decode: decodePpp, encode: encodePpp }, [
  { name: 'IPv4, framed', hex: 'ff03 0021', value: { kind: 'ppp', framed: true, compressed: false, protocol: 0x21, etherType: 0x0800 } },
  { name: 'IPv6, bare', hex: '0057', value: { kind: 'ppp', framed: false, compressed: false, protocol: 0x57, etherType: 0x86dd } },
  {
    name: 'IPv4, protocol compressed',
    hex: '21',
    value: { kind: 'ppp', framed: false, compressed: true, protocol: 0x21, etherType: 0x0800 },
  },
  { name: 'LCP', hex: 'ff03 c021', value: { kind: 'ppp', framed: true, compressed: false, protocol: 0xc021, etherType: 0 } },
]);
