import { describe, expect, it } from 'vitest';
import type { TlsSettings } from '../../../src/engine/openvpn/settings.js';
import type { TlsOutput } from '../../../src/engine/step.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeTls } from '../../support/fake-tls.js';
import { OpenvpnPair } from '../../support/openvpn-pair.js';
import { openvpnSettings } from '../../support/openvpn-settings.js';
import { seededBytes } from '../../support/seeded-random.js';

type Side = 'client' | 'server';
type Over = Partial<TlsSettings>;

/** A pair whose TLS stacks say something else at times. */
function pair(change: (output: TlsOutput, side: Side) => TlsOutput = (output) => output, both: Over = {}): OpenvpnPair {
  const clock = new FakeClock();
  return new OpenvpnPair({
    client: openvpnSettings('client', both),
    server: openvpnSettings('server', both),
    clock,
    tls: (side) => {
      const tls = new FakeTls(clock, seededBytes(side === 'client' ? 1 : 2));
      return { handle: (input, answer) => tls.handle(input, (output) => answer(change(output, side))), close: () => tls.close() };
    },
  });
}

/** Lines that the server says besides, once, with its PUSH_REPLY. */
const serverSays = (line: string) => {
  let said = false;
  return ({ plain, ...output }: TlsOutput, side: Side): TlsOutput => {
    if (plain === undefined) return output;
    if (side !== 'client' || said) return { ...output, plain };
    said = true;
    return { ...output, plain: Buffer.concat([plain, Buffer.from(`${line}\0`)]) };
  };
};

const deafTo =
  (side: Side) =>
  (output: TlsOutput, where: Side): TlsOutput => {
    const { plain: _, ...rest } = output;
    return where === side ? rest : output;
  };

describe('commands', () => {
  it('moved: the session goes on with the new address', () => {
    const ends = pair();
    ends.up();
    const session = ends.sessionOf('server') ?? 0;
    const path = { channel: 'openvpn', local: { address: '203.0.113.1', port: 1194 }, remote: { address: '192.0.2.99', port: 7 } } as const;
    ends.command('server', { kind: 'moved', session, path });
    expect(ends.last('server', 'moved')?.path.remote.port).toBe(7);
    ends.command('server', { kind: 'renegotiate', session });
    ends.clock.advance(10);
    expect(ends.last('server', 'sent')?.path.remote).toEqual(path.remote);
    expect(ends.ends.server.size).toMatchObject({ sessions: 1, addresses: 1 });
  });

  it('restart-peer: the client is told to begin anew, and both end', () => {
    const ends = pair();
    ends.up();
    ends.command('server', { kind: 'restart-peer', session: 1 });
    ends.clock.advance(100);
    expect(ends.last('client', 'exit-notify')?.how).toBe('RESTART');
    expect(ends.last('client', 'ended')).toMatchObject({ by: 'peer', refusal: { code: 'restart' } });
    ends.clock.advance(3000);
    expect(ends.last('server', 'ended')).toMatchObject({ by: 'us' });
  });

  it('mtu-test: both ends tell what they saw', () => {
    const ends = pair();
    ends.up();
    ends.command('client', { kind: 'mtu-test', session: 1 });
    ends.clock.advance(10_000);
    expect(ends.last('client', 'mtu')).toMatchObject({ ours: { sent: 0 }, theirs: { received: 0 } });
    expect(ends.all('server', 'inner-received').filter(({ what }) => what === 'OCC_MTU_LOAD').length).toBe(12);
  });

  it('mtuTest in the settings begins it', () => {
    const ends = pair(undefined, { mtuTest: true });
    ends.up();
    ends.clock.advance(20_000);
    expect(ends.last('client', 'mtu')).toBeDefined();
  });

  it('of a session that is not there change nothing; a server does not connect', () => {
    const ends = pair();
    for (const kind of ['renegotiate', 'restart-peer', 'mtu-test', 'close'] as const) ends.command('client', { kind, session: 9 });
    expect(ends.happenings.client).toEqual([]);
    const path = { channel: 'openvpn', local: { address: '203.0.113.1', port: 1 }, remote: { address: '192.0.2.9', port: 2 } } as const;
    expect(() => ends.command('server', { kind: 'connect', path })).toThrow(/waits for its clients/);
  });

  it('close before it is up ends at once', () => {
    const ends = pair();
    ends.connect();
    ends.command('client', { kind: 'close', session: 1 });
    expect(ends.last('client', 'ended')).toMatchObject({ by: 'us' });
  });
});

