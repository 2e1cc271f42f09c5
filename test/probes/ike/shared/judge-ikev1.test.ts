import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../../src/engine/refusal.js';
import { diagnosisOf } from '../../../../src/probes/ike/shared/diagnosis.js';
import { ProbeFacts } from '../../../../src/probes/ike/shared/probe-facts.js';
import type { ProbeTarget } from '../../../../src/probes/ike/target.js';
import { initiatorSettings } from '../../../support/ike-settings.js';

const target: ProbeTarget = {
  host: 'gw.example.com',
  ports: { ike: 500, natt: 4500 },
  tunnel: {
    settings: initiatorSettings(),
    ikev1: { exchange: 'main' },
    proof: 'pre-shared key',
    canVerify: true,
    selectorsGiven: true,
    childGiven: true,
    proposals: { ike: '3des-md5-modp1024', child: '3des-md5' },
  },
  patience: { first: 500, patience: 8000 },
};

const MAIN = 'Identity Protection (Main Mode)';
const rows: readonly (readonly [Pick<Refusal, 'code' | 'exchange'> & Partial<Refusal>, string, RegExp])[] = [
  [{ code: 'no-proposal-chosen', exchange: MAIN }, 'no-ike-proposal', /cipher, hash, group and authentication method/],
  [{ code: 'no-proposal-chosen', exchange: 'Quick Mode', ours: 'ESP:3DES; without PFS' }, 'no-esp-proposal', /PFS/],
  [{ code: 'psk-mismatch', exchange: 'Aggressive', text: 'HASH_R is not the one' }, 'psk-mismatch', /the secret alone is left/],
  [{ code: 'psk-mismatch', exchange: MAIN, text: 'what our keys do not open' }, 'psk-mismatch', /by the address it sees/],
  [{ code: 'authentication-unanswered', exchange: MAIN, by: 'nobody' }, 'authentication-unanswered', /UDP 4500 is blocked/],
  [{ code: 'identity-mismatch', exchange: MAIN, theirs: '"other.example"' }, 'peer-identity-mismatch', /name is another one/],
  [{ code: 'timeout', exchange: 'Quick Mode', by: 'nobody' }, 'quick-mode-unanswered', /Asked for.*racoon says nothing when no sainfo/],
  [
    { code: 'authentication-failed', exchange: 'Aggressive', by: 'nobody', notify: 'INVALID-ID-INFORMATION' },
    'authentication-refused',
    /refused for that name before any secret comes into it/,
  ],
  [{ code: 'xauth-refused', exchange: 'Transaction' }, 'xauth-refused', /User name or password/],
  [{ code: 'authentication-failed', exchange: 'Informational' }, 'authentication-refused', /opened: the secret is right/],
  [{ code: 'authentication-failed', exchange: 'Aggressive' }, 'authentication-refused', /pre-shared keys differ/],
  [{ code: 'ts-unacceptable', exchange: 'Quick Mode' }, 'selectors-refused', /crosswise/],
];

describe('refusals of IKEv1', () => {
  it.each(rows)('%o', (part, slug, cause) => {
    const diagnosis = diagnosisOf({ by: 'peer', text: 'refused', ...part }, target, new ProbeFacts());
    expect(diagnosis.slug).toBe(slug);
    expect(diagnosis.cause).toMatch(cause);
    expect(diagnosis.fix.length).toBeGreaterThan(0);
  });
});
