import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.js';
import type { ProbeStep } from '../../src/model/probe-step.js';
import { probeRecord } from '../../src/report/probe-json.js';
import { probeEnd, stepLines } from '../../src/report/probe-text.js';
import { verdictOfSteps } from '../../src/report/probe-verdict.js';
import { plainStyle } from '../support/plain-style.js';

const step = (over: Partial<ProbeStep> = {}): ProbeStep => ({
  id: 'ike-sa-init',
  title: 'IKE_SA_INIT',
  status: 'pass',
  text: 'AES_GCM_16_256, PRF_HMAC_SHA2_256, CURVE25519',
  details: ['vendor ids: strongSwan'],
  milliseconds: 12.34,
  ...over,
});

const finding: Finding = {
  code: 'probe/no-ike-proposal',
  severity: 'error',
  confidence: 0.9,
  title: 'The peer accepts none',
  cause: 'Nothing in common.',
  evidence: [{ text: 'step ike-sa-init: N(NO_PROPOSAL_CHOSEN)' }],
  fix: [{ end: 'theirs', text: 'proposals = aes256' }],
  retest: 'again',
  dependsOn: [],
  refs: ['RFC 7296 §2.7'],
  subject: '192.0.2.1 - 198.51.100.2',
};

describe('stepLines', () => {
  it.each<[string, ProbeStep, number, boolean, string[]]>([
    ['wide', step(), 100, false, ['  IKE_SA_INIT ............... [OK]     12.3 ms  AES_GCM_16_256, PRF_HMAC_SHA2_256, CURVE25519']],
    [
      'eighty columns',
      step(),
      80,
      false,
      [
        '  IKE_SA_INIT ............... [OK]     12.3 ms  AES_GCM_16_256,',
        '                                                PRF_HMAC_SHA2_256, CURVE25519',
      ],
    ],
    [
      'narrow',
      step(),
      40,
      false,
      ['  IKE_SA_INIT ............... [OK]     12.3 ms', '    AES_GCM_16_256, PRF_HMAC_SHA2_256,', '    CURVE25519'],
    ],
    [
      'with details',
      step({ text: 'chosen' }),
      80,
      true,
      ['  IKE_SA_INIT ............... [OK]     12.3 ms  chosen', '                                                vendor ids: strongSwan'],
    ],
    [
      'details of a failure, unasked',
      step({ status: 'fail', text: 'refused', details: ['ours: x'], milliseconds: 1234 }),
      80,
      false,
      ['  IKE_SA_INIT ............... [FAIL]   1234 ms  refused', '                                                ours: x'],
    ],
    [
      'not reached',
      step({ status: 'unreached', text: 'needs UDP 500' }),
      80,
      false,
      ['  IKE_SA_INIT ............... [--]              needs UDP 500'],
    ],
    ['long waits in seconds', step({ text: 'x', milliseconds: 12_345 }), 80, false, ['  IKE_SA_INIT ............... [OK]      12.3 s  x']],
  ])('%s', (_name, one, columns, verbose, wanted) => expect(stepLines(one, plainStyle(columns), verbose)).toEqual(wanted));
});

describe('verdictOfSteps', () => {
  it.each<[string, ProbeStep[], boolean, object]>([
    [
      'a step of which nothing is known',
      [step(), step({ status: 'unknown', title: 'echo' })],
      false,
      { status: 'pass', text: 'everything that was tried works: 1 step; not known: echo' },
    ],
    ['all well', [step(), step()], false, { status: 'pass', text: 'everything that was tried works: 2 steps' }],
    ['a warning', [step(), step({ status: 'warn', title: 'NAT' })], false, { status: 'warn', text: 'it works, with a warning (NAT)' }],
    [
      'a failure',
      [step({ status: 'fail', text: 'refused' }), step({ status: 'unreached' })],
      false,
      { status: 'fail', text: 'IKE_SA_INIT failed: refused' },
    ],
    ['interrupted', [step()], true, { status: 'unknown', text: 'interrupted; 1 step passed until then' }],
    ['nothing', [step({ status: 'skip' })], false, { status: 'unknown', text: 'nothing could be found out' }],
  ])('%s', (_name, steps, interrupted, wanted) => expect(verdictOfSteps(steps, interrupted)).toEqual(wanted));
});

it('the end has findings, named from where we stand, and the verdict', () => {
  const text = probeEnd([step({ status: 'fail', text: 'refused' })], [finding], plainStyle(), false).join('\n');
  expect(text).toContain('[ERROR] probe/no-ike-proposal');
  expect(text).toContain('the peer: proposals = aes256');
  expect(text.split('\n').at(-1)).toBe('Verdict: IKE_SA_INIT failed: refused');
});

it('the JSON object has everything in snake case', () => {
  expect(
    JSON.parse(JSON.stringify(probeRecord('gw', [step()], [finding], { peerId: 'gw', localSelectors: ['10.0.0.0/8'] }, false))),
  ).toEqual({
    schema: 'vpndoctor/probe/1',
    peer: 'gw',
    steps: [
      {
        id: 'ike-sa-init',
        title: 'IKE_SA_INIT',
        status: 'pass',
        text: 'AES_GCM_16_256, PRF_HMAC_SHA2_256, CURVE25519',
        details: ['vendor ids: strongSwan'],
        ms: 12.34,
      },
    ],
    negotiated: { peer_id: 'gw', local_selectors: ['10.0.0.0/8'] },
    findings: [expect.objectContaining({ code: 'probe/no-ike-proposal', depends_on: [], subject: '192.0.2.1 - 198.51.100.2' })],
    verdict: { status: 'pass', text: 'everything that was tried works: 1 step' },
  });
});
