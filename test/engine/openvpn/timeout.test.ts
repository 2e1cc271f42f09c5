import { describe, expect, it } from 'vitest';
import { Negotiation } from '../../../src/engine/openvpn/negotiation.js';
import { refusesUs, stageOf, timeoutRefusal } from '../../../src/engine/openvpn/timeout.js';
import { cipher, openvpnSettings } from '../../support/openvpn-settings.js';

const client = openvpnSettings('client', { handshakeWindow: 20 });
const server = openvpnSettings('server', { handshakeWindow: 20 });

it('how far it came', () => {
  const negotiation = new Negotiation(0, 'x', false);
  expect(stageOf(negotiation)).toBe('reset');
  negotiation.met = true;
  expect(stageOf(negotiation)).toBe('hello');
  negotiation.spoken = true;
  expect(stageOf(negotiation)).toBe('TLS');
  negotiation.tls = 'up';
  expect(stageOf(negotiation)).toBe('key method 2');
});

describe('where a server falls silent says what is likely', () => {
  it.each<[Parameters<typeof timeoutRefusal>[0], string, RegExp]>([
    ['hello', 'TLS', /no TLS version or cipher suite in common with us \(ours: TLSv1.2 to TLSv1.3\)/],
    ['TLS', 'TLS', /did not accept our certificate/],
    ['key method 2', 'key method 2', /wants a user name and a password, and we sent none/],
  ])('%s', (stage, exchange, guess) => {
    const refusal = timeoutRefusal(stage, client, undefined);
    expect(refusal).toMatchObject({ code: 'timeout', by: 'nobody', exchange });
    expect(refusal.text).toContain('within 20 s');
    expect(refusal.suspected?.join('; ')).toMatch(guess);
    // A server has nothing to guess.
    expect(timeoutRefusal(stage, server, undefined).suspected).toBeUndefined();
  });

  it('a certificate that we kept back is what a server may miss', () => {
    const { tls } = client;
    const { suspected } = timeoutRefusal('TLS', { ...client, tls: { ...tls, peer: { ...tls.peer, authorities: [] } } }, undefined);
    expect(suspected?.join()).toMatch(/^the server wants a certificate, and we showed none/);
  });

  it('a cipher that our options name may be none of its own', () => {
    const { suspected } = timeoutRefusal('key method 2', { ...client, cipher: cipher('BF-CBC') }, undefined);
    expect(suspected?.join('\n')).toContain('our options name (BF-CBC)');
  });

  it('with credentials they are not what is missing', () => {
    const { suspected } = timeoutRefusal(
      'key method 2',
      { ...client, credentials: { username: 'a', password: { reveal: () => new Uint8Array(0) } as never } },
      undefined,
    );
    expect(suspected?.join('\n')).not.toContain('user name');
    expect(suspected?.length).toBe(1);
  });

  it('what was dropped is said first', () => {
    expect(timeoutRefusal('reset', client, 'the HMAC does not fit').suspected).toEqual([
      'packets came that were dropped: the HMAC does not fit',
    ]);
  });
});

it('what our certificate has, for a client that does not take it', () => {
  expect(refusesUs(server)).toMatch(
    /does not take our certificate \(verify-x509-name.*: .*CN=.*, issued by .*CN=.*, extended key usage .*, valid until \d{4}-/,
  );
  expect(refusesUs({ ...server, tls: { ...server.tls, certificates: [] } })).toMatch(/^we have no certificate to show/);
});
