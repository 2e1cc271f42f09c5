import { decodeEsp, encodeEsp } from '../../src/wire/esp.js';
import { codecContract } from '../support/codec-contract.js';

codecContract('esp', { decode: decodeEsp, encode: encodeEsp }, [
  { name: 'an SPI above 2^31', hex: 'd514eed9 00000007', value: { kind: 'esp', spi: 0xd514eed9, sequence: 7 } },
]);
