import { describe, expect, it } from 'vitest';
import { failureMessage, readFailure } from '../../../src/engine/eap/mschapv2-failure.js';

describe('failures of MSCHAPv2, RFC 2759 §6', () => {
  it('what we send is what we read', () => {
    const message = failureMessage(691, Uint8Array.of(0xab, 1), 'Authentication failed');
    expect(Buffer.from(message).toString()).toBe('E=691 R=0 C=AB01 V=3 M=Authentication failed');
    expect(readFailure(message, 'alice')).toMatchObject({ code: 'eap-wrong-password', by: 'peer', ours: 'user "alice"' });
  });

  it.each([
    ['E=646 R=0', 'eap-refused', /may not log on at this hour/],
    ['R=0 E=648', 'eap-password-expired', /E=648.*expired/],
    ['E=649', 'eap-refused', /no permission to dial in/],
    ['', 'eap-refused', /without an error number/],
    ['E=691 M=\u001b[2Jboo', 'eap-wrong-password', /"\\x1b\[2Jboo"$/],
    ['E=99999999999999999999', 'eap-refused', /./],
  ])('"%s"', (text, code, words) => {
    const reason = readFailure(Buffer.from(text), 'alice');
    expect(reason.code).toBe(code);
    expect(reason.text).toMatch(words);
  });

  it('a message without end is cut', () => expect(readFailure(Buffer.alloc(60_000, 'M'), 'a').text.length).toBeLessThan(1000));
});
