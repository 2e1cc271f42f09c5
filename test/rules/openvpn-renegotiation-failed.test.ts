import { rule } from '../../src/rules/openvpn-renegotiation-failed.js';
import { at } from '../support/facts.js';
import { ANSWER, capturing, negotiation, openvpn, RESET, tls, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const first = negotiation({ tls: tls(), firstDataFrame: 20 });
const second = negotiation({ keyId: 1, frame: 50, time: at(20), startedByClient: false, resets: 4, answered: false, heardServer: false });
const up = (...negotiations: Parameters<typeof negotiation>[0][]) =>
  capturing(openvpn([RESET, ANSWER], { data: UP, negotiations: [first, ...negotiations.map((one) => ({ ...second, ...one }))] }));

ruleCases(rule, [
  { name: 'not answered', facts: up({}), finds: 'error', says: ['key 1, begun by the server, is not answered', 'sent 4 times'] },
  {
    name: 'stopped in the middle',
    facts: up({ answered: true, tls: tls({ complete: false }) }),
    finds: 'error',
    says: ['stops in the middle', 'auth-gen-token'],
  },
  { name: 'nothing when it came to data', facts: up({ answered: true, firstDataFrame: 60 }) },
  { name: 'nothing when the next one did', facts: up({}, { keyId: 2, frame: 80, answered: true, firstDataFrame: 90 }) },
  { name: 'nothing when the capture ends soon after', facts: up({ time: at(55) }) },
  { name: 'nothing when it is hidden', facts: up({ answered: true }) },
]);
