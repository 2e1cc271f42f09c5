import { describe, expect, it } from 'vitest';
import type { TlsSettings } from '../../../../src/engine/openvpn/settings.js';
import { probe as options } from '../../../../src/probes/openvpn/options.js';
import type { ProbeContext } from '../../../../src/probes/openvpn/probe.js';
import { isCertificateTaken } from '../../../../src/probes/openvpn/shared/certificate-question.js';
import type { SideAnswer } from '../../../../src/probes/openvpn/shared/link.js';
import { ProbeFacts } from '../../../../src/probes/openvpn/shared/probe-facts.js';
import { openvpnSettings } from '../../../support/openvpn-settings.js';

const TAKEN: SideAnswer = { kind: 'answered', milliseconds: 3 };
const silent = (spoken: boolean): SideAnswer => ({ kind: 'silent', strange: 0, spoken });

interface Case {
  readonly version?: string;
  readonly minVersion?: 'TLSv1.3';
  readonly shown?: boolean;
  readonly date?: number;
  readonly named?: boolean;
}

/** A server that fell silent behind TLS, and how it answers who asks again. */
function silenced(
  answer: SideAnswer,
  { version = 'TLSv1.3', minVersion, shown = true, date = Date.UTC(2026, 5, 1), named = false }: Case = {},
) {
  const asked: { readonly maxVersion: string; readonly until: string }[] = [];
  const { tls, ...rest } = openvpnSettings('client');
  const stack = { ...tls, ...(minVersion && { minVersion }), ...(shown ? {} : { certificates: [] }) };
  const credentials = named ? { credentials: { username: 'anna', password: undefined as never } } : {};
  const udp: TlsSettings = { ...rest, tls: stack, ...credentials };
  const facts = Object.assign(new ProbeFacts(), { address: '192.0.2.1', remote: { host: '192.0.2.1', port: 1194, protocol: 'udp' } });
  facts.apply({ session: 1, at: 0, kind: 'tls-up', keyId: 0, version, certificates: [] });
  const refusal = {
    code: 'timeout',
    by: 'nobody',
    exchange: 'key method 2',
    text: 'no key method 2',
    suspected: ['this or that'],
  } as const;
  let waits = 0;
  const link = {
    signal: new AbortController().signal,
    date: () => date,
    ask: async (_remote: unknown, settings: TlsSettings, _patience: number, until: string) => {
      asked.push({ maxVersion: settings.tls.maxVersion, until });
      return answer;
    },
    waitFor: async (condition: () => boolean) => {
      if (waits++ > 0) facts.apply({ session: 1, at: 9, kind: 'ended', by: 'nobody', refusal });
      return condition();
    },
  };
  const target = { host: '192.0.2.1', settings: { udp, tcp: udp }, patience: 1000 };
  return { context: { facts, target, link } as unknown as ProbeContext, asked };
}

describe('whether a server takes our certificate', () => {
  it.each<[string, SideAnswer, Case, boolean | undefined, number]>([
    ['TLS 1.2 comes through', TAKEN, {}, true, 1],
    ['it falls silent behind its own certificate', silent(true), {}, false, 1],
    ['it has no TLS 1.2 and says nothing', silent(false), {}, undefined, 1],
    ['it was TLS 1.2 already', TAKEN, { version: 'TLSv1.2' }, undefined, 0],
    ['our configuration wants 1.3', TAKEN, { minVersion: 'TLSv1.3' }, undefined, 0],
    ['none was shown', TAKEN, { shown: false }, undefined, 0],
    ['what is wrong with it is seen from here', TAKEN, { date: Date.UTC(2200, 0, 1) }, undefined, 0],
  ])('%s', async (_name, answer, how, taken, questions) => {
    const { context, asked } = silenced(answer, how);
    expect(await isCertificateTaken(context)).toBe(taken);
    expect(asked).toEqual(Array(questions).fill({ maxVersion: 'TLSv1.2', until: 'tls' }));
  });

  it.each<[string, SideAnswer, Case, string, string]>([
    ['a password is wanted', TAKEN, {}, 'wants a user name and a password, and we sent none', '--auth-user-pass FILE'],
    ['something else is', TAKEN, { named: true }, 'goes no further behind TLS', 'its log at that moment'],
    ['the certificate is refused', silent(true), {}, 'does not take our certificate', '"CRL has expired": easyrsa gen-crl'],
    ['it cannot be told', silent(false), {}, 'goes no further behind TLS', 'look in its log'],
  ])('where %s', async (_name, answer, how, title, fix) => {
    const { context } = silenced(answer, how);
    const { status, details, findings } = await options.run(context);
    expect(status).toBe('fail');
    expect(findings).toMatchObject([{ code: 'openvpn/refused-after-tls', title: expect.stringContaining(title) }]);
    expect(findings?.[0]?.fix[0]?.text).toContain(fix);
    expect(details?.join()).toMatch(title.includes('further') && how.named === undefined ? 'this or that' : /asked again with TLS 1\.2/);
  });
});
