import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/nat-d.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('nat-d', payload, [
  { name: 'MD5', hex: '00112233445566778899aabbccddeeff', value: { hash: fromHex('00112233445566778899aabbccddeeff') } },
]);
