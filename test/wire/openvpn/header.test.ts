import { decodeOpenvpn, encodeOpenvpn } from '../../../src/wire/openvpn/header.js';
import { codecContract } from '../../support/codec-contract.js';

codecContract('openvpn header', { decode: decodeOpenvpn, encode: encodeOpenvpn }, [
  { name: 'P_CONTROL_HARD_RESET_CLIENT_V2', hex: '38', value: { kind: 'openvpn', opcode: 7, keyId: 0, peerId: undefined } },
  { name: 'P_DATA_V1 of key 3', hex: '33', value: { kind: 'openvpn', opcode: 6, keyId: 3, peerId: undefined } },
  { name: 'P_DATA_V2 of peer 5', hex: '49 000005', value: { kind: 'openvpn', opcode: 9, keyId: 1, peerId: 5 } },
  { name: 'an opcode nobody assigned', hex: 'f8', value: { kind: 'openvpn', opcode: 31, keyId: 0, peerId: undefined } },
]);
