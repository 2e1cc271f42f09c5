import { rule } from '../../src/rules/openvpn-large-packets-lost.js';
import { ANSWER, type ControlRow, capturing, failed, HELLO, openvpn, RESET, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const large: ControlRow = { from: 's', t: 0.3, op: 4, packetId: 1, length: 1222, content: ['ServerHello'] };
const again = (t: number): ControlRow => ({ ...large, t, retransmissionOf: 4 });
const alive: ControlRow = { from: 'c', t: 3, op: 5, acks: [0] };
const rows = [RESET, ANSWER, HELLO, large, again(2), alive, again(4)];

ruleCases(rule, [
  {
    name: 'large ones are repeated, small ones acknowledged',
    facts: capturing(failed(rows, 'tls-stopped')),
    finds: 'error',
    says: ['1222 bytes is sent 3 times', 'max-packet-size'],
  },
  {
    name: 'nothing when the other end is gone',
    facts: capturing(failed([RESET, ANSWER, HELLO, large, again(2), again(4)], 'tls-stopped')),
  },
  { name: 'nothing when it was acknowledged', facts: capturing(failed([...rows, { ...alive, t: 5, acks: [1] }], 'tls-stopped')) },
  {
    name: 'nothing of small ones',
    facts: capturing(
      failed(
        rows.map((row) => ({ ...row, length: 200 })),
        'tls-stopped',
      ),
    ),
  },
  { name: 'nothing of one that is up', facts: capturing(openvpn(rows, { data: UP })) },
]);
