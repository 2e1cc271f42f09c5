import { rule } from '../../src/rules/openvpn-compression-mismatch.js';
import { ANSWER, capturing, direction, negotiation, openvpn, RESET } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const framing = (framings: Readonly<Record<string, number>>) => direction({ framings, decrypted: { good: 5, bad: 0 } });
const between = (client: Readonly<Record<string, number>>, server: Readonly<Record<string, number>>) =>
  capturing(openvpn([RESET, ANSWER], { data: { client: framing(client), server: framing(server) } }));

ruleCases(rule, [
  {
    name: 'one end frames',
    facts: between({ none: 5 }, { 'no-compress': 4, lzo: 1 }),
    finds: 'error',
    says: ['203.0.113.2 frames compression, 192.0.2.1 does not', 'byte: 69', 'no-compress in 4 packets'],
  },
  {
    name: 'the options strings say it',
    facts: capturing(
      openvpn([RESET, ANSWER], { negotiations: [negotiation({ options: { client: 'V4,comp-lzo,auth SHA1', server: 'V4,auth SHA1' } })] }),
    ),
    finds: 'error',
    says: ['192.0.2.1 frames compression'],
    // Nothing was decrypted: the strings are the evidence.
  },
  { name: 'nothing where both do', facts: between({ 'no-compress': 5 }, { lzo: 5 }) },
  { name: 'nothing where nobody does', facts: between({ none: 5 }, { none: 9 }) },
  { name: 'nothing of one packet', facts: between({ none: 5 }, { lzo: 1 }) },
  { name: 'nothing where an end does both: bytes by chance', facts: between({ none: 5, lzo: 1 }, { none: 5 }) },
]);
