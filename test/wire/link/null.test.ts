import { decodeNull, encodeNull } from '../../../src/wire/link/null.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('null', { decode: decodeNull, encode: encodeNull }, [
  { name: 'AF_INET, little-endian host', hex: '02000000', value: { kind: 'null', family: 2, littleEndian: true, etherType: 0x0800 } },
  { name: 'AF_INET, network order', hex: '00000002', value: { kind: 'null', family: 2, littleEndian: false, etherType: 0x0800 } },
  { name: 'AF_INET6 of Linux', hex: '0a000000', value: { kind: 'null', family: 10, littleEndian: true, etherType: 0x86dd } },
  { name: 'AF_INET6 of OpenBSD', hex: '00000018', value: { kind: 'null', family: 24, littleEndian: false, etherType: 0x86dd } },
  { name: 'AF_INET6 of FreeBSD', hex: '1c000000', value: { kind: 'null', family: 28, littleEndian: true, etherType: 0x86dd } },
  { name: 'AF_INET6 of Darwin', hex: '1e000000', value: { kind: 'null', family: 30, littleEndian: true, etherType: 0x86dd } },
  { name: 'AppleTalk', hex: '10000000', value: { kind: 'null', family: 16, littleEndian: true, etherType: 0 } },
  { name: 'nonsense', hex: 'ff000102', value: { kind: 'null', family: 0x020100ff, littleEndian: true, etherType: 0 } },
]);
