import { afterEach, describe, expect, it } from 'vitest';
import type { TlsInput, TlsOutput, TlsStart } from '../../src/engine/step.js';
import type { TlsStack } from '../../src/transport/driver.js';
import { createTlsStack } from '../../src/transport/tls.js';
import { certificateFile } from '../support/certificates.js';

let stack: TlsStack = createTlsStack();
afterEach(() => {
  stack.close();
  stack = createTlsStack();
});

const ask = (input: TlsInput): Promise<TlsOutput> => new Promise((resolve) => stack.handle(input, resolve));
const EXPORTER = { label: 'EXPORTER_test', length: 32 };
const start = (role: 'client' | 'server', version: 'TLSv1.2' | 'TLSv1.3', over: Partial<TlsStart> = {}): TlsStart => ({
  role,
  key: certificateFile(role === 'client' ? 'client.key' : 'gw.key'),
  certificates: certificateFile(role === 'client' ? 'client.pem' : 'gw.pem'),
  authorities: certificateFile('ca.pem'),
  minVersion: version,
  maxVersion: version,
  exporters: [EXPORTER],
  ...over,
});

interface Ends {
  client: TlsOutput;
  server: TlsOutput;
  turns: number;
}

/** Both ends until neither has anything more to say. */
async function handshake(client: TlsStart, server: TlsStart): Promise<Ends> {
  const ends: Ends = {
    client: await ask({ conversation: 'c', start: client }),
    server: await ask({ conversation: 's', start: server }),
    turns: 0,
  };
  let toServer = ends.client.records;
  let toClient = ends.server.records;
  while (toServer.length + toClient.length > 0 && ends.turns++ < 20) {
    if (toServer.length > 0) {
      ends.server = await ask({ conversation: 's', records: toServer });
      toClient = ends.server.records;
    }
    toServer = new Uint8Array(0);
    if (toClient.length > 0) {
      ends.client = await ask({ conversation: 'c', records: toClient });
      toServer = ends.client.records;
    }
    toClient = new Uint8Array(0);
  }
  return ends;
}

