import { rule } from '../../src/rules/ike-malformed.js';
import { capture, INIT, MAIN, MAIN_TO_4, session } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const malformed = { field: 'payload length', offset: 80, message: 'needs 40 bytes, 12 there' };

ruleCases(rule, [
  {
    name: 'INVALID_SYNTAX',
    facts: capture({ sessions: [session([...INIT.slice(0, 1), { from: 'r', t: 0.1, x: 'INIT', n: [7] }], { outcome: 'failed' })] }),
    finds: 'error',
    says: ['responder 203.0.113.2 calls a message malformed'],
  },
  {
    name: 'PAYLOAD-MALFORMED before message 5',
    facts: capture({ sessions: [session([...MAIN_TO_4.slice(0, 1), { from: 'r', t: 0.1, x: 'INFO', n: [16] }])] }),
    finds: 'error',
    says: ['PAYLOAD-MALFORMED'],
  },
  {
    name: 'what cannot be read here',
    facts: capture({ sessions: [session([{ from: 'i', t: 0, x: 'INIT', malformed }])] }),
    finds: 'warning',
    says: ['payload length', 'offset 80', 'snap length'],
  },
  {
    name: 'what cannot be read here in a session that came up',
    facts: capture({
      sessions: [
        session(
          [
            { from: 'i', t: 0, x: 'INIT', malformed },
            { from: 'r', t: 0.1, x: 'INIT' },
          ],
          { outcome: 'established' },
        ),
      ],
    }),
    finds: 'info',
    says: ['payload length'],
  },
  {
    name: 'nothing for bytes behind a message that was answered',
    facts: capture({
      sessions: [
        session([
          { ...MAIN[0], malformed: { field: 'length', offset: 24, message: 'says 84 bytes, the datagram has 96' } },
          ...MAIN.slice(1),
        ] as typeof MAIN),
      ],
    }),
  },
  {
    name: 'nothing after message 5: that is the key',
    facts: capture({ sessions: [session([...MAIN, { from: 'r', t: 0.6, x: 'INFO', n: [16] }])] }),
  },
  { name: 'nothing for whole messages', facts: capture({ sessions: [session(MAIN)] }) },
]);
