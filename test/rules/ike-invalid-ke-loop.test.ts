import { rule } from '../../src/rules/ike-invalid-ke-loop.js';
import { capture, INIT, notify, type Row, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const ask = (t: number): Row => ({ from: 'i', t, x: 'INIT', payloads: ['SA', 'KE', 'Nonce'] });
const wants = (t: number, group: number): Row => ({ from: 'r', t, x: 'INIT', n: [notify(2, 17, { value: group })] });
const keGroups = [{ frame: 1, group: 14, name: 'MODP_2048' }];

ruleCases(rule, [
  {
    name: 'twice is a loop',
    facts: capture({ sessions: [session([ask(0), wants(0.1, 19), ask(0.2), wants(0.3, 19)], { keGroups })] }),
    finds: 'error',
    says: ['group 19 (', '2 times', 'not in the initiator', 'proposals = aes256-sha256-ecp256', 'group 19', 'sent group 14'],
  },
  {
    name: 'once, and the initiator gives up',
    facts: capture({ sessions: [session([ask(0), wants(0.1, 20)], { keGroups })] }),
    finds: 'error',
    says: ['the initiator gives up'],
  },
  {
    name: 'offered and yet not sent',
    facts: capture({ sessions: [session([ask(0), wants(0.1, 14), ask(0.2), wants(0.3, 14)])] }),
    finds: 'error',
    says: ['does not send a KE payload of it'],
  },
  {
    name: 'nothing when one round settles it',
    facts: capture({ sessions: [session([ask(0), wants(0.1, 14), ask(0.2), { ...(INIT[1] as Row), t: 0.3 }])] }),
  },
  {
    name: 'nothing when the initiator sends the group under a new SPI at once',
    facts: capture({
      sessions: [
        session([ask(0), wants(0.1, 14)], { keGroups: [{ frame: 1, group: 2, name: 'MODP_1024' }] }),
        session([ask(0.2)], { spiI: '0x9999999900000001', firstFrame: 3, keGroups: [{ frame: 3, group: 14, name: 'MODP_2048' }] }),
      ],
    }),
  },
  {
    name: 'nothing when the session came up',
    facts: capture({ sessions: [session([ask(0), wants(0.01, 14), ...UP], { outcome: 'established' })] }),
  },
  { name: 'nothing when the capture ends on the first', facts: capture({ sessions: [session([ask(0), wants(0.1, 14)])] }, 1) },
]);