describe.each<['TLSv1.2' | 'TLSv1.3']>([['TLSv1.2'], ['TLSv1.3']])('the TLS stack with %s', (version) => {
  it('shakes hands, and both ends export the same', async () => {
    const { client, server, turns } = await handshake(start('client', version), start('server', version));
    expect(client).toMatchObject({ state: 'done', version });
    expect(server).toMatchObject({ state: 'done', version });
    expect(client.exported?.[0]?.length).toBe(32);
    expect(client.exported).toEqual(server.exported);
    expect(turns).toBeLessThan(5);
  });

  it('each flight is one answer', async () => {
    const hello = await ask({ conversation: 'c', start: start('client', version) });
    expect(hello).toMatchObject({ state: 'handshaking' });
    expect((await ask({ conversation: 's', start: start('server', version) })).records.length).toBe(0);
    const flight = await ask({ conversation: 's', records: hello.records });
    const finished = await ask({ conversation: 'c', records: flight.records });
    const last = await ask({ conversation: 's', records: finished.records });
    expect(last.state).toBe('done');
    expect((await ask({ conversation: 'c', records: last.records })).state).toBe('done');
  });

  it('takes records a byte at a time', async () => {
    const hello = await ask({ conversation: 'c', start: start('client', version) });
    await ask({ conversation: 's', start: start('server', version) });
    let answer: TlsOutput | undefined;
    for (const [at, byte] of hello.records.entries()) {
      answer = await ask({ conversation: 's', records: Uint8Array.of(byte) });
      expect(answer.records.length > 0).toBe(at === hello.records.length - 1);
    }
    expect((await ask({ conversation: 'c', records: answer?.records ?? new Uint8Array(0) })).state).not.toBe('failed');
  });

  it('takes chains of 60 certificates, in time on a busy machine', async () => {
    const busy = setInterval(() => {
      const until = performance.now() + 5;
      while (performance.now() < until);
    }, 1);
    try {
      const certificates = certificateFile('leaf.pem') + certificateFile('sub.pem').repeat(60);
      const { client, server } = await handshake(start('client', version), start('server', version, { certificates }));
      expect([client.state, server.state]).toEqual(['done', 'done']);
    } finally {
      clearInterval(busy);
    }
  });

  it('carries application data both ways once through', async () => {
    await handshake(start('client', version), start('server', version));
    const sent = await ask({ conversation: 'c', plain: Buffer.from('ping') });
    const got = await ask({ conversation: 's', records: sent.records });
    expect(Buffer.from(got.plain ?? []).toString()).toBe('ping');
    const back = await ask({ conversation: 's', plain: Buffer.alloc(40_000, 'x') });
    expect((await ask({ conversation: 'c', records: back.records })).plain?.length).toBe(40_000);
    expect((await ask({ conversation: 'c' })).plain).toBeUndefined();
  });

  it('a server that asks for no certificate', async () => {
    const { authorities: _, ...server } = start('server', version);
    const { key: _key, certificates: _certificates, ...client } = start('client', version);
    const ends = await handshake(client, server);
    expect([ends.client.state, ends.server.state]).toEqual(['done', 'done']);
    expect(ends.server.peerCertificates).toBeUndefined();
    expect(ends.client.peerCertificates?.[0]?.subject).toContain('CN=');
  });

  it('lets every certificate through where whoever began judges it, and shows the chain', async () => {
    const asked = { peerCertificates: 'asked', authorities: certificateFile('mail.pem') } as const;
    const own = { certificates: certificateFile('leaf.pem') + certificateFile('sub.pem'), key: certificateFile('gw.key') };
    const { client, server } = await handshake(start('client', version, asked), start('server', version, { ...asked, ...own }));
    expect([client.state, server.state]).toEqual(['done', 'done']);
    const subjects = (output: TlsOutput) => (output.peerCertificates ?? []).map(({ subject }) => subject.split('CN=')[1]);
    expect(subjects(client)).toEqual(['leaf.example.com', 'Test Sub CA']);
    expect(subjects(server)).toEqual(['client1']);
  });

  it('a server that asks for a certificate may get none, one that does not gets none', async () => {
    const { key: _key, certificates: _certificates, ...bare } = start('client', version);
    const asked = await handshake(bare, start('server', version, { peerCertificates: 'asked' }));
    expect([asked.client.state, asked.server.state, asked.server.peerCertificates]).toEqual(['done', 'done', undefined]);
    const unasked = await handshake(start('client', version), start('server', version, { peerCertificates: 'unasked' }));
    expect([unasked.server.state, unasked.server.peerCertificates]).toEqual(['done', undefined]);
  });

  it('tells suite and key log, and exports for several labels', async () => {
    const cipher = version === 'TLSv1.2' ? 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256' : 'TLS_AES_128_GCM_SHA256';
    const exporters = [EXPORTER, { label: 'EXPORTER_other', length: 256 }];
    let keyLog = '';
    const collect = async (input: TlsInput) => {
      const output = await ask(input);
      keyLog += output.keyLog ?? '';
      return output;
    };
    const first = await collect({ conversation: 'c', start: start('client', version, { ciphers: cipher, exporters }) });
    await ask({ conversation: 's', start: start('server', version, { exporters }) });
    const second = await collect({ conversation: 'c', records: (await ask({ conversation: 's', records: first.records })).records });
    const third = await ask({ conversation: 's', records: second.records });
    const done = await collect({ conversation: 'c', records: third.records });
    expect(done.cipher).toMatch(/AES_128_GCM_SHA256$/);
    expect(done.exported?.map(({ length }) => length)).toEqual([32, 256]);
    expect(done.exported).toEqual(third.exported);
    expect(keyLog).toMatch(version === 'TLSv1.2' ? /^CLIENT_RANDOM /m : /^EXPORTER_SECRET /m);
  });

  it.each<[string, Partial<TlsStart>, Partial<TlsStart>, 'client' | 'server', RegExp]>([
    ['expired', {}, { certificates: certificateFile('expired.pem') }, 'client', /\(.*gw\.example\.com.*\) has expired/],
    ['untrusted server', { authorities: certificateFile('mail.pem') }, {}, 'client', /authority that we do not trust/],
    ['untrusted server, no authority at all', { authorities: '' }, {}, 'client', /authority that we do not trust/],
    ['untrusted client', {}, { authorities: certificateFile('mail.pem') }, 'server', /authority that we do not trust/],
    ['not for servers', {}, { certificates: certificateFile('mail.pem') }, 'client', /extended key usage/],
  ])('%s: says why, and the other end learns that it is over', async (_, client, server, who, text) => {
    const ends = await handshake(start('client', version, client), start('server', version, server));
    expect(ends[who]).toMatchObject({ state: 'failed', refusedBy: 'us' });
    expect(ends[who].reason).toMatch(text);
    const other = ends[who === 'client' ? 'server' : 'client'];
    expect(other.closed === true || other.state !== 'done').toBe(true);
  });
});

