import { rule } from '../../src/rules/ike-child-refused.js';
import { capture, INIT, notify, proposal, type Row, sa, session, transform, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const reply = (n: number[], more: Partial<Row> = {}): readonly Row[] => [
  ...INIT,
  { from: 'i', t: 0.2, x: 'AUTH' },
  { from: 'r', t: 0.3, x: 'AUTH', n, decrypted: true, ...more },
];
const hiddenError = { frame: 4, fromInitiator: false, kind: 'child-refused' as const, length: 144, notifyLength: 80, text: '…' };
const child = {
  frame: 3,
  protocol: 'ESP',
  offered: [proposal(transform('ENCR', 20, 'AES_GCM_16_256', 256))],
  selectorsInitiator: [],
  selectorsResponder: [],
  lifetimes: [],
  outcome: 'refused' as const,
};

ruleCases(rule, [
  {
    name: 'hidden: the reply has room for AUTH, not for an SA',
    facts: capture({
      sessions: [session([...UP.slice(0, 3), { from: 'r', t: 0.3, x: 'AUTH', length: 144 }], { outcome: 'failed', hiddenError })],
    }),
    finds: 'error',
    says: ['144 bytes', 'contents encrypted', '64 to 79 bytes of payloads', 'a message of 80 bytes', 'TS_UNACCEPTABLE'],
  },
  {
    name: 'read with keys, with the lines for the other end',
    facts: capture({ sessions: [session(reply([14]), { outcome: 'failed', children: [child] })] }),
    finds: 'error',
    says: ['N(NO_PROPOSAL_CHOSEN)', 'esp=aes_gcm256', 'esp_proposals = aes256gcm16', 'protocol esp encryption aes-gcm-256'],
  },
  {
    name: 'no address to give',
    facts: capture({ sessions: [session(reply([36]))] }),
    finds: 'error',
    says: ['INTERNAL_ADDRESS_FAILURE', 'pool'],
  },
  {
    name: 'a warning when ESP flows afterwards',
    facts: capture({ sessions: [session(reply([14]))], sas: [sa({ from: 5 })] }),
    finds: 'warning',
  },
  { name: 'nothing for the selectors: another rule', facts: capture({ sessions: [session(reply([38]))] }) },
  {
    name: 'nothing for a refused rekey: another rule',
    facts: capture({
      sessions: [
        session([
          ...UP,
          { from: 'i', t: 60, x: 'CHILD', n: [notify(2, 16393)], decrypted: true },
          { from: 'r', t: 60.1, x: 'CHILD', n: [14], decrypted: true },
        ]),
      ],
    }),
  },
  {
    name: 'nothing when authentication was refused',
    facts: capture({ sessions: [session(UP, { hiddenError: { ...hiddenError, kind: 'auth-refused' } })] }),
  },
  { name: 'nothing when it came up', facts: capture({ sessions: [session(UP, { outcome: 'established' })] }) },
]);
