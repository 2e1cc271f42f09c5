import { expect, it } from 'vitest';
import { ByteWriter } from '../../../src/bytes/writer.js';
import { InnerControl } from '../../../src/dissect/openvpn/inner-control.js';
import { encodeKeyMethod } from '../../../src/wire/openvpn/key-method.js';

const text = (...lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\0`).join(''));

function keyMethod(): Uint8Array {
  const writer = new ByteWriter();
  const random = new Uint8Array(32);
  encodeKeyMethod(
    { preMaster: undefined, random1: random, random2: random, options: 'V4,dev-type tun', username: '', password: '', peerInfo: undefined },
    writer,
  );
  return writer.finish();
}

it('key method first, then lines, however they are cut', () => {
  const control = new InnerControl();
  const bytes = keyMethod();
  expect(control.push(bytes.subarray(0, 40), false)).toEqual([]);
  expect(control.push(bytes.subarray(40), false)).toEqual(['key method 2']);
  expect(control.server?.options).toBe('V4,dev-type tun');
  expect(control.push(text('PUSH_REPLY,ping 10').subarray(0, 8), false)).toEqual([]);
  expect(control.push(text('PUSH_REPLY,ping 10', 'RESTART').subarray(8), false)).toEqual(['PUSH_REPLY,ping 10', 'RESTART']);
});

it.each([
  ['PUSH_REPLY,auth-token SESS_ID_secret,ping 10', 'PUSH_REPLY,auth-token [secret],ping 10'],
  ['AUTH_FAILED,CRV1:R,E:state7:YW5uYQ==:Code of your token', 'AUTH_FAILED,CRV1:R,E:[secret]:anna:Code of your token'],
  ['CR_RESPONSE,c2VjcmV0', 'CR_RESPONSE,[secret]'],
  ['bell\u0007', 'bell.'],
])('%s is shown as %s', (said, shown) => {
  const control = new InnerControl();
  control.push(keyMethod(), false);
  expect(control.push(text(said), false)).toEqual([shown]);
});

it('what is no key method is left alone from there on, and nothing grows', () => {
  const control = new InnerControl();
  expect(control.push(Buffer.from('GET / HTTP/1.1'), true)).toEqual([]);
  for (let i = 0; i < 100; i++) expect(control.push(new Uint8Array(65_536), true)).toEqual([]);
  expect(control.client).toBeUndefined();
});
