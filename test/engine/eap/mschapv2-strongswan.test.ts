import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { mschapv2Client } from '../../../src/engine/eap/mschapv2-client.js';
import { mschapv2Server } from '../../../src/engine/eap/mschapv2-server.js';
import { secret } from './conversation.js';

/**
 * What strongSwan 5.9.8 said to itself in captures/ikev2-eap-mschapv2 and captures/ikev2-eap-wrong-password, decrypted: Type-Data of
 * the EAP messages. The password was made for the capture.
 */
const PASSWORD = secret('vpndoctor-test-password-not-secret');
const CHALLENGE = '01c7001f105c37478cecf30c0150382b8fd4fb1d6f7374726f6e675377616e';
const RESPONSE =
  '02c7003f31c54d2995ac01e16d5b569812c157d3fb0000000000000000d4a55de8332e1037ee8b2f951141367b12f83efd3b7bcb4400746573742d75736572';
const SUCCESS =
  '03c70044533d45424333414132353134433738434444374441334641364141444338453037453135423833353742204d3d57656c636f6d65327374726f6e675377616e00';

describe('MSCHAPv2 as strongSwan speaks it', () => {
  const peerChallenge = fromHex(RESPONSE.slice(10, 42));

  it('our client answers byte for byte the same and believes its server', () => {
    const first = mschapv2Client('test-user', PASSWORD, () => peerChallenge).request(fromHex(CHALLENGE), 1);
    if (first.kind !== 'reply') throw new Error(first.kind);
    expect(toHex(first.data)).toBe(RESPONSE);
    const second = first.next.request(fromHex(SUCCESS), 2);
    expect(second).toMatchObject({ kind: 'reply', data: Uint8Array.of(3) });
  });

  it('our server believes its client and proves the password as its server does', () => {
    const challenge = fromHex(CHALLENGE.slice(10, 42));
    const first = mschapv2Server([{ name: 'test-user', password: PASSWORD }], (length) =>
      length === 16 ? challenge : Uint8Array.of(0xc7),
    );
    if (first.kind !== 'request') throw new Error(first.kind);
    const second = first.next.response(fromHex(RESPONSE), 1);
    if (second.kind !== 'request') throw new Error(second.kind);
    const proof = (hex: string) => Buffer.from(fromHex(hex)).toString('latin1').slice(4, 46);
    expect(proof(toHex(second.data))).toBe(proof(SUCCESS));
    expect(second.next.response(Uint8Array.of(3), 2)).toMatchObject({ kind: 'accept', identity: 'test-user' });
  });

  it('its failure is read, although it has neither V= nor M=', () => {
    const first = mschapv2Client('test-user', PASSWORD, () => peerChallenge).request(fromHex(CHALLENGE), 1);
    if (first.kind !== 'reply') throw new Error(first.kind);
    const failure = '04a80030453d36393120523d3120433d4445434535423231373245303544324434303936313930454346374135464437';
    expect(first.next.request(fromHex(failure), 2)).toMatchObject({
      kind: 'refuse',
      reason: { code: 'eap-wrong-password', text: 'the server refused "test-user" by MSCHAPv2 (E=691): user name or password is wrong' },
    });
  });
});
