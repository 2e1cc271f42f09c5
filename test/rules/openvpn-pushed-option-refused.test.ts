import { rule } from '../../src/rules/openvpn-pushed-option-refused.js';
import { ANSWER, capturing, openvpn, RESET } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const pushing = (...options: readonly string[]) =>
  capturing(openvpn([RESET, ANSWER], { control: [{ frame: 12, fromClient: false, text: ['PUSH_REPLY', ...options].join(',') }] }));

ruleCases(rule, [
  {
    name: 'what is not for pushing, and what nobody knows',
    facts: pushing('route 10.0.0.0 255.0.0.0', 'script-security 2', 'vendor-thing 1'),
    finds: 'warning',
    says: ['script-security 2, vendor-thing 1', 'cannot be used in this context ([PUSH-OPTIONS])', 'pull-filter ignore'],
  },
  {
    name: 'what a server of 2.6 pushes as a rule',
    facts: pushing(
      'route-gateway 10.8.0.1',
      'topology subnet',
      'ping 10',
      'ping-restart 60',
      'ifconfig 10.8.0.2 255.255.255.0',
      'peer-id 0',
      'cipher AES-256-GCM',
      'protocol-flags cc-exit tls-ekm dyn-tls-crypt',
      'tun-mtu 1500',
      'setenv opt block-outside-dns',
    ),
  },
]);
