import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { type ControlMessage, decodeControlMessage, encodeControlMessage } from '../../../src/wire/openvpn/control.js';
import { P_ACK_V1, P_CONTROL_V1 } from '../../../src/wire/openvpn/opcodes.js';
import { codecContract } from '../../support/codec-contract.js';

const nothing = new Uint8Array(0);

codecContract<ControlMessage>('control message', { decode: (r) => decodeControlMessage(r, P_CONTROL_V1), encode: encodeControlMessage }, [
  { name: 'a reset', hex: '00 00000000', value: { acks: [], remoteSessionId: undefined, packetId: 0, payload: nothing } },
  {
    name: 'an answer with two acknowledgments and a piece of TLS',
    hex: '02 00000001 00000000 eb5bb28d328c5815 00000002 160301',
    value: { acks: [1, 0], remoteSessionId: 0xeb5bb28d328c5815n, packetId: 2, payload: fromHex('160301') },
  },
]);

codecContract<ControlMessage>('acknowledgment', { decode: (r) => decodeControlMessage(r, P_ACK_V1), encode: encodeControlMessage }, [
  { name: 'of one', hex: '01 00000007 0000000000000001', value: { acks: [7], remoteSessionId: 1n, packetId: undefined, payload: nothing } },
]);

it('refuses more than eight acknowledgments, and anything behind those of P_ACK_V1', () => {
  expect(() => decodeControlMessage(new ByteReader(fromHex('09 00')), P_CONTROL_V1)).toThrow('at most 8');
  expect(() => decodeControlMessage(new ByteReader(fromHex('01 00000007 0000000000000001 00')), P_ACK_V1)).toThrow(
    'behind the acknowledgments',
  );
});
