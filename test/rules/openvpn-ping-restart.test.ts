import { rule } from '../../src/rules/openvpn-ping-restart.js';
import { at } from '../support/facts.js';
import { ANSWER, capturing, direction, openvpn, RESET, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const fallen = openvpn([RESET, ANSWER], {
  data: { client: direction({ lastTime: at(20) }), server: direction({ lastTime: at(10) }) },
  supersededIn: 80,
});

ruleCases(rule, [
  {
    name: 'the server falls silent',
    facts: capturing(fallen),
    finds: 'error',
    says: ['server 203.0.113.2:1194 falls silent for 10 s', 'keepalive 10 60'],
  },
  {
    name: 'the client does',
    facts: capturing({ ...fallen, data: { client: direction({ lastTime: at(5) }), server: direction({ lastTime: at(10) }) } }),
    finds: 'error',
    says: ['client 192.0.2.1 falls silent for 5 s'],
  },
  {
    name: 'again and again',
    facts: capturing(fallen, { ...fallen, firstTime: at(30) }),
    finds: 'error',
    says: ['(2 times)', 'same certificate'],
  },
  {
    name: 'only a warning when it came up again',
    facts: capturing(fallen, openvpn([RESET, ANSWER], { data: UP, firstTime: at(30) })),
    finds: 'warning',
  },
  { name: 'nothing when the client simply began anew', facts: capturing(openvpn([RESET, ANSWER], { data: UP, supersededIn: 80 })) },
  { name: 'nothing when nobody began anew', facts: capturing(openvpn([RESET, ANSWER], { data: fallen.data })) },
]);
