import { fromHex } from '../../../../src/bytes/hex.js';
import { payload } from '../../../../src/wire/ike/payloads/delete-sa-v1.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('delete-sa-v1', payload, [
  // RFC 2408 §3.15
  {
    name: 'the ISAKMP SA',
    hex: '00000001 01 10 0001 01020304050607081112131415161718',
    value: { doi: 1, protocol: 1, spiSize: 16, spis: [fromHex('01020304050607081112131415161718')] },
  },
]);
