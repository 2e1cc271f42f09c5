import { rule } from '../../src/rules/ike-large-message-lost.js';
import { again, capture, I, INIT, R, type Row, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const large: Row = { from: 'i', t: 0.2, x: 'AUTH', port: 4500, length: 1900, ipFragments: 2 };
const lost = (request: Row, more = {}) => session([...INIT, request, ...again(request, 3, 4.2, 11.4)], more);
const part = { frame: 9, src: R, dst: I, protocol: 17, haveFirst: true, srcPort: 4500, dstPort: 4500, fragments: 1 };

ruleCases(rule, [
  {
    name: 'in IP fragments and unanswered',
    facts: capture({ sessions: [lost(large)] }),
    finds: 'error',
    says: ['1900 bytes in 2 IP fragments', 'neither end announced it', 'fragmentation=yes'],
  },
  {
    name: 'only one end knows IKE fragmentation',
    facts: capture({ sessions: [lost(large, { fragmentation: { initiator: true, responder: false } })] }),
    finds: 'error',
    says: ['the responder did not announce it'],
  },
  {
    name: 'large in one piece',
    facts: capture({ sessions: [lost({ ...large, length: 1400, ipFragments: 1 })] }),
    finds: 'error',
    says: ['1400 bytes'],
  },
  {
    name: 'the reply arrives in part',
    facts: capture({ sessions: [lost({ ...large, length: 300, ipFragments: 1 })], incompleteDatagrams: [part] }),
    finds: 'error',
    says: ['only the first part arrives'],
  },
  {
    name: 'IKE fragments that never became whole',
    facts: capture({
      sessions: [
        lost(
          { ...large, length: 300, ipFragments: 1 },
          { incompleteFragments: [{ frame: 8, kind: 'skf', messageId: 1, fromInitiator: false, have: 1, total: 3 }] },
        ),
      ],
    }),
    finds: 'error',
    says: ['1 of 3 IKE fragments'],
  },
  { name: 'nothing for a small one', facts: capture({ sessions: [lost({ ...large, length: 300, ipFragments: 1 })] }) },
  { name: 'nothing when it came up', facts: capture({ sessions: [session(UP, { outcome: 'established' })], incompleteDatagrams: [part] }) },
  {
    name: 'nothing for fragments of other traffic',
    facts: capture({
      sessions: [lost({ ...large, length: 300, ipFragments: 1 })],
      incompleteDatagrams: [{ ...part, srcPort: 53, dstPort: 5353 }],
    }),
  },
]);
