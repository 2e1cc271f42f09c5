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
  {
    name: 'an address of libreswan 4.10, filled up to words',
    hex: '02 00 1ff6 0001 0004 0a4f0002 7004 0002 0a4d 0000',
    value: {
      type: 2,
      identifier: 0x1ff6,
      attributes: [
        { type: 1, value: Uint8Array.of(10, 79, 0, 2) },
        { type: 28676, value: Uint8Array.of(10, 77) },
      ],
      padding: 2,
    },
  },
  { name: 'nothing asked', hex: '04 00 0000', value: { type: 4, identifier: 0, attributes: [] } },
]);
