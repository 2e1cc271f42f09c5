import { expect, it } from 'vitest';
import { hideSecrets, idText, tlsRefusal } from '../../../src/engine/openvpn/control-words.js';

it.each([
  ['PUSH_REPLY,auth-token SESS_ID_AT_abc,route 1.2.3.4', 'PUSH_REPLY,auth-token [secret],route 1.2.3.4'],
  ['CR_RESPONSE,c2VjcmV0', 'CR_RESPONSE,[secret]'],
  ['INFO_PRE,WEB_AUTH::https://example.com', 'INFO_PRE,WEB_AUTH::https://example.com'],
  ['a\u0007b\u001b[31m', 'a.b.[31m'],
])('%j is shown as %j', (line, shown) => expect(hideSecrets(line)).toBe(shown));

it('a long line is cut', () => expect(hideSecrets('x'.repeat(100_000)).length).toBe(4096));

it('a session id has 16 digits', () => expect(idText(255n)).toBe('00000000000000ff'));

it.each([
  [
    { reason: 'TLS alert "unknown ca"', refusedBy: 'peer' as const },
    { code: 'tls-alert-unknown-ca', by: 'peer', theirs: 'TLS alert "unknown ca"' },
  ],
  [
    { reason: 'wrong version number', refusedBy: 'us' as const },
    { code: 'tls-failed', by: 'us', ours: 'wrong version number' },
  ],
])('%o', (output, refusal) => {
  expect(tlsRefusal({ conversation: 'x', records: new Uint8Array(0), state: 'failed', ...output })).toMatchObject(refusal);
});