describe('the TLS stack', () => {
  it('tells the alert of the other end in words', async () => {
    const { client, server } = await handshake(start('client', 'TLSv1.2'), start('server', 'TLSv1.3'));
    expect(server).toMatchObject({ state: 'failed', refusedBy: 'us', reason: 'unsupported protocol' });
    expect(client).toMatchObject({ state: 'failed', refusedBy: 'peer', reason: 'TLS alert "protocol version"' });
  });

  it.each<[string, Uint8Array]>([
    ['junk', Buffer.from('GET / HTTP/1.0\r\n\r\n')],
    ['a record that is too long', Uint8Array.of(22, 3, 3, 255, 255, 1)],
    ['zeroes', new Uint8Array(200)],
  ])('%s in place of records ends it in words', async (_, records) => {
    for (const role of ['client', 'server'] as const) {
      await ask({ conversation: role, start: start(role, 'TLSv1.3') });
      expect(await ask({ conversation: role, records })).toMatchObject({ state: 'failed', reason: expect.stringMatching(/./) });
      expect(await ask({ conversation: role, records })).toMatchObject({ state: 'failed' });
    }
  });

  it('what is no key or certificate is told as ours', async () => {
    for (const over of [{ key: 'nonsense' }, { certificates: 'nonsense' }, { key: certificateFile('client.key') }]) {
      expect(await ask({ conversation: 'x', start: start('server', 'TLSv1.3', over) })).toMatchObject({
        state: 'failed',
        refusedBy: 'us',
        reason: expect.stringContaining('our key and certificates cannot be used'),
      });
    }
  });

  it('a conversation that nobody began, or that was closed, is told as such', async () => {
    expect((await ask({ conversation: 'x', records: new Uint8Array(3) })).reason).toMatch(/no such TLS conversation/);
    await ask({ conversation: 'y', start: start('client', 'TLSv1.3') });
    stack.handle({ conversation: 'y', close: true }, () => expect.unreachable());
    expect((await ask({ conversation: 'y' })).reason).toMatch(/no such TLS conversation/);
  });

  it('holds no more conversations than it was told, and forgets idle ones', async () => {
    stack.close();
    const idle = 1000;
    stack = createTlsStack({ most: 2, idle });
    for (const name of ['a', 'b']) expect((await ask({ conversation: name, start: start('client', 'TLSv1.3') })).state).toBe('handshaking');
    expect((await ask({ conversation: 'c', start: start('client', 'TLSv1.3') })).reason).toMatch(/2 TLS conversations are open/);
    const asked = { conversation: 'c', start: start('client', 'TLSv1.3', { stream: true }) };
    await expect.poll(async () => (await ask(asked)).state).toBe('handshaking');
    await new Promise((resolve) => setTimeout(resolve, 1.5 * idle));
    expect((await ask({ conversation: 'c' })).state).toBe('handshaking');
  });

  it('a stream: what is said in several turns comes in several answers, the last without more', async () => {
    const ends: Record<'c' | 's', TlsOutput[]> = { c: [], s: [] };
    const give = (to: 'c' | 's', input: Omit<TlsInput, 'conversation'>) => {
      const from = to === 'c' ? 's' : 'c';
      stack.handle({ conversation: to, ...input }, (output) => {
        ends[to].push(output);
        if (output.records.length > 0) give(from, { records: output.records });
      });
    };
    give('s', { start: start('server', 'TLSv1.3', { stream: true }) });
    give('c', { start: start('client', 'TLSv1.3', { stream: true }) });
    await expect.poll(() => [ends.c.at(-1)?.state, ends.s.at(-1)?.state]).toEqual(['done', 'done']);
    const words = ['one', 'two', 'x'.repeat(40_000)];
    const before = ends.c.length;
    for (const word of words) give('c', { plain: Buffer.from(word) });
    const heard = () => Buffer.concat(ends.s.map(({ plain }) => plain ?? new Uint8Array(0))).toString();
    await expect.poll(() => [heard(), ends.c.at(-1)?.more]).toEqual([words.join(''), undefined]);
    expect(ends.c[before]?.more).toBe(true);
  });

  it('a stream: an input to which TLS has nothing to say is answered all the same', async () => {
    await ask({ conversation: 's', start: start('server', 'TLSv1.3', { stream: true }) });
    expect(await ask({ conversation: 's', records: Uint8Array.of(22) })).toMatchObject({
      state: 'handshaking',
      records: { length: 0 },
    });
  });

  it('answers inputs in their order', async () => {
    const { client } = await handshake(start('client', 'TLSv1.3'), start('server', 'TLSv1.3'));
    expect(client.state).toBe('done');
    const outputs = await Promise.all(['one', 'two', 'three'].map((word) => ask({ conversation: 'c', plain: Buffer.from(word) })));
    const all = await ask({ conversation: 's', records: Buffer.concat(outputs.map(({ records }) => records)) });
    expect(Buffer.from(all.plain ?? []).toString()).toBe('onetwothree');
  });
});
