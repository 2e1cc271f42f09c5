import { rule } from '../../src/rules/openvpn-reset-unanswered.js';
import { at } from '../support/facts.js';
import { ANSWER, capturing, failed, openvpn, RESET, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const again = (t: number) => ({ ...RESET, t, retransmissionOf: 1 });
const silent = failed([RESET, again(2), again(6)], 'reset-unanswered');

ruleCases(rule, [
  {
    name: 'counts the resets',
    facts: capturing(silent),
    finds: 'error',
    says: ['3 hard resets over UDP in 6 s', 'neither tls-auth nor tls-crypt'],
  },
  {
    name: 'cannot tell a wrong key from a dead server, and says so',
    facts: capturing({ ...silent, wrapping: { kind: 'tls-crypt', client: 'fits', server: 'unknown' } }),
    finds: 'error',
    says: ['uses tls-crypt', 'The key given fits what the client sends'],
  },
  { name: 'one case for many sessions', facts: capturing(silent, silent), finds: 'error', says: ['in 1 further session)'] },
  {
    name: 'only a warning when a later session came up',
    facts: capturing(silent, openvpn([RESET, ANSWER], { data: UP, firstTime: at(20) })),
    finds: 'warning',
    says: ['later session'],
  },
  { name: 'nothing while it is not given up', facts: capturing({ ...silent, outcome: 'incomplete' }) },
  { name: 'nothing of one that is up', facts: capturing(openvpn([RESET, ANSWER], { data: UP })) },
]);
