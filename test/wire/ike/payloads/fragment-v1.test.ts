import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/fragment-v1.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('fragment-v1', payload, [
  { name: 'first', hex: '0001 01 00 aabb', value: { id: 1, number: 1, last: false, data: fromHex('aabb') } },
  { name: 'last', hex: '0001 02 01 cc', value: { id: 1, number: 2, last: true, data: fromHex('cc') } },
]);
