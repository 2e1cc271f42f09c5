import { rule } from '../../src/rules/ike-peer-silent.js';
import { again, capture, INIT, MAIN_TO_4, type Row, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const request: Row = { from: 'i', t: 0, x: 'INIT', payloads: ['SA', 'KE', 'Nonce'] };
const silent = (...times: number[]) => session([request, ...again(request, 1, ...times)]);

ruleCases(rule, [
  {
    name: 'names the stack by its clock',
    facts: capture({ sessions: [silent(4, 11.2, 24.2)] }),
    finds: 'error',
    says: ['answers nothing on UDP 500', '4 times within 24 s', 'clock of strongSwan', 'no daemon listening'],
  },
  {
    name: 'message 1 of Main Mode just as well',
    facts: capture({
      sessions: [session([{ from: 'i', t: 0, x: 'MAIN', payloads: ['SA'] }, ...again({ from: 'i', t: 0, x: 'MAIN' }, 1, 8, 16)])],
    }),
    finds: 'error',
    says: ['Cisco ASA or PIX', 'crypto ikev1 enable'],
  },
  {
    name: 'one case for many attempts',
    facts: capture({ sessions: [silent(0.5, 1.5), silent(0.5, 1.5)] }),
    finds: 'error',
    says: ['in 1 further attempt)'],
  },
  {
    name: 'only worth knowing when a later attempt came up',
    facts: capture({ sessions: [silent(0.5, 1.5), session(UP, { outcome: 'established' })] }),
    finds: 'info',
    says: ['later attempt', 'the path is open'],
  },
  {
    name: 'a peer that answers something else',
    facts: capture({
      sessions: [session(MAIN_TO_4), session([{ ...request, x: 'AGGRESSIVE' }, ...again({ ...request, x: 'AGGRESSIVE' }, 1, 4, 11)])],
    }),
    finds: 'error',
    says: ['answers IKEv1 Main Mode, and not this on UDP 500'],
  },
  {
    name: 'large requests may be lost for their size',
    facts: capture({ sessions: [session([{ ...request, ipFragments: 3, length: 4600 }, ...again(request, 1, 4)])] }),
    finds: 'error',
    says: ['3 IP fragments'],
  },
  { name: 'once, and listened to long enough', facts: capture({ sessions: [silent()] }, 30), finds: 'error', says: ['once, and 30 s'] },
  { name: 'nothing when the capture ends at once', facts: capture({ sessions: [silent()] }, 2) },
  { name: 'nothing when the answer came', facts: capture({ sessions: [session(INIT)] }) },
  {
    name: 'nothing when the responder SPI is known: its packets were not captured',
    facts: capture({ sessions: [{ ...silent(4, 8), spiR: '0x0000000000000001' }] }),
  },
  { name: 'nothing in the middle', facts: capture({ sessions: [{ ...silent(4, 8), startsMidway: true }] }) },
  {
    name: 'nothing for what the capture saw twice',
    facts: capture({ sessions: [session([request, { ...request, t: 0.001, retransmissionOf: 1, duplicate: true }])] }, 1),
  },
  { name: 'nothing after an answered start', facts: capture({ sessions: [session(MAIN_TO_4)] }) },
]);
