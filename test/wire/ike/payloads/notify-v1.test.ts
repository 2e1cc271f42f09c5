import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/notify-v1.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('notify-v1', payload, [
  // RFC 2408 §3.14, RFC 3706 §5.3
  {
    name: 'R-U-THERE',
    hex: '00000001 01 10 8d28 0102030405060708 1112131415161718 00000c1e',
    value: { doi: 1, protocol: 1, type: 36136, spi: fromHex('01020304050607081112131415161718'), data: fromHex('00000c1e') },
  },
  {
    name: 'NO-PROPOSAL-CHOSEN',
    hex: '00000001 01 00 000e',
    value: { doi: 1, protocol: 1, type: 14, spi: new Uint8Array(0), data: new Uint8Array(0) },
  },
]);
