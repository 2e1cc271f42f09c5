import { rule } from '../../src/rules/openvpn-no-pull.js';
import { ANSWER, capturing, direction, negotiation, openvpn, RESET } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const between = (client: string, server: string, more: object = {}) =>
  capturing(
    openvpn([RESET, ANSWER], { negotiations: [negotiation({ options: { client, server } })], data: { client: direction() }, ...more }),
  );
const WIRE = 'V4,dev-type tun,ifconfig 10.8.0.1 10.8.0.2';

ruleCases(rule, [
  {
    name: 'addresses at one end, no request for what is pushed, and nothing but data of the client',
    facts: between(WIRE, 'V4,dev-type tun'),
    finds: 'error',
    says: ['asks server', 'for nothing', 'peer reports running in P2P mode', 'client in place of tls-client'],
  },
  { name: 'two ends of one wire', facts: between(WIRE, 'V4,dev-type tun,ifconfig 10.8.0.2 10.8.0.1') },
  {
    name: 'a client that asks',
    facts: between(WIRE, 'V4,dev-type tun', { control: [{ frame: 9, fromClient: true, text: 'PUSH_REQUEST' }] }),
  },
  {
    name: 'data that is understood',
    facts: between(WIRE, 'V4,dev-type tun', { data: { client: direction(), server: direction({ inner: { OCC_REPLY: 1 } }) } }),
  },
  { name: 'without a key log', facts: capturing(openvpn([RESET, ANSWER], { data: { client: direction() } })) },
]);
