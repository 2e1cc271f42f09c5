import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/cp.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('cp', payload, [
  // RFC 7296 §3.15
  {
    name: 'a request for an address and a DNS server',
    hex: '01 000000 0001 0000 0003 0000',
    value: {
      type: 1,
      attributes: [
        { type: 1, value: new Uint8Array(0) },
        { type: 3, value: new Uint8Array(0) },
      ],
    },
  },
  { name: 'an address', hex: '02 000000 0001 0004 0a030a01', value: { type: 2, attributes: [{ type: 1, value: fromHex('0a030a01') }] } },
  {
    name: 'reserved bit set',
    hex: '02 000000 8001 0000',
    value: { type: 2, attributes: [{ type: 1, value: new Uint8Array(0) }] },
    decodeOnly: true,
  },
]);
