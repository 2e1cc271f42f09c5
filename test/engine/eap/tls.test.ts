import { afterEach, describe, expect, it } from 'vitest';
import type { EapOutcome } from '../../../src/engine/eap/contract.js';
import type { EapClient, EapServer } from '../../../src/engine/eap/settings.js';
import type { TlsInput, TlsOutput } from '../../../src/engine/step.js';
import { createTlsStack } from '../../../src/transport/tls.js';
import { certificateFile } from '../../support/certificates.js';
import { secret, talk } from './conversation.js';

const stack = createTlsStack();
afterEach(() => stack.close());

type Version = 'TLSv1.2' | 'TLSv1.3';
/** Asks the stack of this process, with this version and no other. */
const ask =
  (version: Version, change: (output: TlsOutput) => TlsOutput = (output) => output) =>
  (input: TlsInput): Promise<TlsOutput> => {
    const start = input.start && { ...input.start, minVersion: version, maxVersion: version };
    return new Promise((resolve) => stack.handle({ ...input, ...(start && { start }) }, (output) => resolve(change(output))));
  };

const files = (key: string, certificates: readonly string[], authorities: string) => ({
  key: certificateFile(key),
  certificates: certificates.map(certificateFile).join(''),
  authorities: certificateFile(authorities),
});
const CLIENT: EapClient = { methods: ['tls'], identity: 'client1', tls: files('client.key', ['client.pem'], 'ca.pem') };
const SERVER: EapServer = { methods: ['tls'], users: [], tls: files('gw.key', ['gw.pem'], 'ca.pem') };

const refusalOf = (outcome: EapOutcome | undefined) => (outcome?.ok === false ? outcome.refusal : undefined);

describe.each<[Version]>([['TLSv1.2'], ['TLSv1.3']])('EAP-TLS with %s', (version) => {
  it('succeeds with the same MSK at both ends', async () => {
    const ends = await talk(CLIENT, SERVER, { tls: ask(version) });
    expect(ends.client).toMatchObject({ ok: true, method: 'TLS', identity: 'client1' });
    expect(ends.server).toMatchObject({ ok: true, method: 'TLS', identity: 'O=Example, CN=client1' });
    if (ends.client?.ok !== true || ends.server?.ok !== true) return;
    expect(ends.client.msk?.length).toBe(64);
    expect(ends.client.msk?.reveal()).toEqual(ends.server.msk?.reveal());
    expect(ends.clientTexts).toContain(`the server's certificate is right (${version})`);
  });

  it('sends long chains in fragments', async () => {
    const chain = ['leaf.pem', ...new Array<string>(12).fill('sub.pem')];
    const ends = await talk(CLIENT, { ...SERVER, tls: files('gw.key', chain, 'ca.pem') }, { tls: ask(version) });
    expect([ends.client?.ok, ends.server?.ok]).toEqual([true, true]);
    const flags = ends.messages.flatMap(({ type, data }) => (type === 13 ? [data[0]] : []));
    expect(flags).toContain(0xc0);
    expect(flags).toContain(0x40);
    expect(Math.max(...ends.messages.map(({ data }) => data.length))).toBeLessThanOrEqual(1029);
  });

  it.each<[string, Partial<EapClient>, Partial<EapServer>, 'client' | 'server', RegExp]>([
    [
      'a server that nobody trusts',
      { tls: files('client.key', ['client.pem'], 'mail.pem') },
      {},
      'client',
      /authority that we do not trust/,
    ],
    [
      'an expired server',
      {},
      { tls: files('gw.key', ['expired.pem'], 'ca.pem') },
      'client',
      /certificate \(.*gw.example.com.*\) has expired/,
    ],
    [
      'a client that nobody trusts',
      {},
      { tls: files('gw.key', ['gw.pem'], 'mail.pem') },
      'server',
      /certificate \(.*client1.*\) leads to an authority/,
    ],
    [
      'a client without a certificate',
      { tls: files('client.key', ['client.pem'], 'ca.pem') },
      {},
      'server',
      /the peer showed no certificate/,
    ],
  ])('%s is refused in words by the one, and noticed by the other', async (name, client, server, who, text) => {
    const withoutCertificate = name.includes('without');
    const tls = ask(version);
    const ends = await talk(
      { ...CLIENT, ...client },
      { ...SERVER, ...server },
      {
        tls: (input) => {
          if (!withoutCertificate || input.start?.role !== 'client') return tls(input);
          const { key: _key, certificates: _certificates, ...start } = input.start;
          return tls({ ...input, start });
        },
      },
    );
    expect(refusalOf(ends[who])).toMatchObject({ code: 'eap-tls-failed', by: 'us' });
    expect(refusalOf(ends[who])?.text).toMatch(text);
    const other = who === 'client' ? 'server' : 'client';
    expect(refusalOf(ends[other])).toMatchObject({ code: 'eap-tls-failed', by: 'peer' });
  });

  it('a key that does not belong to the certificate is told as ours', async () => {
    const ends = await talk({ ...CLIENT, tls: files('client.key', ['gw.pem'], 'ca.pem') }, SERVER, { tls: ask(version) });
    expect(refusalOf(ends.client)?.text).toMatch(/our key and certificates cannot be used/);
  });

  it('records changed on the way end both in words', async () => {
    for (let index = 3; index < 12; index++) {
      let changed = false;
      const change = (data: Uint8Array) =>
        Uint8Array.from(data, (byte, i) => {
          if (i === 0 || i !== data.length - 3) return byte;
          changed = true;
          return byte ^ 0x55;
        });
      const ends = await talk(CLIENT, SERVER, {
        tls: ask(version),
        change: (eap, i) => (i === index ? { ...eap, data: change(eap.data) } : eap),
      });
      expect(ends.server?.ok === true && ends.client?.ok === true).toBe(!changed);
    }
  });
});

describe('EAP-TLS', () => {
  it('versions without one in common are told by both', async () => {
    const tls = (input: TlsInput) => ask(input.conversation === 'client' ? 'TLSv1.2' : 'TLSv1.3')(input);
    const ends = await talk(CLIENT, SERVER, { tls });
    expect(refusalOf(ends.server)?.text).toMatch(/we broke off the TLS handshake: .*(version|protocol)/);
    expect(refusalOf(ends.client)?.text).toMatch(/the peer broke off the TLS handshake: TLS alert "protocol version"/);
  });

  it('a server of TLS 1.3 from before RFC 9190 is known by its silence, and its key is taken', async () => {
    const heard = await talk(CLIENT, SERVER, { tls: ask('TLSv1.3') });
    expect(heard.clientTexts.join()).not.toContain('before RFC 9190');
    // It sends no indication, and both ends export with the label of RFC 5216.
    const silent = await talk(CLIENT, SERVER, {
      tls: ask('TLSv1.3', ({ plain: _, exported, ...output }) => ({ ...output, ...(exported && { exported: exported.slice(0, 1) }) })),
    });
    expect(silent.clientTexts.at(-1)).toContain('as before RFC 9190');
    if (silent.client?.ok !== true || silent.server?.ok !== true) throw new Error('no success');
    expect(silent.client.msk?.reveal()).toEqual(silent.server.msk?.reveal());
  });

  it('beside methods with a password', async () => {
    const ends = await talk(
      { methods: ['mschapv2'], username: 'a', password: secret('b') },
      { ...SERVER, methods: ['tls', 'mschapv2'], users: [{ name: 'a', password: secret('b') }] },
    );
    expect(ends.server).toMatchObject({ ok: true, method: 'MSCHAPv2' });
  });
});
