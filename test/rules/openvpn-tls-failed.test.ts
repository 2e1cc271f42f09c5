import { rule } from '../../src/rules/openvpn-tls-failed.js';
import {
  ANSWER,
  capturing,
  certificate,
  failed,
  HELLO,
  negotiation,
  openvpn,
  RESET,
  SERVER_HELLO,
  tls,
  UP,
} from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const open = { negotiations: [negotiation({ tls: tls({ complete: false }) })] };

ruleCases(rule, [
  {
    name: 'the client does not like the server',
    facts: capturing(failed([RESET, ANSWER, HELLO, SERVER_HELLO], 'tls-stopped', { ...open, certificates: [certificate()] })),
    finds: 'error',
    says: ['drops the handshake after the certificate of the server', 'CN=test CA', 'no TLS alert'],
  },
  {
    name: 'the server does not like the client',
    facts: capturing(
      failed([RESET, ANSWER, HELLO, SERVER_HELLO, { ...HELLO, t: 1, content: ['Certificate', 'ClientKeyExchange'] }], 'tls-stopped', open),
    ),
    finds: 'error',
    says: ['drops the handshake after the certificate of the client'],
  },
  {
    name: 'the hello is not answered',
    facts: capturing(
      failed([RESET, ANSWER, HELLO], 'hello-unanswered', {
        negotiations: [negotiation({ tls: tls({ answered: false, complete: false }) })],
      }),
    ),
    finds: 'error',
    says: ['does not answer the ClientHello (TLS 1.3, TLS 1.2 offered)', 'nothing follows', 'max-clients', '--connect-freq'],
  },
  {
    name: 'the hello is acknowledged and not answered',
    facts: capturing(failed([RESET, ANSWER, HELLO, { ...ANSWER, t: 2, content: [] }], 'hello-unanswered', open)),
    finds: 'error',
    says: ['acknowledges the packet and says nothing'],
  },
  {
    name: 'what tls-crypt hides',
    facts: capturing(
      failed([RESET, ANSWER, HELLO], 'tls-stopped', {
        negotiations: [negotiation()],
        wrapping: { kind: 'tls-crypt', client: 'unknown', server: 'unknown' },
      }),
    ),
    finds: 'error',
    says: ['stops before any data (encrypted by tls-crypt)'],
  },
  { name: 'nothing of one that is up', facts: capturing(openvpn([RESET, ANSWER, HELLO, SERVER_HELLO], { data: UP })) },
]);
