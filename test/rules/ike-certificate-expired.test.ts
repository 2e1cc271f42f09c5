import { rule } from '../../src/rules/ike-certificate-expired.js';
import { capture, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

// The captures of these tests begin in November 2023.
const certificate = (validFrom: string, validTo: string) => ({
  frame: 4,
  fromInitiator: false,
  subject: 'CN=moon',
  issuer: 'CN=ca',
  validFrom,
  validTo,
});
const withOne = (validFrom: string, validTo: string, outcome: 'failed' | 'established' = 'failed') =>
  capture({ sessions: [session(UP, { outcome, certificates: [certificate(validFrom, validTo)] })] });

ruleCases(rule, [
  {
    name: 'expired',
    facts: withOne('2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z'),
    finds: 'error',
    says: ['"CN=moon'.slice(1), 'expired on 2021-01-01'],
  },
  {
    name: 'not yet valid',
    facts: withOne('2030-01-01T00:00:00.000Z', '2031-01-01T00:00:00.000Z'),
    finds: 'error',
    says: ['not valid before 2030-01-01', 'clock'],
  },
  {
    name: 'a warning when nobody minded',
    facts: withOne('2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z', 'established'),
    finds: 'warning',
  },
  { name: 'nothing within its dates', facts: withOne('2020-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z') },
  { name: 'nothing for dates that cannot be read', facts: withOne('?', '?') },
]);
