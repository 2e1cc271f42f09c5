import { rule } from '../../src/rules/openvpn-cipher-mismatch.js';
import { ANSWER, capturing, failed, negotiation, RESET } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const said = (text: string) => ({ control: [{ frame: 9, fromClient: false, text }] });
const refusal = said('AUTH_FAILED,Data channel cipher negotiation failed (no shared cipher)');

ruleCases(rule, [
  {
    name: 'what the client offers stands in its peer info',
    facts: capturing(
      failed([RESET, ANSWER], 'auth-failed', {
        ...refusal,
        negotiations: [
          negotiation({
            peerInfo: ['IV_VER=2.6.14', 'IV_CIPHERS=CHACHA20-POLY1305'],
            options: { server: 'V4,dev-type tun,cipher AES-128-GCM' },
          }),
        ],
      }),
    ),
    finds: 'error',
    says: ['the client offers CHACHA20-POLY1305', 'cipher AES-128-GCM'],
  },
  {
    name: 'without it as well',
    facts: capturing(failed([RESET, ANSWER], 'auth-failed', refusal)),
    finds: 'error',
    says: ['no data channel cipher in common'],
  },
  { name: 'nothing for a password', facts: capturing(failed([RESET, ANSWER], 'auth-failed', said('AUTH_FAILED'))) },
]);
