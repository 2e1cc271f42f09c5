import { describe, expect, it } from 'vitest';
import type { TlsSettings } from '../../../../src/engine/openvpn/settings.js';
import type { ProbeContext } from '../../../../src/probes/openvpn/probe.js';
import type { SideAnswer } from '../../../../src/probes/openvpn/shared/link.js';
import { ProbeFacts } from '../../../../src/probes/openvpn/shared/probe-facts.js';
import { probe as tlsStep } from '../../../../src/probes/openvpn/tls.js';
import { openvpnSettings } from '../../../support/openvpn-settings.js';

const TAKEN: SideAnswer = { kind: 'answered', milliseconds: 3 };
const SILENT: SideAnswer = { kind: 'silent', strange: 0, spoken: false };

/** A server that answered the reset and nothing since, and how it answers who asks with another hello. */
function silenced(answer: SideAnswer, again: SideAnswer, spoken: boolean) {
  const asked: TlsSettings['tls'][] = [];
  const { tls, ...rest } = openvpnSettings('client');
  const udp: TlsSettings = { ...rest, tls: { ...tls, ciphers: 'AES128-SHA', groups: 'X25519' } };
  const facts = Object.assign(new ProbeFacts(), { address: '192.0.2.1', remote: { host: '192.0.2.1', port: 1194, protocol: 'udp' } });
  facts.apply({ session: 1, at: 0, kind: 'reset-answered', wrapping: 'no wrapping' } as Parameters<ProbeFacts['apply']>[0]);
  facts.spoken = spoken;
  const refusal = {
    code: 'timeout',
    by: 'nobody',
    exchange: 'TLS',
    text: 'no answer to our ClientHello',
    suspected: ['this or that'],
  } as const;
  let waits = 0;
  const link = {
    signal: new AbortController().signal,
    now: () => 0,
    date: () => Date.UTC(2026, 5, 1),
    ask: async (_remote: unknown, settings: TlsSettings) => {
      asked.push(settings.tls);
      return settings.tls.groups === undefined ? answer : again;
    },
    waitFor: async (condition: () => boolean) => {
      if (waits++ > 0) facts.apply({ session: 1, at: 9, kind: 'ended', by: 'nobody', refusal });
      return condition();
    },
  };
  const target = { host: '192.0.2.1', settings: { udp, tcp: udp }, patience: 1000 };
  return { context: { facts, target, link } as unknown as ProbeContext, asked };
}

describe('a ClientHello that is not answered', () => {
  const none = 'have no TLS version, cipher suite or group in common';
  it.each<[string, SideAnswer, SideAnswer, boolean, string, string, string]>([
    ['another is', TAKEN, SILENT, false, none, 'no suitable key share', 'the server answers'],
    ['another is, up to our certificate', { ...SILENT, spoken: true }, SILENT, false, none, '', 'the server answers'],
    ['another is, and the same too', TAKEN, { ...SILENT, spoken: true }, false, 'drops the TLS handshake', 'tls-groups', 'this or that'],
    ['no other is either', SILENT, SILENT, false, 'drops the TLS handshake', 'maximum number of clients', 'says nothing either'],
    ['something of TLS came', SILENT, SILENT, true, 'drops the TLS handshake', 'tls-groups', 'this or that'],
  ])('%s', async (_name, answer, again, spoken, title, fix, evidence) => {
    const { context, asked } = silenced(answer, again, spoken);
    const { status, findings = [] } = await tlsStep.run(context);
    expect([status, findings[0]?.code]).toEqual(['fail', 'openvpn/tls-failed']);
    expect(findings[0]?.title).toContain(title);
    expect(JSON.stringify(findings[0]?.fix)).toContain(fix);
    expect(findings[0]?.evidence.map(({ text }) => text).join()).toContain(evidence);
    const same = { ciphers: 'AES128-SHA', groups: 'X25519' };
    expect(asked).toMatchObject(spoken ? [] : [same, { minVersion: 'TLSv1', maxVersion: 'TLSv1.3', ciphers: 'ALL:@SECLEVEL=0' }]);
  });
});
