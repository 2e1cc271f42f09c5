import { decodePppoe, encodePppoe } from '../../../src/wire/link/pppoe.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('pppoe', { decode: decodePppoe, encode: encodePppoe }, [
  { name: 'session data', hex: '11 00 0a5b 0042', value: { kind: 'pppoe', version: 1, type: 1, code: 0, sessionId: 0x0a5b, length: 66 } },
]);
