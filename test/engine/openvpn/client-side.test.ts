import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/bytes/secret.js';
import { ClientSide } from '../../../src/engine/openvpn/client-side.js';
import { Negotiation } from '../../../src/engine/openvpn/negotiation.js';
import { refusal } from '../../../src/engine/openvpn/refusals.js';
import type { TlsSettings } from '../../../src/engine/openvpn/settings.js';
import { ArmedTimers } from '../../../src/engine/shared/armed-timers.js';
import { newsOf, openvpnEffects } from '../../support/openvpn-effects.js';
import { fakeSession, keyMethodOf } from '../../support/openvpn-fake-session.js';
import { cipher, openvpnSettings } from '../../support/openvpn-settings.js';

const anna = { username: 'anna', password: new Secret(Buffer.from('pass word')) };

/** A client that has said its key method 2, and heard the server's. */
function client(over: Partial<TlsSettings> = {}) {
  const fake = fakeSession(openvpnSettings('client', over));
  const side = new ClientSide();
  const negotiation = new Negotiation(0, 'x', false);
  const armed = new ArmedTimers();
  const step = (what: (fx: ReturnType<typeof openvpnEffects>) => void) => {
    const fx = openvpnEffects(0, armed);
    what(fx);
    return { news: newsOf(fx), timers: fx.result(undefined).timers };
  };
  const line = (text: string) => step((fx) => side.line(fake.session, negotiation, text, fx));
  const greet = () =>
    step((fx) => {
      side.tlsUp(fake.session, negotiation, undefined, fx);
      negotiation.theirs = keyMethodOf();
      side.keyMethod(fake.session, negotiation, fx);
    });
  return { ...fake, side, negotiation, step, line, greet };
}

describe('behind TLS a client', () => {
  it('says nothing to a server whose certificate is not good', () => {
    const { side, session, negotiation, step, said, ends } = client({ credentials: anna });
    step((fx) => side.tlsUp(session, negotiation, refusal('certificate-expired', 'us', 'TLS', 'too old'), fx));
    expect([said, ends]).toMatchObject([[], [{ way: 'fail', code: 'certificate-expired' }]]);
  });

  it('says who it is, and asks for what it is to have until it gets it', () => {
    const { greet, side, session, step, said, lines } = client({ credentials: anna });
    const { timers } = greet();
    expect(said).toMatchObject([{ username: 'anna', password: 'pass word' }]);
    expect(timers).toMatchObject([{ at: 5000 }]);
    step((fx) => side.timer(session, 'push', fx));
    step((fx) => side.timer(session, 'other', fx));
    expect(lines).toEqual(['PUSH_REQUEST', 'PUSH_REQUEST']);
  });

  it('asks nothing of a peer that pushes nothing', () => {
    const { greet, lines, agreements } = client({ pushes: false, dataCiphersFallback: cipher('AES-256-GCM') });
    greet();
    expect(lines).toEqual([]);
    expect(agreements).toHaveLength(1);
  });

  it('is not spoken to before it has spoken', () => {
    const { side, session, negotiation, step, ends } = client();
    negotiation.theirs = keyMethodOf();
    step((fx) => side.keyMethod(session, negotiation, fx));
    expect(ends).toMatchObject([{ way: 'fail', code: 'malformed' }]);
  });

  it('keeps to what was agreed when keys are made anew', () => {
    const { greet, line, agreements, lines } = client();
    greet();
    line('PUSH_REPLY,cipher AES-256-GCM');
    greet();
    expect(agreements).toHaveLength(2);
    expect(agreements[1]).toBe(agreements[0]);
    expect(lines).toEqual(['PUSH_REQUEST']);
  });
});

