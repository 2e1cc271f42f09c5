import { decodeMpls, encodeMpls } from '../../../src/wire/link/mpls.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('mpls', { decode: decodeMpls, encode: encodeMpls }, [
  { name: 'label 16, bottom of the stack', hex: '00010140', value: { kind: 'mpls', label: 16, trafficClass: 0, bottom: true, ttl: 64 } },
  { name: 'every bit', hex: 'ffffffff', value: { kind: 'mpls', label: 0xfffff, trafficClass: 7, bottom: true, ttl: 255 } },
]);
