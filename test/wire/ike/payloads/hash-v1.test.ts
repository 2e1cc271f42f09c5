import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/hash-v1.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('hash-v1', payload, [
  { name: 'SHA-1', hex: '00112233445566778899aabbccddeeff00112233', value: { hash: fromHex('00112233445566778899aabbccddeeff00112233') } },
]);
