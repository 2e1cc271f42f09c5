import { rule } from '../../src/rules/openvpn-one-way.js';
import { ANSWER, capturing, direction, openvpn, RESET, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const oneWay = openvpn([RESET, ANSWER], { outcome: 'failed', data: { client: direction({ packets: 12 }) } });

ruleCases(rule, [
  { name: 'of the client', facts: capturing(oneWay), finds: 'error', says: ['192.0.2.1 sends 12 data packets, 203.0.113.2 none'] },
  { name: 'of the server', facts: capturing({ ...oneWay, data: { server: direction() } }), finds: 'error', says: ['203.0.113.2 sends 20'] },
  { name: 'nothing both ways', facts: capturing(openvpn([RESET, ANSWER], { data: UP })) },
  { name: 'nothing of a few', facts: capturing({ ...oneWay, data: { client: direction({ packets: 2 }) } }) },
  { name: 'nothing in the middle', facts: capturing({ ...oneWay, startsMidway: true }) },
]);
