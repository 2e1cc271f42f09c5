import type { OpenvpnDirectionFacts } from '../../src/model/openvpn-session.js';
import { rule } from '../../src/rules/openvpn-static-key-mismatch.js';
import { capturing, direction, openvpn } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const good = { decrypted: { good: 5, bad: 0 }, direction: 0, cipher: 'AES-256-CBC', digest: 'SHA1' } as const;
const pair = (client: Partial<OpenvpnDirectionFacts>, server: Partial<OpenvpnDirectionFacts>) =>
  capturing(
    openvpn([], {
      mode: 'static-key',
      negotiations: [],
      data: { client: direction({ ...good, ...client }), server: direction({ ...good, ...server }) },
    }),
  );

ruleCases(rule, [
  { name: 'both with direction 1', facts: pair({ direction: 1 }, { direction: 1 }), finds: 'error', says: ['both ends send with half 1'] },
  {
    name: 'different keys',
    facts: pair({}, { decrypted: { good: 0, bad: 4 } }),
    finds: 'error',
    says: ['does not fit what 203.0.113.2 sends'],
  },
  { name: 'different digests', facts: pair({}, { digest: 'SHA256' }), finds: 'error', says: ['auth SHA1, the other SHA256'] },
  { name: 'different ciphers', facts: pair({}, { cipher: 'BF-CBC' }), finds: 'error', says: ['cipher AES-256-CBC, the other BF-CBC'] },
  { name: 'nothing with the key of another tunnel', facts: pair({ decrypted: { good: 0, bad: 4 } }, { decrypted: { good: 0, bad: 4 } }) },
  { name: 'nothing where they meet', facts: pair({}, { direction: 1 }) },
  { name: 'nothing without a direction', facts: pair({}, {}) },
  {
    name: 'nothing without the key',
    facts: capturing(openvpn([], { mode: 'static-key', data: { client: direction(), server: direction() } })),
  },
]);
