import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/cert.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('cert', payload, [{ name: 'X.509', hex: '04 3082', value: { encoding: 4, data: fromHex('3082') } }]);
