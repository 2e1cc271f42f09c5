import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { bytesText, payloadTree } from '../../src/report/payload-tree.js';
import { decodeChain } from '../../src/wire/ike/chain.js';

/** One payload of a type, without what follows; `flags` is the byte with the critical bit. */
function tree(type: number, body: string, version: 1 | 2 = 2, flags = '00'): string[] {
  const bytes = fromHex(body);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(4 + bytes.length, 2);
  head[1] = Number.parseInt(flags, 16);
  const [node] = decodeChain(Buffer.concat([head, bytes]), type, version).payloads;
  return node === undefined ? [] : payloadTree(node, version);
}

describe('payloadTree of IKEv2', () => {
  it.each<[string, number, string, string[]]>([
    [
      'SA',
      33,
      '0000002c 01 01 00 04 0300000c 0100000c 800e0100 03000008 02000005 03000008 0300000c 00000008 04000013',
      ['SA, 48 bytes', '  proposal 1 IKE: AES_CBC_256, PRF_HMAC_SHA2_256, AUTH_HMAC_SHA2_256_128, ECP_256'],
    ],
    ['KE', 34, '001f 0000 0102030405', ['KE, 13 bytes', '  CURVE25519: 0102030405']],
    ['Nonce', 40, 'aabbccdd', ['Nonce, 8 bytes', '  aabbccdd']],
    ['identity', 35, '01 000000 c0000201', ['IDi, 12 bytes', '  ID_IPV4_ADDR 192.0.2.1']],
    ['AUTH', 39, '02 000000 aabb', ['AUTH, 10 bytes', '  Shared Key Message Integrity Code: aabb']],
    ['notify with a word', 41, '00 00 0011 0013', ['N(INVALID_KE_PAYLOAD), 10 bytes', '  group 19 (ECP_256)']],
    ['notify without data', 41, '00 00 4006 c0ffee', ['N(COOKIE), 11 bytes', '  0xc0ffee']],
    ['notify with an SPI', 41, '03 04 4009 01020304', ['N(REKEY_SA), 12 bytes', '  SPI 0x01020304']],
    ['delete', 42, '03 04 0002 01020304 05060708', ['D, 16 bytes', '  ESP 0x01020304 0x05060708']],
    ['delete of the IKE SA', 42, '01 00 0000', ['D, 8 bytes', '  IKE']],
    ['vendor id', 43, 'afcad71368a1f1c96b8696fc77570100', ['V, 20 bytes', '  Dead Peer Detection (RFC 3706) (1.0)']],
    ['selectors', 44, '01 000000 07 00 0010 0000 ffff 0a010000 0a01ffff', ['TSi, 24 bytes', '  10.1.0.0/16']],
    ['configuration', 47, '02 000000 0001 0004 0a030a01', ['CP, 16 bytes', '  CFG_REPLY', '  INTERNAL_IP4_ADDRESS: 10.3.10.1']],
    ['EAP', 48, '03 07 0004', ['EAP, 8 bytes', '  Success']],
    ['fragment', 53, '0002 0003 aabb', ['SKF, 10 bytes', '  fragment 2/3, encrypted: 2 bytes']],
    ['any CA', 38, '04', ['CERTREQ, 5 bytes', '  X.509 Certificate - Signature: (empty)']],
    ['a certificate that is none', 37, '04 c0ffee', ['CERT, 8 bytes', '  X.509 Certificate - Signature: c0ffee']],
    ['unknown', 200, 'c0ffee', ['unknown (200), 7 bytes', '  c0ffee']],
  ])('%s', (_, type, body, lines) => expect(tree(type, body)).toEqual(lines));

  it('says what is critical', () => expect(tree(200, '00', 2, '80')[0]).toBe('unknown (200), 5 bytes, critical'));

  it('shows the bytes of what could not be decoded', () => {
    const [head = '', ...rest] = tree(44, '09 000000 07 00 0010');
    expect(head).toMatch(/^TSi, 12 bytes: MALFORMED, .+/);
    expect(rest).toEqual(['  0900000007000010']);
  });
});

describe('payloadTree of IKEv1', () => {
  it.each<[string, number, string, string[]]>([
    ['identity with a port', 5, '01 11 01f4 c0000201', ['ID, 12 bytes', '  ID_IPV4_ADDR 192.0.2.1, protocol 17 port 500']],
    ['a range of addresses', 5, '04 00 0000 0a010000 ffff0000', ['ID, 16 bytes', '  ID_IPV4_ADDR_SUBNET 10.1.0.0/16']],
    ['notify', 11, '00000001 01 00 000e', ['N(NO-PROPOSAL-CHOSEN), 12 bytes']],
    ['a Cisco fragment', 132, '0001 02 01 cc', ['FRAG, 9 bytes', '  fragment 2, the last of message 1: 1 bytes']],
    ['KE', 4, 'aabb', ['KE, 6 bytes', '  aabb']],
  ])('%s', (_, type, body, lines) => expect(tree(type, body, 1)).toEqual(lines));
});

describe('bytesText', () => {
  it.each([
    [0, '(empty)'],
    [1, 'aa'],
    [32, 'aa'.repeat(32)],
    [33, `${'aa'.repeat(32)}… (33 bytes)`],
  ])('%d bytes', (count, text) => expect(bytesText(new Uint8Array(count).fill(0xaa))).toBe(text));
});
