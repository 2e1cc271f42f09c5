import { rule } from '../../src/rules/ike-phase2-refused.js';
import { again, capture, MAIN, MAIN_AND_QUICK, proposal, type Row, session, transform } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const one: Row = { from: 'i', t: 0.6, x: 'QUICK', length: 188 };
const no: Row = { from: 'r', t: 0.7, x: 'INFO', length: 92, encrypted: true };
const child = {
  frame: 7,
  protocol: 'ESP',
  offered: [proposal(transform('ENCR', 12, 'AES_CBC_128', 128), transform('INTEG', 2, 'HMAC_SHA1'))],
  selectorsInitiator: [],
  selectorsResponder: [],
  lifetimes: [],
  outcome: 'refused' as const,
};

ruleCases(rule, [
  {
    name: 'an encrypted Informational instead of message 2',
    facts: capture({ sessions: [session([...MAIN, one, no])] }),
    finds: 'error',
    says: [
      'responder 203.0.113.2 refuses message 1 of Quick Mode',
      '92 bytes (contents encrypted)',
      'do not tell them apart',
      'PFS was not asked',
      'makes it a refusal of the offer',
    ],
  },
  {
    name: 'message 1 with room for a KE payload says nothing of PFS',
    facts: capture({ sessions: [session([...MAIN, { ...one, length: 460 }, no])] }),
    finds: 'error',
    says: [/^(?!.*PFS was not asked)/],
  },
  {
    name: 'read with keys: proposal',
    facts: capture({ sessions: [session([...MAIN, one, { ...no, n: [14], decrypted: true }], { children: [child] })] }),
    finds: 'error',
    says: ['N(NO-PROPOSAL-CHOSEN)', 'phase2alg=aes128-sha1', 'esp_proposals = aes128-sha1', 'transform-set VPN esp-aes esp-sha-hmac'],
  },
  {
    name: 'read with keys: subnets',
    facts: capture({ sessions: [session([...MAIN, one, { ...no, n: [18], decrypted: true }])] }),
    finds: 'error',
    says: ['N(INVALID-ID-INFORMATION)', 'exact mirror'],
  },
  {
    name: 'the initiator refuses the answer',
    facts: capture({ sessions: [session([...MAIN, one, { ...one, from: 'r', t: 0.65 }, { ...no, from: 'i' }])] }),
    finds: 'error',
    says: ['initiator 192.0.2.1 refuses message 2', 'refusal of the answer'],
  },
  {
    name: 'the responder began Quick Mode',
    facts: capture({ sessions: [session([...MAIN, { ...one, from: 'r' }, { ...no, from: 'i' }])] }),
    finds: 'error',
    says: ['initiator 192.0.2.1 refuses message 1'],
  },
  {
    name: 'no answer to a message that was sent once',
    facts: capture({ sessions: [session([...MAIN, one])] }),
    finds: 'error',
    says: ['message 1 1 time within'],
  },
  {
    name: 'no answer at all',
    facts: capture({ sessions: [session([...MAIN, one, ...again(one, 7, 4.6, 11)])] }),
    finds: 'error',
    says: ['gets no answer', '3 times', 'stays silent'],
  },
  { name: 'nothing when it completes', facts: capture({ sessions: [session(MAIN_AND_QUICK)] }) },
  { name: 'nothing for a delete after it completed', facts: capture({ sessions: [session([...MAIN_AND_QUICK, { ...no, t: 30 }])] }) },
  {
    name: 'nothing for a second one: a rekey',
    facts: capture({ sessions: [session([...MAIN_AND_QUICK, { ...one, t: 30, messageId: 78 }, { ...no, t: 30.1 }])] }),
  },
  { name: 'nothing when the capture ends', facts: capture({ sessions: [session([...MAIN, one])] }, 1) },
]);