describe('what the server says', () => {
  it('AUTH_PENDING makes the client wait longer, not for ever', () => {
    const waits = (line: string) => {
      const ends = pair(
        ({ plain, ...output }, side) =>
          side === 'client' && plain !== undefined
            ? { ...output, plain: withoutPush(plain, line) }
            : { ...output, ...(plain && { plain }) },
        {
          handshakeWindow: 10,
        },
      );
      ends.up(1000);
      ends.clock.runUntil(() => ends.last('client', 'ended') !== undefined, 10_000_000);
      return Math.round((ends.last('client', 'ended')?.at ?? 0) / 1000);
    };
    expect(waits('INFO,hello')).toBe(10);
    expect(waits('AUTH_PENDING,timeout 60')).toBe(60);
    expect(waits('AUTH_PENDING,timeout 99999999')).toBe(1800);
  });

  it.each([
    ['AUTH_FAILED,CRV1:R,E:id:dXNlcg==:Your code?', { by: 'peer', refusal: { code: 'challenge', theirs: 'Your code?' } }],
    ['AUTH_FAILED,Data channel cipher negotiation failed (no shared cipher)', { by: 'peer', refusal: { code: 'no-common-cipher' } }],
    ['AUTH_FAILED,account locked', { by: 'peer', refusal: { code: 'auth-failed', theirs: 'account locked' } }],
    ['HALT,maintenance', { by: 'peer', refusal: { code: 'halt', text: 'the server told us to stop (maintenance)' } }],
    ['EXIT', { by: 'peer' }],
  ])('%s', (line, ended) => {
    const ends = pair(serverSays(line));
    ends.up(3000);
    expect(ends.last('client', 'ended')).toMatchObject(ended);
  });

  it('lines that nobody knows are told and change nothing', () => {
    const ends = pair(serverSays('WHATEVER,1'));
    expect(ends.up()).toBe(true);
    expect(ends.all('client', 'control-message').map(({ text }) => text)).toContain('WHATEVER,1');
  });
});

describe('TLS', () => {
  it('an alert of the peer is its word', () => {
    const ends = pair((output, side) =>
      side === 'client' && output.state === 'done'
        ? { ...output, state: 'failed', reason: 'TLS alert "unknown ca"', refusedBy: 'peer' }
        : output,
    );
    ends.up(3000);
    expect(ends.last('client', 'ended')).toMatchObject({
      by: 'peer',
      refusal: { code: 'tls-alert-unknown-ca', exchange: 'TLS', theirs: 'TLS alert "unknown ca"' },
    });
  });

  it('a key of our own that cannot be used: nothing is sent', () => {
    const reason = 'our key and certificates cannot be used: key values mismatch';
    const ends = pair((output, side) =>
      side === 'client' ? { ...output, records: new Uint8Array(0), state: 'failed', reason, refusedBy: 'us' } : output,
    );
    ends.up(3000);
    expect(ends.last('client', 'ended')).toMatchObject({ by: 'us', refusal: { code: 'tls-failed', ours: reason } });
    // The reset may be on its way; what TLS would have said is not.
    expect(ends.all('server', 'received').every(({ opcode }) => opcode === 'P_CONTROL_HARD_RESET_CLIENT_V2')).toBe(true);
  });

  it('closed before anything was said', () => {
    const ends = pair((output, side) => (side === 'client' && output.state === 'done' ? { ...output, closed: true } : output));
    ends.up(3000);
    expect(ends.last('client', 'ended')).toMatchObject({ by: 'peer', refusal: { code: 'tls-closed' } });
  });

  it('key method 2 that is none', () => {
    const ends = pair((output, side) =>
      side === 'client' && output.plain !== undefined ? { ...output, plain: Buffer.alloc(200, 7) } : output,
    );
    ends.up(3000);
    expect(ends.last('client', 'ended')).toMatchObject({ by: 'us', refusal: { code: 'malformed', exchange: 'key method 2' } });
  });

  it.each<[Side, string]>([
    ['client', 'the peer did not send key method 2 within 60 s'],
    ['server', 'the peer did not send key method 2 within 60 s'],
  ])('a silence inside it, as the %s hears it', (side, text) => {
    const ends = pair(deafTo(side));
    ends.up(100_000);
    expect(ends.last(side, 'ended')?.refusal).toMatchObject({ by: 'nobody', exchange: 'key method 2', text });
  });
});

/** Key method 2 of the server, and a line instead of what follows. */
function withoutPush(plain: Uint8Array, line: string): Uint8Array {
  const text = Buffer.from(plain).toString('latin1');
  const at = text.indexOf('PUSH_REPLY');
  if (at < 0) return Buffer.concat([plain, Buffer.from(`${line}\0`)]);
  return plain.subarray(0, at);
}
