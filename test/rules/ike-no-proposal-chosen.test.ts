import { rule } from '../../src/rules/ike-no-proposal-chosen.js';
import { capture, INIT, MAIN, MAIN_TO_4, session, UP, V1_OLD_SUITE } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const refused = session([...INIT.slice(0, 1), { from: 'r', t: 0.1, x: 'INIT', n: [14], length: 36 }], { outcome: 'failed' });

ruleCases(rule, [
  {
    name: 'IKEv2, with the lines that would accept the offer',
    facts: capture({ sessions: [refused] }),
    finds: 'error',
    says: [
      'AES_CBC_256 HMAC_SHA2_256 HMAC_SHA2_256_128 MODP_2048',
      'ike=aes256-sha2_256;modp2048',
      'proposals = aes256-sha256-modp2048',
      'crypto ikev2 policy 10 / encryption aes-256 / integrity sha256 / prf sha256 / group 14',
      'no configuration at all for a peer at 192.0.2.1',
    ],
  },
  {
    name: 'IKEv1, the old suite',
    facts: capture({
      sessions: [
        session([...MAIN_TO_4.slice(0, 1), { from: 'r', t: 0.1, x: 'INFO', n: [14] }], { outcome: 'failed', offered: [V1_OLD_SUITE] }),
      ],
    }),
    finds: 'error',
    says: [
      'ike=3des-md5;modp1024',
      'proposals = 3des-md5-modp1024',
      'crypto ikev1 policy 10 / authentication pre-share / encryption 3des / hash md5 / group 2',
    ],
  },
  {
    name: 'a warning when another offer was taken later',
    facts: capture({ sessions: [refused, session(UP, { outcome: 'established' })] }),
    finds: 'warning',
  },
  {
    name: 'nothing when that very phase 1 of IKEv1 came up: a stray notify',
    facts: capture({
      sessions: [session([...MAIN.slice(0, 2), { from: 'i', t: 0.15, x: 'INFO', n: [14] }, ...MAIN.slice(2)], { outcome: 'established' })],
    }),
  },
  {
    name: 'nothing when the offer is one that nobody has: a probe asks so whether messages get there',
    facts: capture({
      sessions: [
        session([...INIT.slice(0, 1), { from: 'r', t: 0.1, x: 'INIT', n: [14], length: 36 }], {
          outcome: 'failed',
          offered: [
            {
              number: 1,
              protocol: 'IKE',
              spi: '',
              transforms: [
                { type: 'ENCR', name: 'DES_IV64', id: 1 },
                { type: 'KE', name: 'EC2N_155', id: 3 },
              ],
            },
          ],
        }),
      ],
    }),
  },
  {
    name: 'nothing when it refuses phase 2',
    facts: capture({
      sessions: [
        session([...MAIN, { from: 'i', t: 0.6, x: 'QUICK' }, { from: 'r', t: 0.7, x: 'INFO', n: [14], encrypted: true, decrypted: true }]),
      ],
    }),
  },
  {
    name: 'nothing when IKE_AUTH holds it, for a CHILD_SA',
    facts: capture({ sessions: [session([...UP.slice(0, 3), { from: 'r', t: 0.3, x: 'AUTH', n: [14], decrypted: true }])] }),
  },
  {
    name: 'nothing for INVALID_KE_PAYLOAD',
    facts: capture({ sessions: [session([...INIT.slice(0, 1), { from: 'r', t: 0.1, x: 'INIT', n: [17] }])] }),
  },
]);
