import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/id-v1.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('id-v1', payload, [
  // RFC 2407 §4.6.2
  {
    name: 'subnet for TCP 80',
    hex: '04 06 0050 0a010000 ffff0000',
    value: { type: 4, protocol: 6, port: 80, data: fromHex('0a010000ffff0000') },
  },
]);
