import { describe, expect, it } from 'vitest';
import { ladder } from '../../src/report/ladder.js';
import { again, INIT, MAIN_TO_4, type Row, session, UP } from '../support/facts.js';
import { plainStyle } from '../support/plain-style.js';

const draw = (rows: readonly Row[], columns = 80, more: Parameters<typeof session>[1] = {}) =>
  ladder(session(rows, more), plainStyle(columns));

describe('ladder', () => {
  it('has the initiator left, the responder right, every message between them', () => {
    expect(draw(UP)).toEqual([
      ' packet   time  192.0.2.1:500                                    203.0.113.2:500',
      '      1  0.000  |--- IKE_SA_INIT 0: SA, KE, Nonce, 300 bytes ----------------->|',
      '      2  0.100  |<-- IKE_SA_INIT 0: SA, KE, Nonce, 300 bytes ------------------|',
      '      3  0.200  |--- IKE_AUTH 1: encrypted, 300 bytes ------------------------>|',
      '      4  0.300  |<-- IKE_AUTH 1: encrypted, 240 bytes -------------------------|',
    ]);
  });

  it('names the ends again when one moves, not when only the direction turns', () => {
    const lines = draw([...INIT, { from: 'i', t: 0.2, x: 'AUTH', port: 4500 }, { from: 'r', t: 0.3, x: 'AUTH', port: 4500 }]);
    expect(lines.filter((line) => line.includes(':4500'))).toEqual([
      '                192.0.2.1:4500                                  203.0.113.2:4500',
    ]);
  });

  it('follows an end to another address', () => {
    const lines = draw([...UP, { from: 'i', t: 1, x: 'INFO2', src: '198.51.100.9', port: 4500 }]);
    expect(lines.at(-2)).toMatch(/^ +198\.51\.100\.9:4500 +203\.0\.113\.2:4500$/);
  });

  it('draws a retransmission as one line', () => {
    const lines = draw([INIT[0] as Row, ...again(INIT[0] as Row, 1, 4, 11)]);
    expect(lines.slice(2)).toEqual([
      '      2  4.000  |--- (IKE_SA_INIT 0 again, as packet 1) ---------------------->|',
      '      3 11.000  |--- (IKE_SA_INIT 0 again, as packet 1) ---------------------->|',
    ]);
  });

  it('calls Main Mode by its short name, and phase 2 by its message id', () => {
    const lines = draw([...MAIN_TO_4, { from: 'i', t: 1, x: 'QUICK', messageId: 0x3f2a99c1 }]);
    expect(lines[1]).toContain('Main Mode: SA, VID, 300 bytes');
    expect(lines.at(-1)).toContain('Quick Mode 3f2a99c1: encrypted, 300 bytes');
  });

  it('says what is special about a message', () => {
    const [, line = ''] = draw(
      [
        {
          from: 'i',
          t: 0,
          x: 'AUTH',
          payloads: ['SKF'],
          fragment: { kind: 'skf', number: 1, total: 3 },
          ipFragments: 2,
          encapsulation: 'tcp',
          malformed: { field: 'SKF', offset: 1, message: 'short' },
          length: 1200,
        },
      ],
      100,
    );
    const whole = draw([
      {
        from: 'i',
        t: 0,
        x: 'AUTH',
        payloads: ['SKF'],
        fragment: { kind: 'cisco', number: 2 },
        ipFragments: 2,
        encapsulation: 'tcp',
        malformed: { field: 'SKF', offset: 1, message: 'short' },
      },
    ])
      .slice(1)
      .join(' ');
    expect(line).toContain('IKE_AUTH 1: SKF, encrypted, fragment 1/3, in 2');
    for (const part of ['fragment 2, in 2 IP', 'over TCP', 'MALFORMED SKF']) expect(whole).toContain(part);
  });

  it('does not call decrypted what is encrypted', () => {
    expect(draw([{ from: 'i', t: 0, x: 'AUTH', decrypted: true, payloads: ['SK', 'IDi'] }])[1]).toContain('SK, IDi, 300 bytes');
  });

  it('says how many messages are missing', () => {
    expect(draw(UP, 80, { messagesDropped: 12 }).at(-1)).toBe('                (12 messages in between not kept)');
  });

  it.each([60, 80, 100])('fits %d columns, 80 at most', (columns) => {
    const many: Row = { from: 'i', t: 0, x: 'INIT', payloads: ['SA', 'KE', 'Nonce', ...Array.from({ length: 30 }, (_, i) => `N(${i})`)] };
    for (const line of draw([many, { ...many, from: 'r' }], columns)) expect(line.length).toBeLessThanOrEqual(Math.min(columns, 80));
  });

  it('gives each end a line of its own where 40 columns do not hold both', () => {
    expect(draw(UP, 40).slice(0, 3)).toEqual([
      ' packet   time  192.0.2.1:500',
      '                         203.0.113.2:500',
      '      1  0.000  |--- IKE_SA_INIT 0: -->|',
    ]);
    for (const line of draw(UP, 40)) expect(line.length).toBeLessThanOrEqual(40);
  });

  it('keeps long addresses whole', () => {
    const ends = { i: '2001:db8:1111:2222:3333:4444:5555:6666', r: '2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff' };
    const [first = '', second = ''] = draw(INIT, 80, ends);
    expect(first.endsWith(`  [${ends.i}]:500`)).toBe(true);
    expect(second).toBe(`[${ends.r}]:500`.padStart(80));
  });

  it('gives the numbers of long captures room, the same in every line', () => {
    const lines = draw([INIT[0] as Row, { ...(INIT[0] as Row), t: 86_400, frame: 12_345_678 }]);
    expect(lines[2]).toMatch(/^12345678 86400\.000 {2}\|/);
    expect(lines[1]).toMatch(/^ {7}1 {5}0\.000 {2}\|/);
    for (const line of lines) expect(line).toHaveLength(80);
  });
});
