import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/ke.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('ke', payload, [
  // RFC 7296 §3.4
  { name: 'group 31', hex: '001f 0000 0102030405', value: { group: 31, data: fromHex('0102030405') } },
  { name: 'reserved bytes set', hex: '001f ffff 01', value: { group: 31, data: fromHex('01') }, decodeOnly: true },
]);
