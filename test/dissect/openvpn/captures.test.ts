import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { splitStaticKey, staticKeyText } from '../../../src/keymat/openvpn-static-key.js';
import { follow } from '../../support/openvpn-follow.js';

/** Sessions of real peers, with and without their keys. */

interface Expected {
  readonly outcome: string;
  readonly openvpn_packets: number;
  readonly finding: string | null;
}

const slugs = readdirSync('captures').filter((slug) => slug.startsWith('openvpn-'));
const expected = (slug: string): Expected => JSON.parse(readFileSync(`captures/${slug}/expect.json`, 'utf8')) as Expected;
const only = (slug: string, keys?: string | true) => {
  const [session, ...more] = follow(slug, keys).facts.openvpn;
  if (session === undefined || more.length > 0) throw new TypeError(`${slug}: not one session`);
  return session;
};

it('are there', () => expect(slugs.length).toBeGreaterThanOrEqual(26));

describe('every capture', () => {
  /** Nothing but the key tells these packets from noise, or the faults in them. */
  const NEEDS_KEY = /static-key/;
  /** tshark, which counted, goes by ports: it takes these for TLS and HTTP. */
  const UNCOUNTED = /port-share/;

  it.each(slugs)('%s: its outcome, and each packet in a session', (slug) => {
    const keys = existsSync(`captures/${slug}/keys.json`) && NEEDS_KEY.test(slug) ? true : undefined;
    const { facts, observations } = follow(slug, keys);
    const { outcome, openvpn_packets: packets } = expected(slug);
    const established = facts.openvpn.some((session) => session.outcome === 'established');
    if (!NEEDS_KEY.test(slug)) {
      expect(established).toBe(outcome === 'established');
      if (!UNCOUNTED.test(slug))
        expect(observations.flatMap(({ units }) => units).filter(({ openvpn }) => openvpn !== undefined)).toHaveLength(packets);
    } else expect(established).toBe(true);
    for (const session of facts.openvpn) {
      expect(session.malformed).toEqual([]);
      if (session.outcome === 'failed') expect(session.stoppedAt).toMatch(/./);
    }
  });
});

it('beside HTTPS on one port, and behind a proxy: each client is a session, the browser is none', () => {
  const { facts } = follow('openvpn-port-share', true);
  expect(facts.openvpn.map(({ transport, server, outcome, data }) => [transport, server.port, outcome, data.client?.decrypted])).toEqual([
    ['tcp', 443, 'established', { good: 3, bad: 0 }],
    ['tcp', 8080, 'established', { good: 4, bad: 0 }],
  ]);
  for (const { malformed, negotiations } of facts.openvpn) {
    expect(malformed).toEqual([]);
    expect(negotiations[0]?.tls?.serverName).toBeUndefined();
  }
});

describe('with keys everything opens', () => {
  it.each([
    ['openvpn-tls', 'AES-256-GCM', undefined],
    ['openvpn-tls12-cbc', 'AES-256-CBC', 'SHA256'],
    ['openvpn-tls-auth', 'CHACHA20-POLY1305', undefined],
    ['openvpn-tls-crypt', 'AES-256-GCM', undefined],
    ['openvpn-tls-crypt-v2', 'AES-256-GCM', undefined],
    ['openvpn-tcp', 'AES-256-GCM', undefined],
    ['openvpn-tap', 'AES-256-GCM', undefined],
    ['openvpn-renegotiation', 'AES-256-GCM', undefined],
    ['openvpn-static-key', 'AES-256-CBC', 'SHA256'],
    ['openvpn-static-key-bf', 'BF-CBC', 'SHA1'],
    ['openvpn-static-key-tcp', 'DES-EDE3-CBC', 'SHA512'],
  ])('%s: %s', (slug, cipher, digest) => {
    const { data, mode } = only(slug, true);
    for (const facts of [data.client, data.server]) {
      expect([facts?.cipher, facts?.digest]).toEqual([cipher, digest]);
      expect(facts?.decrypted).toEqual({ good: facts?.packets, bad: 0 });
      expect(facts?.inner?.['ping'] ?? 0).toBeGreaterThan(0);
      expect(facts?.sequence).toMatchObject({ first: mode === 'tls' ? 1 : facts?.sequence?.first, lost: 0, duplicates: 0 });
    }
  });

  it.each(['openvpn-tls', 'openvpn-tap', 'openvpn-static-key', 'openvpn-static-key-bf'])('%s: the pings inside are followed', (slug) => {
    const inner = follow(slug, true).observations.flatMap(({ units }) =>
      units.flatMap((unit) => (unit.inner === undefined ? [] : [unit.inner])),
    );
    expect(inner.length).toBeGreaterThanOrEqual(8);
    expect(
      inner.every(
        ({ layers, malformed }) =>
          layers.some(({ kind }) => kind === 'icmp' || kind === 'udp' || kind === 'ipv6') && malformed === undefined,
      ),
    ).toBe(true);
  });
});

