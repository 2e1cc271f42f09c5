import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/nonce.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('nonce', payload, [
  { name: '16 bytes', hex: '000102030405060708090a0b0c0d0e0f', value: { nonce: fromHex('000102030405060708090a0b0c0d0e0f') } },
  { name: 'none', hex: '', value: { nonce: new Uint8Array(0) } },
]);
