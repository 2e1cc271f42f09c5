import { rule } from '../../src/rules/openvpn-certificate-expired.js';
import { ANSWER, capturing, certificate, failed, openvpn, RESET, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  {
    name: 'expired',
    facts: capturing(failed([RESET, ANSWER], 'tls-stopped', { certificates: [certificate({ validTo: '2020-12-31T23:59:59.000Z' })] })),
    finds: 'error',
    says: ['expired on 2020-12-31', 'without an alert'],
  },
  {
    name: 'not yet valid',
    facts: capturing(
      failed([RESET, ANSWER], 'tls-stopped', { certificates: [certificate({ fromClient: true, validFrom: '2035-01-01T00:00:00.000Z' })] }),
    ),
    finds: 'error',
    says: ['not valid before 2035-01-01', 'clock'],
  },
  {
    name: 'only a warning where it came up',
    facts: capturing(openvpn([RESET, ANSWER], { data: UP, certificates: [certificate({ validTo: '2020-12-31T23:59:59.000Z' })] })),
    finds: 'warning',
    says: ['all the same'],
  },
  { name: 'nothing of good ones', facts: capturing(failed([RESET, ANSWER], 'tls-stopped', { certificates: [certificate()] })) },
  {
    name: 'nothing of dates that are none',
    facts: capturing(failed([RESET], 'tls-stopped', { certificates: [certificate({ validTo: 'Bad time value' })] })),
  },
]);
