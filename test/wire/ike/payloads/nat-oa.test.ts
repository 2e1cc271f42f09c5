import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/nat-oa.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('nat-oa', payload, [
  // RFC 3947 §5.2
  { name: 'IPv4', hex: '01 000000 0a000001', value: { type: 1, address: fromHex('0a000001') } },
]);
