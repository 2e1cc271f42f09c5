import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/sk.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('sk', payload, [{ name: 'opaque', hex: '0102030405', value: { content: fromHex('0102030405') } }]);
