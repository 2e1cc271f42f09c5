import { rule } from '../../src/rules/openvpn-tls-alert.js';
import { ANSWER, capturing, failed, HELLO, openvpn, RESET, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const alert = (name: string, fromClient = false) => ({ alerts: [{ frame: 4, fromClient, level: 'fatal' as const, name }] });

ruleCases(rule, [
  {
    name: 'in words',
    facts: capturing(failed([RESET, ANSWER, HELLO], 'alert', alert('protocol_version'))),
    finds: 'error',
    says: ['server 203.0.113.2:1194 ends TLS with the alert protocol_version', 'tls-version-min'],
  },
  {
    name: 'of the client',
    facts: capturing(failed([RESET, ANSWER, HELLO], 'alert', alert('unknown_ca', true))),
    finds: 'error',
    says: ['client 192.0.2.1 ends TLS', 'ca file'],
  },
  {
    name: 'one without words of our own',
    facts: capturing(failed([RESET, ANSWER, HELLO], 'alert', alert('unknown (222)'))),
    finds: 'error',
    says: ['unknown (222)'],
  },
  {
    name: 'nothing for close_notify',
    facts: capturing(openvpn([RESET], { alerts: [{ frame: 9, fromClient: true, level: 'warning', name: 'close_notify' }] })),
  },
  { name: 'nothing when it came up', facts: capturing(openvpn([RESET], { data: UP, ...alert('internal_error') })) },
]);
