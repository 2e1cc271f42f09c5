import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/ke-v1.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('ke-v1', payload, [{ name: 'a public value', hex: 'ffeeddcc', value: { data: fromHex('ffeeddcc') } }]);
