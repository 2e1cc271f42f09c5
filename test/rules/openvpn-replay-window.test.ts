import { rule } from '../../src/rules/openvpn-replay-window.js';
import { ANSWER, capturing, direction, openvpn, RESET } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const sequence = {
  first: 1,
  highest: 300,
  lost: 0,
  reordered: 4,
  duplicates: 0,
  maxReorderDistance: 90,
  beyondWindow: 3,
  lateFrames: [70, 71],
};
const late = (more: Partial<typeof sequence>, transport: 'udp' | 'tcp' = 'udp') =>
  capturing(openvpn([RESET, ANSWER], { transport, data: { server: direction({ sequence: { ...sequence, ...more } }) } }));

ruleCases(rule, [
  {
    name: 'beyond the window',
    facts: late({}),
    finds: 'warning',
    says: ['3 data packets of 203.0.113.2', 'up to 90', 'replay-window 128'],
  },
  {
    name: 'copies are worth knowing',
    facts: late({ beyondWindow: 0, duplicates: 5 }),
    finds: 'info',
    says: ['5 data packets of 203.0.113.2 come twice'],
  },
  { name: 'nothing for a little disorder', facts: late({ beyondWindow: 0 }) },
  { name: 'nothing over TCP', facts: late({}, 'tcp') },
]);
