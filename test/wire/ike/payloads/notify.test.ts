import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/notify.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('notify', payload, [
  // RFC 7296 §3.10
  {
    name: 'REKEY_SA with SPI',
    hex: '03 04 4009 01020304',
    value: { protocol: 3, type: 16393, spi: fromHex('01020304'), data: new Uint8Array(0) },
  },
  { name: 'COOKIE', hex: '00 00 4006 c0ffee', value: { protocol: 0, type: 16390, spi: new Uint8Array(0), data: fromHex('c0ffee') } },
  { name: 'unknown type', hex: '01 00 fffe', value: { protocol: 1, type: 65534, spi: new Uint8Array(0), data: new Uint8Array(0) } },
]);
