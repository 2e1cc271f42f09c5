import { rule } from '../../src/rules/openvpn-certificate-usage.js';
import { ANSWER, capturing, certificate, failed, openvpn, RESET, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const wrong = { certificates: [certificate({ usages: [CLIENT_AUTH] })] };

ruleCases(rule, [
  {
    name: 'a client certificate at the server',
    facts: capturing(failed([RESET, ANSWER], 'tls-stopped', wrong)),
    finds: 'error',
    says: ['none of a server', 'serverAuth'],
  },
  { name: 'nothing where it came up', facts: capturing(openvpn([RESET, ANSWER], { data: UP, ...wrong })) },
  {
    name: 'nothing for the right one',
    facts: capturing(failed([RESET], 'tls-stopped', { certificates: [certificate({ usages: [SERVER_AUTH] })] })),
  },
  { name: 'nothing for one that may all', facts: capturing(failed([RESET], 'tls-stopped', { certificates: [certificate()] })) },
]);
