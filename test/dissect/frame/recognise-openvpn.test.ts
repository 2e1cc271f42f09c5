import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { OpenvpnFlows } from '../../../src/dissect/frame/recognise-openvpn.js';

const CLIENT = '507a28a78275788d';
const SERVER = 'c157cc62c1d4ab12';
const STRANGER = '0123456789abcdef';
const hmac = (length: number, byte = 'a5') => byte.repeat(length);

/** Packets as `> hex` from the client and `< hex` from the server; true where OpenVPN was recognised. */
function recognised(packets: readonly string[], onRegisteredPort = false, flows = new OpenvpnFlows()): boolean[] {
  return packets.map((packet) => {
    const [key, reverseKey] = packet.startsWith('>') ? ['c s', 's c'] : ['s c', 'c s'];
    return flows.recognise({ key, reverseKey, onRegisteredPort, bytes: fromHex(packet.slice(1)) }) !== undefined;
  });
}

const reset = `> 38 ${CLIENT} 00 00000000`;
const answer = `< 40 ${SERVER} 01 00000000 ${CLIENT} 00000000`;

describe('from a reset on', () => {
  it('names everything of the session, both ways', () => {
    const session = [
      reset,
      answer,
      `> 28 ${CLIENT} 01 00000000 ${SERVER}`,
      `> 20 ${CLIENT} 00 00000001 16030100`,
      `< 20 ${SERVER} 01 00000001 ${CLIENT} 00000001 16030100`,
      `> 30 ${hmac(40)}`,
      `< 4800000a ${hmac(40)}`,
      `> 19 ${CLIENT} 00 00000000`,
    ];
    expect(recognised(session)).toEqual(session.map(() => true));
  });

  it('names a client whom nobody answers', () => expect(recognised([reset, reset, reset])).toEqual([true, true, true]));

  it('does not name what belongs to no session, nor what has no opcode', () => {
    expect(recognised([reset, answer, `> 28 ${STRANGER} 01 00000000 ${STRANGER}`, `> ff ${hmac(20)}`, '< 00'])).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('takes up a new session between the same ports', () => {
    const again = [`> 38 ${STRANGER} 00 00000000`, `> 28 ${STRANGER} 01 00000000 ${SERVER}`];
    expect(recognised([reset, answer, ...again])).toEqual([true, true, true, true]);
  });

  it('says what the evidence is', () => {
    const bytes = fromHex(`38 ${CLIENT} ${hmac(20)} 00000001 50ff1e0c 00 00000000`);
    expect(new OpenvpnFlows().recognise({ key: 'a', reverseKey: 'b', onRegisteredPort: false, bytes })).toEqual({
      text: `hard reset with session id 0x${CLIENT} (tls-auth with an HMAC of 20 bytes)`,
      staticKey: false,
    });
  });
});

describe('joined in the middle', () => {
  it('keeps other suspects when one repeats itself while all places are taken', () => {
    const flows = new OpenvpnFlows();
    const control = (key: string, sessionId: string, remote?: string) =>
      flows.recognise({
        key,
        reverseKey: `back ${key}`,
        onRegisteredPort: false,
        bytes: fromHex(`20 ${sessionId} ${remote === undefined ? '00' : `01 00000001 ${remote}`} 00000001 16030100`),
      });
    expect(control('c s', CLIENT)).toBeUndefined();
    const session = (n: number) =>
      `${(0x9e3779b1 * (n + 1)).toString(16).padStart(14, '7').slice(0, 14)}${(n % 199).toString(16).padStart(2, '0')}`;
    for (let n = 0; n < 1023; n++) expect(control(`other ${n}`, session(n))).toBeUndefined();
    for (let n = 0; n < 2000; n++) control('other 1022', session(1022));
    expect(control('s c', SERVER, CLIENT)?.text).toContain('name each other');
  });

  it('waits for session ids that name each other', () => {
    const packets = [
      `> 20 ${CLIENT} 00 00000001 16030100`,
      `> 20 ${CLIENT} 00 00000002 16030100`,
      `< 28 ${SERVER} 01 00000001 ${CLIENT}`,
      `> 20 ${CLIENT} 00 00000003 16030100`,
      `> 4800000a ${hmac(40)}`,
    ];
    expect(recognised(packets)).toEqual([false, false, true, true, true]);
  });

  it.each([
    ['tls-auth', (id: number) => `> 20 ${CLIENT} ${hmac(20)} 0000000${id} 50ff1e0c 00 0000000${id} 16030100`],
    ['tls-crypt', (id: number) => `> 20 ${CLIENT} 0000000${id} 50ff1e0c ${hmac(32)} ${hmac(60, 'c3')}`],
  ])('believes three replay ids in a row with %s', (_name, packet) => {
    expect(recognised([packet(3), packet(4), packet(5), packet(6)])).toEqual([false, false, true, true]);
    expect(recognised([packet(3), packet(3), packet(3), packet(3)])).toEqual([false, false, false, false]);
  });

  it('is not taken in by a DNS question asked again and again', () => {
    const question = '> 2012 0100 0001 0000 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001';
    const response =
      '< 2012 8180 0001 0001 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001 c00c 0001 0001 00000e10 0004 01020304';
    expect(recognised([question, question, response, question, response])).toEqual([false, false, false, false, false]);
  });
});

describe('data packets alone', () => {
  const data = (header: string, at: number) => `> ${header} 000000${(0x10 + at).toString(16)} ${hmac(32)}`;
  const many = Array.from({ length: 10 }, (_, at) => at);

  it.each(['30', '4800000a', '48ffffff'])('with header %s are believed from the eighth on, on port 1194 only', (header) => {
    const packets = many.map((at) => data(header, at));
    expect(recognised(packets, true)).toEqual(many.map((at) => at >= 7));
    expect(recognised(packets, false)).toEqual(many.map(() => false));
  });

  it('are believed with epochs, whose packet ids count further behind', () => {
    const packets = many.map((at) => `> 4800000a 00010000 000000${(0x10 + at).toString(16)} ${hmac(32)}`);
    expect(recognised(packets, true)).toEqual(many.map((at) => at >= 7));
    const still = many.map(() => `> 4800000a 00010000 00000010 ${hmac(32)}`);
    expect(recognised(still, true)).toEqual(many.map(() => false));
    const wild = many.map((at) => `> 4800000a 00010000 ${at % 2 === 0 ? 'a1b2c3d4' : '0badcafe'} ${hmac(32)}`);
    expect(recognised(wild, true)).toEqual(many.map(() => false));
  });

  it.each([
    ['a header that changes', many.map((at) => data(at % 2 === 0 ? '30' : '31', at))],
    ['bytes that never change', many.map(() => data('30', 1))],
    ['a peer id no server gives', many.map((at) => data('48454c4f', at))],
    ['SNMP', many.map((at) => `> 302a 0201 00 0406 7075626c6963 a01c 0202 01${(0x10 + at).toString(16)} ${hmac(25)}`)],
    ['too short', many.map((at) => `> 30 000000${(0x10 + at).toString(16)} a5a5`)],
  ])('are not believed with %s', (_name, packets) => {
    expect(recognised(packets, true)).toEqual(packets.map(() => false));
  });
});

describe('bounds', () => {
  it('forgets the oldest flows', () => {
    const flows = new OpenvpnFlows();
    for (let i = 0; i < 5000; i++) {
      flows.recognise({ key: `c${i}`, reverseKey: `s${i}`, onRegisteredPort: false, bytes: fromHex(reset.slice(1)) });
    }
    expect(flows.size).toBe(4096);
    expect(flows.has('c4999')).toBe(true);
    expect(flows.has('c0')).toBe(false);
  });

  it('asks only for first bytes that may be OpenVPN', () => {
    const flows = new OpenvpnFlows();
    expect(Array.from({ length: 256 }, (_, first) => first).filter((first) => flows.concerns(first, false)).length).toBe(8 * 9);
    expect(flows.concerns(0x30, false)).toBe(false);
    expect(flows.concerns(0x30, true)).toBe(true);
    // Where OpenVPN is at home, static keys may have any first byte.
    expect(flows.concerns(0x80, true)).toBe(true);
    expect(flows.concerns(0x80, false)).toBe(false);
  });
});

describe('a client that floats', () => {
  const flows = () => {
    const known = new OpenvpnFlows();
    recognised([reset, answer, '> 48000003 00000001 '.concat(hmac(40)), `> 48000003 00000002 ${hmac(40)}`], false, known);
    return known;
  };
  const from = (known: OpenvpnFlows, key: string, reverseKey: string, hex: string) =>
    known.recognise({ key, reverseKey, onRegisteredPort: false, bytes: fromHex(hex) });

  // Keys are of the form `address port address port`.
  it('is known by peer id and packet ids that go on', () => {
    const known = new OpenvpnFlows();
    const [to, back] = ['1.1.1.1 5 2.2.2.2 6', '2.2.2.2 6 1.1.1.1 5'];
    from(known, to, back, `38 ${CLIENT} 00 00000000`);
    from(known, to, back, `48000003 00000007 ${hmac(40)}`);
    expect(from(known, '9.9.9.9 5 2.2.2.2 6', '2.2.2.2 6 9.9.9.9 5', `48000004 00000008 ${hmac(40)}`)).toBeUndefined();
    expect(from(known, '9.9.9.9 5 2.2.2.2 6', '2.2.2.2 6 9.9.9.9 5', `48000003 00f00008 ${hmac(40)}`)).toBeUndefined();
    expect(from(known, '9.9.9.9 5 2.2.2.2 6', '2.2.2.2 6 9.9.9.9 5', `48000003 00000008 ${hmac(40)}`)?.text).toContain('floated');
    expect(from(known, '9.9.9.9 5 2.2.2.2 6', '2.2.2.2 6 9.9.9.9 5', `48000003 00000009 ${hmac(40)}`)).toBeDefined();
  });

  it('is known by packet ids with epochs', () => {
    const known = new OpenvpnFlows();
    const [to, back] = ['1.1.1.1 5 2.2.2.2 6', '2.2.2.2 6 1.1.1.1 5'];
    const [other, otherBack] = ['9.9.9.9 5 2.2.2.2 6', '2.2.2.2 6 9.9.9.9 5'];
    from(known, to, back, `38 ${CLIENT} 00 00000000`);
    from(known, to, back, `48000003 00010000 00000007 ${hmac(40)}`);
    expect(from(known, other, otherBack, `48000003 00010000 00f00008 ${hmac(40)}`)).toBeUndefined();
    expect(from(known, other, otherBack, `48000003 00010000 00000008 ${hmac(40)}`)?.text).toContain('floated');
  });

  it('is none when nothing is known there', () => {
    expect(from(flows(), 'x 1 y 2', 'y 2 x 1', `48000003 00000003 ${hmac(40)}`)).toBeUndefined();
  });
});
