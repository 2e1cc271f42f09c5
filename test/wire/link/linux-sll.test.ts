import { fromHex } from '../../../src/bytes/hex.js';
import { decodeLinuxSll, encodeLinuxSll } from '../../../src/wire/link/linux-sll.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('linux-sll', { decode: decodeLinuxSll, encode: encodeLinuxSll }, [
  {
    name: 'Ethernet sent by us',
    hex: '0004 0001 0006 001b213c9df8 0000 0800',
    value: { kind: 'linux-sll', packetType: 4, hardwareType: 1, address: fromHex('001b213c9df8'), etherType: 0x0800 },
  },
  {
    name: 'a tunnel interface without address',
    hex: '0000 fffe 0000 0000000000000000 86dd',
    value: { kind: 'linux-sll', packetType: 0, hardwareType: 0xfffe, address: new Uint8Array(0), etherType: 0x86dd },
  },
  {
    name: 'InfiniBand, whose address has no room',
    hex: '0000 0020 0014 0102030405060708 0800',
    value: { kind: 'linux-sll', packetType: 0, hardwareType: 32, address: fromHex('0102030405060708'), etherType: 0x0800 },
    decodeOnly: true,
  },
]);
