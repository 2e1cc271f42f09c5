import { fromHex } from '../../../src/bytes/hex.js';
import { decodeLinuxSll2, encodeLinuxSll2 } from '../../../src/wire/link/linux-sll2.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('linux-sll2', { decode: decodeLinuxSll2, encode: encodeLinuxSll2 }, [
  {
    name: 'Ethernet to us',
    hex: '0800 0000 00000002 0001 00 06 001b213c9df8 0000',
    value: {
      kind: 'linux-sll2',
      etherType: 0x0800,
      interfaceIndex: 2,
      hardwareType: 1,
      packetType: 0,
      address: fromHex('001b213c9df8'),
    },
  },
]);
