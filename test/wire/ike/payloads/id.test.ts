import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/id.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('id', payload, [
  // RFC 7296 §3.5
  { name: 'IPv4 address', hex: '01 000000 c0000201', value: { type: 1, data: fromHex('c0000201') } },
  { name: 'NULL', hex: '0d 000000', value: { type: 13, data: new Uint8Array(0) } },
]);
