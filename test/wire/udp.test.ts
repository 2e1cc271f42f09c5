import { decodeUdp, encodeUdp } from '../../src/wire/udp.js';
import { codecContract } from '../support/codec-contract.js';

codecContract('udp', { decode: decodeUdp, encode: encodeUdp }, [
  {
    name: 'NAT-T without checksum',
    hex: '1194 2aca 0140 0000',
    value: { kind: 'udp', srcPort: 4500, dstPort: 10954, length: 320, checksum: 0 },
  },
]);
