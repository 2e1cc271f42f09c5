import { payload } from '../../../../src/wire/ike/payloads/attributes-v1.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('attributes-v1', payload, [
  // draft-beaulieu-ike-xauth-02 §6
  {
    name: 'XAUTH request',
    hex: '01 00 1234 4089 0000 c08f 0000',
    value: {
      type: 1,
      identifier: 0x1234,
      attributes: [
        { type: 16521, value: new Uint8Array(0) },
        { type: 16527, value: 0 },
      ],
    },
  },
  { name: 'nothing asked', hex: '04 00 0000', value: { type: 4, identifier: 0, attributes: [] } },
]);