describe('the control channel', () => {
  it.each([
    ['openvpn-tls', undefined, { kind: 'none', client: 'unknown', server: 'unknown' }],
    [
      'openvpn-tls-auth',
      undefined,
      { kind: 'tls-auth', hmacLength: 32, digest: 'SHA256', digestCertain: false, client: 'unknown', server: 'unknown' },
    ],
    [
      'openvpn-tls-auth',
      true,
      {
        kind: 'tls-auth',
        hmacLength: 32,
        digest: 'SHA256',
        digestCertain: true,
        client: 'fits',
        server: 'fits',
        clientDirection: 1,
        serverDirection: 0,
      },
    ],
    ['openvpn-tls-crypt', undefined, { kind: 'tls-crypt', client: 'unknown', server: 'unknown' }],
    ['openvpn-tls-crypt', true, { kind: 'tls-crypt', client: 'fits', server: 'fits' }],
    [
      'openvpn-tls-crypt-v2',
      true,
      { kind: 'tls-crypt-v2', client: 'fits', server: 'fits', metadata: expect.stringMatching(/^made 2026-/) },
    ],
    ['openvpn-tls-auth-direction', true, { kind: 'tls-auth', clientDirection: 0, client: 'fits', server: 'unknown' }],
    ['openvpn-wrong-tls-auth-key', true, { kind: 'tls-auth', client: 'wrong', server: 'unknown' }],
  ] as const)('%s, keys %s', (slug, keys, wrapping) => expect(only(slug, keys).wrapping).toMatchObject(wrapping));

  it('TLS in the open: versions, suite, certificates, and where each phase was', () => {
    const session = only('openvpn-tls12-cbc');
    expect(session.negotiations[0]?.tls).toMatchObject({
      version: 'TLS 1.2',
      cipherSuite: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      complete: true,
      decrypted: false,
    });
    expect(session.certificates.map(({ fromClient, subject }) => `${fromClient} ${subject.split(', ').at(-1)}`)).toContain(
      'true CN=client.example',
    );
    const names = session.phases.map(({ name }) => name);
    expect(names).toEqual([
      'reset',
      'reset answered',
      'TLS hello',
      'TLS answered',
      'TLS complete',
      'data of the client',
      'data of the server',
    ]);
    const times = session.phases.map(({ seconds }) => seconds);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  it('a key log opens options, peer info and push', () => {
    const session = only('openvpn-tls', true);
    const [first] = session.negotiations;
    expect(first?.options?.client).toContain('tls-client');
    expect(first?.options?.server).toContain('tls-server');
    expect(first?.peerInfo).toContain('IV_VER=2.6.14');
    expect(session.control.map(({ text }) => text.split(',')[0])).toEqual(['PUSH_REPLY', 'EXIT']);
  });

  it('a username is shown, a password never', () => {
    const { facts } = follow('openvpn-auth-failed', true);
    expect(facts.openvpn[0]?.negotiations[0]?.username).toBe('alice');
    expect(JSON.stringify(facts)).not.toContain('wrong-password-for-tests');
  });

  it('renegotiations are followed under their key ids, wrapped by dynamic tls-crypt', () => {
    const { negotiations } = only('openvpn-renegotiation', true);
    expect(negotiations.map(({ keyId, startedByClient }) => [keyId, startedByClient])).toEqual([
      [0, true],
      [1, false],
      [2, false],
    ]);
    expect(negotiations[1]).toMatchObject({ firstDataFrame: expect.any(Number), tls: { complete: true, decrypted: true } });
  });
});

it('a client that floats stays in its session', () => {
  const session = only('openvpn-float');
  expect(session.floats).toHaveLength(1);
  expect(session.floats[0]?.from.port).not.toBe(session.floats[0]?.to.port);
  expect(session.data.client).toMatchObject({ packets: 12, sequence: { first: 1, highest: 12, lost: 0 } });
});

it('a static key is known by the regularity of its packets alone, late', () => {
  const { openvpn } = follow('openvpn-static-key').facts;
  expect(openvpn.map(({ mode, evidence }) => [mode, evidence])).toEqual([
    ['static-key', expect.stringContaining('without a header in common')],
  ]);
});

it('the static key of another tunnel opens nothing, and makes no failure of this one', () => {
  const session = only('openvpn-static-key', staticKeyText(splitStaticKey(new Uint8Array(256).fill(7))));
  expect(session.outcome).toBe('established');
  for (const facts of [session.data.client, session.data.server]) expect(facts?.decrypted).toMatchObject({ good: 0 });
});
