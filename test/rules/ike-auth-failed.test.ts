import { rule } from '../../src/rules/ike-auth-failed.js';
import { again, back, capture, INIT, MAIN, MAIN_TO_4, notify, type Row, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const request: Row = { from: 'i', t: 0.2, x: 'AUTH' };
const hidden = (kind: 'auth-refused' | 'closed-at-once' | 'child-refused', frame: number, fromInitiator: boolean) => ({
  outcome: 'failed' as const,
  hiddenError: { frame, fromInitiator, kind, length: 80, notifyLength: 80, text: '…' },
});
const five: Row = { from: 'i', t: 0.4, x: 'MAIN', encrypted: true, length: 108 };
const aggressive: readonly Row[] = [
  { from: 'i', t: 0, x: 'AGGRESSIVE', payloads: ['SA', 'KE', 'NONCE', 'ID'] },
  { from: 'r', t: 0.1, x: 'AGGRESSIVE', payloads: ['SA', 'KE', 'NONCE', 'ID', 'HASH'] },
];
const transactions: readonly Row[] = [0.6, 0.7, 0.8, 0.9].map((t, i) => ({ from: i % 2 === 0 ? 'r' : 'i', t, x: 'TRANSACTION' }));

ruleCases(rule, [
  {
    name: 'IKEv2, a reply with room for a notify only: hidden, and said to be',
    facts: capture({
      sessions: [session([...INIT, request, { from: 'r', t: 0.3, x: 'AUTH', length: 80 }], hidden('auth-refused', 4, false))],
    }),
    finds: 'error',
    says: [
      'responder 203.0.113.2 answered with 80 bytes',
      'contents encrypted',
      '0 to 15 bytes of payloads',
      'the initiator that was not accepted',
      'ipsec.secrets',
    ],
  },
  {
    name: 'after rounds of EAP also the password',
    facts: capture({
      sessions: [
        session(
          [
            ...INIT,
            request,
            { from: 'r', t: 0.3, x: 'AUTH' },
            { ...request, t: 0.4, messageId: 2 },
            { from: 'r', t: 0.5, x: 'AUTH', messageId: 2, length: 80 },
          ],
          hidden('auth-refused', 6, false),
        ),
      ],
    }),
    finds: 'error',
    says: ['2 rounds of IKE_AUTH', 'user name'],
  },
  {
    name: 'IKEv2, the initiator leaves at once',
    facts: capture({ sessions: [session([...UP, { from: 'i', t: 0.31, x: 'INFO2', length: 80 }], hidden('closed-at-once', 5, true))] }),
    finds: 'error',
    says: ['initiator 192.0.2.1 ended the IKE SA', 'certificate'],
  },
  {
    name: 'EAP ends with Failure, read with keys',
    facts: capture({
      sessions: [
        session(
          [
            ...INIT,
            request,
            { from: 'r', t: 0.3, x: 'AUTH', payloads: ['IDr', 'AUTH', 'EAP'], decrypted: true },
            { ...request, t: 0.4, messageId: 2 },
            { from: 'r', t: 0.5, x: 'AUTH', messageId: 2, payloads: ['EAP'], decrypted: true },
          ],
          { outcome: 'failed', eap: { method: 'EAP-MSCHAPv2', outcome: 'failure' } },
        ),
      ],
    }),
    finds: 'error',
    says: ['sent EAP Failure after EAP-MSCHAPv2', 'name or password are wrong'],
  },
  {
    name: 'IKEv2 with keys',
    facts: capture({
      sessions: [
        session([...INIT, request, { from: 'r', t: 0.3, x: 'AUTH', n: [24], decrypted: true }], {
          outcome: 'failed',
          identityInitiator: { type: 'ID_FQDN', value: 'client.example' },
        }),
      ],
    }),
    finds: 'error',
    says: ['N(AUTHENTICATION_FAILED)', 'IDi client.example', 'read with the keys given'],
  },
  {
    name: 'Main Mode, PAYLOAD-MALFORMED in the clear after message 5',
    facts: capture({ sessions: [session([...MAIN_TO_4, five, { from: 'r', t: 0.5, x: 'INFO', n: [16] }], { outcome: 'failed' })] }),
    finds: 'error',
    says: ['PAYLOAD-MALFORMED', 'another pre-shared key'],
  },
  {
    name: 'Main Mode, an identity nobody knows',
    facts: capture({ sessions: [session([...MAIN_TO_4, five, { from: 'r', t: 0.5, x: 'INFO', n: [18] }], { outcome: 'failed' })] }),
    finds: 'error',
    says: ['INVALID-ID-INFORMATION', 'not one the other end has a connection for'],
  },
  {
    name: 'Main Mode, an encrypted Informational instead of message 6',
    facts: capture({
      sessions: [
        session([...MAIN_TO_4, five, { from: 'r', t: 0.5, x: 'INFO', length: 92, encrypted: true }], hidden('auth-refused', 6, false)),
      ],
    }),
    finds: 'error',
    says: ['message 5 of Main Mode', 'authenticates by pre-shared key', 'cannot be told apart'],
  },
  {
    name: 'Main Mode, the initiator goes after message 6',
    facts: capture({ sessions: [session([...MAIN, { from: 'i', t: 0.52, x: 'INFO', encrypted: true }], { outcome: 'established' })] }),
    finds: 'warning',
    says: ['right after message 6'],
  },
  {
    name: 'nothing for dead peer detection behind message 6: a question and its answer',
    facts: capture({
      sessions: [
        session(
          [
            ...MAIN,
            { from: 'i', t: 0.52, x: 'INFO', encrypted: true, length: 108 },
            { from: 'r', t: 0.53, x: 'INFO', encrypted: true, length: 108 },
          ],
          { outcome: 'established' },
        ),
      ],
    }),
  },
  {
    name: 'Aggressive Mode, INVALID-HASH-INFORMATION',
    facts: capture({ sessions: [session([...aggressive, { from: 'i', t: 0.2, x: 'INFO', n: [23] }], { outcome: 'failed' })] }),
    finds: 'error',
    says: ['INVALID-HASH-INFORMATION', 'in Aggressive Mode'],
  },
  {
    name: 'Aggressive Mode, message 1 again although it was answered',
    facts: capture({ sessions: [session([...aggressive, ...again(aggressive[0] as Row, 1, 4, 11)])] }),
    finds: 'error',
    says: ['repeats message 1 2 times', '--psk-file checks the hash against a candidate secret'],
  },
  ...(
    [
      [{}, 'HASH_R is not made of the secret in psk.txt:1.'],
      [{ madeBy: 'psk.txt:1' }, 'HASH_R is made of the secret in psk.txt:1.'],
      [{ tried: ['psk.txt:1', 'psk.txt:2'] }, 'HASH_R is made of none of the 2 secrets given (psk.txt:1, psk.txt:2).'],
    ] as const
  ).map(([check, words]) => ({
    name: `Aggressive Mode, a secret was given: ${words}`,
    facts: capture({
      sessions: [
        session([...aggressive, { from: 'i', t: 0.2, x: 'INFO', encrypted: true, length: 108 }], {
          ...hidden('auth-refused', 3, true),
          secretChecks: [{ frame: 2, end: 'responder' as const, tried: ['psk.txt:1'], ...check }],
        }),
      ],
    }),
    finds: 'error' as const,
    says: [words, /cannot be told apart from the wire\. HASH_R/],
  })),
  {
    name: 'XAuth ends and no Quick Mode follows',
    facts: capture({ sessions: [session([...MAIN, ...transactions])] }),
    finds: 'error',
    says: ['XAuth', 'user name or password', 'ends just here'],
  },
  {
    name: 'one case for many attempts',
    facts: capture({
      sessions: [0, 1, 2].map(() =>
        session([...INIT, request, { from: 'r', t: 0.3, x: 'AUTH', length: 80 }], hidden('auth-refused', 4, false)),
      ),
    }),
    finds: 'error',
    says: ['in 2 further attempts'],
  },
  {
    name: 'certificates are in play where they are asked for',
    facts: capture({
      sessions: [
        session(
          [
            INIT[0] as Row,
            { ...(INIT[1] as Row), payloads: ['SA', 'KE', 'Nonce', 'CERTREQ'] },
            request,
            { from: 'r', t: 0.3, x: 'AUTH', length: 80 },
          ],
          hidden('auth-refused', 4, false),
        ),
      ],
    }),
    finds: 'error',
    says: ['packet 2 asks for certificates'],
  },
  { name: 'nothing when it came up', facts: capture({ sessions: [session(UP, { outcome: 'established' })] }) },
  { name: 'nothing for a CHILD_SA refused', facts: capture({ sessions: [session(UP, hidden('child-refused', 4, false))] }) },
  {
    name: 'nothing when Quick Mode follows',
    facts: capture({
      sessions: [
        session([...MAIN, { from: 'i', t: 0.52, x: 'INFO', encrypted: true }, { from: 'i', t: 0.6, x: 'QUICK' }], {
          outcome: 'established',
        }),
      ],
    }),
  },
  {
    name: 'nothing when the initiator goes later, or after ESP',
    facts: capture({ sessions: [session([...MAIN, { from: 'i', t: 0.52, x: 'INFO', encrypted: true }])], sas: [back()] }),
  },
  { name: 'nothing for XAuth in mid-flight', facts: capture({ sessions: [session([...MAIN, ...transactions.slice(0, 3)])] }) },
  {
    name: 'nothing for an unreadable CHILD_SA error',
    facts: capture({ sessions: [session([...INIT, request, { from: 'r', t: 0.3, x: 'AUTH', n: [notify(2, 14)], decrypted: true }])] }),
  },
]);
