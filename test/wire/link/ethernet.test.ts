import { decodeEthernet, encodeEthernet } from '../../../src/wire/link/ethernet.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('ethernet', { decode: decodeEthernet, encode: encodeEthernet }, [
  {
    name: 'IPv4 in Ethernet II',
    hex: 'ff0102030405 001b213c9df8 0800',
    value: { kind: 'ethernet', dst: 0xff0102030405, src: 0x001b213c9df8, etherType: 0x0800 },
  },
  { name: 'a length', hex: 'ffffffffffff 000000000000 0026', value: { kind: 'ethernet', dst: 0xffffffffffff, src: 0, etherType: 0x26 } },
]);