describe('PUSH_REPLY', () => {
  it('in parts is one reply, and what comes later is none', () => {
    const { greet, line, agreements } = client();
    greet();
    expect(line('PUSH_REPLY,route 10.0.0.0 255.0.0.0,push-continuation 2').news).toEqual([]);
    const { news, timers } = line('PUSH_REPLY,ifconfig 10.8.0.2 255.255.255.0,peer-id 3,cipher AES-128-GCM,push-continuation 1');
    expect(news).toMatchObject([
      {
        kind: 'push-reply',
        parts: 2,
        options: ['route 10.0.0.0 255.0.0.0', 'ifconfig 10.8.0.2 255.255.255.0', 'peer-id 3', 'cipher AES-128-GCM'],
      },
    ]);
    // It is not asked for any more.
    expect(timers).toEqual([{ id: expect.stringContaining('push') }]);
    line('PUSH_REPLY,peer-id 9');
    expect(agreements).toMatchObject([{ cipher: { name: 'AES-128-GCM' }, parameters: { peerId: 3, ifconfig: { local: '10.8.0.2' } } }]);
  });

  it.each<[string, string, string]>([
    ['a cipher that we have not', 'cipher BF-CBC', 'no-common-cipher'],
    ['epoch keys without a peer id', 'cipher AES-256-GCM,protocol-flags tls-ekm aead-epoch', 'push-refused'],
  ])('with %s', (_, options, code) => {
    const { greet, line, ends, agreements } = client();
    greet();
    line(`PUSH_REPLY,${options}`);
    expect(ends).toMatchObject([{ way: 'fail', code }]);
    expect(agreements).toEqual([]);
  });

  it('a token takes the place of the password from then on, under the name that comes with it, and nobody sees it', () => {
    const { greet, line, said } = client({ credentials: anna });
    greet();
    const { news } = line(`PUSH_REPLY,cipher AES-256-GCM,auth-token SESS_ID,auth-token-user ${Buffer.from('berta').toString('base64')}`);
    expect(JSON.stringify(news)).not.toContain('SESS_ID');
    greet();
    expect(said).toMatchObject([{ username: 'anna' }, { username: 'berta', password: 'SESS_ID' }]);
  });

  it.each<[TlsSettings['protocol'], string, number]>([
    ['udp', '', 1],
    ['udp', ',explicit-exit-notify 3', 3],
    ['tcp', ',explicit-exit-notify 3', 0],
  ])('over %s%s: goodbyes', (protocol, option, times) => {
    const { greet, line, agreements } = client({ protocol });
    greet();
    line(`PUSH_REPLY,cipher AES-256-GCM${option}`);
    expect(agreements[0]?.explicitExitNotify).toBe(times);
  });
});

describe('AUTH_FAILED', () => {
  it.each<[string, string, string, string | undefined]>([
    ['AUTH_FAILED', 'auth-failed', 'the server refused us (AUTH_FAILED)', undefined],
    ['AUTH_FAILED,locked', 'auth-failed', 'the server refused us with AUTH_FAILED: locked', 'locked'],
    ['AUTH_FAILED,CRV1:R,E:id:dXNlcg==:Your code?', 'challenge', 'the server asks a question (challenge and response)', 'Your code?'],
    [
      'AUTH_FAILED,CRV1:R,E:id:dXNlcg==:Code: six digits',
      'challenge',
      'the server asks a question (challenge and response)',
      'Code: six digits',
    ],
    ['AUTH_FAILED,CRV1:R,E', 'auth-failed', 'the server refused us with AUTH_FAILED: CRV1:R,E', 'CRV1:R,E'],
    [
      'AUTH_FAILED,Data channel cipher negotiation failed (no shared cipher)',
      'no-common-cipher',
      'the server found no cipher of the data channel in common: Data channel cipher negotiation failed (no shared cipher)',
      'Data channel cipher negotiation failed (no shared cipher)',
    ],
  ])('%s', (text, code, words, theirs) => {
    const { line, ends } = client();
    line(text);
    expect(ends).toMatchObject([{ way: 'end', by: 'peer', code }]);
    expect([ends[0]?.why?.text, ends[0]?.why?.theirs]).toEqual([words, theirs]);
  });

  it.each<[string, Partial<TlsSettings>, string | undefined, string]>([
    ['without a name', {}, undefined, 'no user name'],
    ['with a name', { credentials: anna }, undefined, 'user name anna'],
    ['with a token', { credentials: anna }, 'PUSH_REPLY,cipher AES-256-GCM,auth-token T', 'a token for user anna'],
  ])('says what we gave: %s', (_, over, before, ours) => {
    const { greet, line, ends } = client(over);
    greet();
    if (before !== undefined) line(before);
    line('AUTH_FAILED');
    expect(ends[0]?.why?.ours).toBe(ours);
  });
});

it.each<[string, number[]]>([
  ['AUTH_PENDING,timeout 60', [60_000]],
  ['AUTH_PENDING,timeout 99999999', [1_800_000]],
  ['AUTH_PENDING', []],
])('%s: how long is waited', (text, times) => {
  const { line } = client();
  expect(line(text).timers.map(({ at }) => at)).toEqual(times);
});

it('other lines may end the session, or change nothing', () => {
  const { line, ends } = client();
  line('INFO,hello');
  expect(ends).toEqual([]);
  line('HALT,away');
  expect(ends).toMatchObject([{ way: 'end', by: 'peer', code: 'halt' }]);
});
