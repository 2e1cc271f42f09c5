import { decodeIpcomp, encodeIpcomp } from '../../src/wire/ipcomp.js';
import { codecContract } from '../support/codec-contract.js';

codecContract('ipcomp', { decode: decodeIpcomp, encode: encodeIpcomp }, [
  { name: 'DEFLATE by its well-known CPI', hex: '04 00 0002', value: { kind: 'ipcomp', nextHeader: 4, flags: 0, cpi: 2 } },
]);
