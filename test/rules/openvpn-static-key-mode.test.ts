import { rule } from '../../src/rules/openvpn-static-key-mode.js';
import { ANSWER, capturing, direction, openvpn, RESET } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  {
    name: 'is worth knowing',
    facts: capturing(openvpn([], { mode: 'static-key', data: { client: direction({ cipher: 'BF-CBC' }) } })),
    finds: 'info',
    says: ['BF-CBC', '2.7 refuses', 'peer-fingerprint'],
  },
  { name: 'nothing of TLS', facts: capturing(openvpn([RESET, ANSWER])) },
]);
