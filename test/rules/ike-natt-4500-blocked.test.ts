import { rule } from '../../src/rules/ike-natt-4500-blocked.js';
import { again, back, capture, INIT, MAIN_TO_4, type Row, session } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const auth: Row = { from: 'i', t: 0.2, x: 'AUTH', port: 4500 };
const five: Row = { from: 'i', t: 0.4, x: 'MAIN', encrypted: true, port: 4500, length: 108 };
const v2 = (more: readonly Row[] = [], request = auth) => session([...INIT, request, ...again(request, 3, 4.2, 11.4), ...more]);
const nat = { checked: true, initiatorBehindNat: true, floated: true, text: 'initiator behind NAT' };

ruleCases(rule, [
  {
    name: 'IKE_AUTH on 4500',
    facts: capture({ sessions: [{ ...v2(), nat }] }),
    finds: 'error',
    says: ['UDP 500 is answered, UDP 4500 is not', 'NAT was detected', 'silence speaks for the path'],
  },
  {
    name: 'message 5 on 4500, while the responder repeats message 4 on 500',
    facts: capture({
      sessions: [
        session([...MAIN_TO_4, five, { from: 'r', t: 1, x: 'MAIN', payloads: ['KE'], retransmissionOf: 4 }, ...again(five, 5, 10)]),
      ],
    }),
    finds: 'error',
    says: ['message 5', 'do not arrive there'],
  },
  {
    name: 'message 5 alone may also be the key',
    facts: capture({ sessions: [session([...MAIN_TO_4, five, ...again(five, 5, 10)])] }),
    finds: 'error',
    says: ['pre-shared key'],
  },
  {
    name: 'nothing when 4500 answers anything',
    facts: capture({ sessions: [v2(), session([...INIT, auth, { from: 'r', t: 1, x: 'AUTH', port: 4500 }])] }),
  },
  { name: 'nothing when ESP comes from 4500', facts: capture({ sessions: [v2()], sas: [back({ encapsulation: 'udp', from: 2 })] }) },
  { name: 'nothing on 500', facts: capture({ sessions: [v2([], { ...auth, port: 500 })] }) },
  {
    name: 'nothing for a message that may be too large',
    facts: capture({ sessions: [v2([], { ...auth, length: 1900, ipFragments: 2 })] }),
  },
  { name: 'nothing when the capture ends at once', facts: capture({ sessions: [session([...INIT, auth])] }, 1) },
]);
