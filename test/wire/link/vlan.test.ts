import { decodeVlan, encodeVlan } from '../../../src/wire/link/vlan.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('vlan', { decode: decodeVlan, encode: encodeVlan }, [
  { name: 'id 100', hex: '0064 0800', value: { kind: 'vlan', priority: 0, dropEligible: false, id: 100, etherType: 0x0800 } },
  { name: 'every bit', hex: 'ffff 8100', value: { kind: 'vlan', priority: 7, dropEligible: true, id: 4095, etherType: 0x8100 } },
]);
