import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/vendor-id.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('vendor-id', payload, [
  { name: 'DPD', hex: 'afcad71368a1f1c96b8696fc77570100', value: { id: fromHex('afcad71368a1f1c96b8696fc77570100') } },
]);
