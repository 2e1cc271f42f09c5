import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/signature-v1.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('signature-v1', payload, [{ name: 'a signature', hex: 'a1b2c3', value: { signature: fromHex('a1b2c3') } }]);
