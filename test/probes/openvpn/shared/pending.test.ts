import { expect, it } from 'vitest';
import type { ProbeContext } from '../../../../src/probes/openvpn/probe.js';
import { endedOutcome } from '../../../../src/probes/openvpn/shared/ended.js';
import { pendingRefusal } from '../../../../src/probes/openvpn/shared/pending.js';
import { ProbeFacts } from '../../../../src/probes/openvpn/shared/probe-facts.js';
import { openvpnSettings } from '../../../support/openvpn-settings.js';

const told = (...lines: readonly string[]) => {
  const facts = new ProbeFacts();
  for (const text of lines) facts.apply({ session: 1, at: 0, kind: 'control-message', direction: 'received', text });
  return facts;
};

it.each([
  [['AUTH_PENDING,timeout 60'], 'the server waits for a confirmation from elsewhere, 60 s at most'],
  [
    ['AUTH_PENDING,timeout 60', 'INFO_PRE,WEB_AUTH::https://sso.example.org/login?s=1'],
    'the server waits for somebody to log in at https://sso.example.org/login?s=1 (WEB_AUTH), 60 s at most',
  ],
  [['INFO,OPEN_URL:https://sso.example.org/'], 'the server waits for somebody to log in at https://sso.example.org/ (OPEN_URL)'],
  [['INFO_PRE,CR_TEXT:R,E:Code of your token'], 'the server waits for an answer to "Code of your token"'],
  [['INFO,maintenance at noon', 'PUSH_REQUEST'], undefined],
])('%j', (lines, text) => {
  expect(pendingRefusal(told(...lines))?.text).toBe(text);
});

it('is what a session that gets no further ends with, and no certificate is blamed', () => {
  const facts = told('AUTH_PENDING,timeout 60', 'INFO_PRE,WEB_AUTH::https://sso.example.org/');
  const udp = openvpnSettings('client');
  const target = { host: '192.0.2.1', settings: { udp, tcp: udp }, patience: 1000 };
  const { text, findings = [] } = endedOutcome('credentials', { facts, target, link: { date: () => 0 } } as unknown as ProbeContext);
  expect(text).toContain('https://sso.example.org/');
  expect(findings.map(({ code }) => code)).toEqual(['openvpn/challenge']);
  expect(findings[0]?.cause).toContain('Nothing was refused');
});
