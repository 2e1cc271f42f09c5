import { rule } from '../../src/rules/openvpn-auth-failed.js';
import { ANSWER, capturing, failed, negotiation, openvpn, RESET, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const said = (text: string) => ({ control: [{ frame: 9, fromClient: false, text }] });

ruleCases(rule, [
  {
    name: 'names the user',
    facts: capturing(
      failed([RESET, ANSWER], 'auth-failed', { ...said('AUTH_FAILED'), negotiations: [negotiation({ username: 'alice' })] }),
    ),
    finds: 'error',
    says: ['refuses user \\"alice\\"', 'no reason'],
  },
  {
    name: 'quotes the reason',
    facts: capturing(failed([RESET, ANSWER], 'auth-failed', said('AUTH_FAILED,account locked'))),
    finds: 'error',
    says: ['The server says: account locked'],
  },
  {
    name: 'blames no password where none was sent',
    facts: capturing(failed([RESET, ANSWER], 'auth-failed', said('AUTH_FAILED'))),
    finds: 'error',
    says: ['no user name was sent', 'ccd-exclusive', 'disable', 'opt-verify'],
  },
  {
    name: 'refuses nobody for good where the server cannot judge',
    facts: capturing(failed([RESET, ANSWER], 'auth-failed', said('AUTH_FAILED,TEMP[backoff 42,advance addr]: database is down'))),
    finds: 'error',
    says: ['name and password were not refused', '(database is down)', 'after 42 s, at the next address'],
  },
  {
    name: 'leaves ciphers to another rule',
    facts: capturing(failed([RESET], 'auth-failed', said('AUTH_FAILED,Data channel cipher negotiation failed (no shared cipher)'))),
  },
  {
    name: 'and questions for a second factor',
    facts: capturing(failed([RESET], 'auth-failed', said('AUTH_FAILED,CRV1:R,E:[secret]:anna:Code of your token'))),
  },
  { name: 'nothing of one that is up', facts: capturing(openvpn([RESET, ANSWER], { data: UP, ...said('PUSH_REPLY,ping 10') })) },
]);
