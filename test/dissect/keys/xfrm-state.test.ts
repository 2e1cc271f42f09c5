import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { readXfrmState } from '../../../src/dissect/keys/xfrm-state.js';

describe('ip xfrm state', () => {
  const text = `src 10.0.0.1 dst 10.0.0.2
\tproto esp spi 0xc1000001 reqid 1 mode tunnel
\treplay-window 0 flag af-unspec esn
\tauth-trunc hmac(sha256) 0x${'ab'.repeat(32)} 128
\tenc cbc(aes) 0x${'cd'.repeat(16)}
\tencap type espinudp sport 4500 dport 4500 addr 0.0.0.0
\tanti-replay esn context:
\t seq-hi 0x0, seq 0x0, oseq-hi 0x2, oseq 0x3
\t replay_window 32, bitmap-length 1
\t 00000000
src 10.0.0.2 dst 10.0.0.1
\tproto esp spi 0xc1000002 reqid 1 mode tunnel
\treplay-window 32 flag af-unspec
\taead rfc4106(gcm(aes)) 0x${'ef'.repeat(36)} 128
\tanti-replay context: seq 0x0, oseq 0x0, bitmap 0x00000000
src 2001:db8::1 dst 2001:db8::2
\tproto ah spi 0x00000077 reqid 2 mode transport
\treplay-window 4
\tauth-trunc hmac(sha1) 0x${'12'.repeat(20)} 96
src 10.0.0.3 dst 10.0.0.4
\tproto esp spi 0x00000078 reqid 2 mode transport
\tauth hmac(sha256) 0x${'34'.repeat(32)}
\tenc ecb(cipher_null)${' '}
src 10.0.0.5 dst 10.0.0.6
\tproto comp spi 0x00001234 reqid 2 mode tunnel
\tcomp deflate${' '}
`;

  it('every state of it', () => {
    const ring = readXfrmState(text, 'xfrm.txt');
    expect(ring.notes).toEqual([]);
    expect(ring.describe()).toBe('3 ESP SAs, 1 AH SA');
    expect(ring.esp.map((sa) => [sa.spi.text, sa.cipher.name, sa.key.length, sa.salt.length, sa.integrity.name, sa.esn])).toEqual([
      ['0xc1000001', 'ENCR_AES_CBC', 16, 0, 'AUTH_HMAC_SHA2_256_128', true],
      ['0xc1000002', 'ENCR_AES_GCM_16', 32, 4, 'NONE', false],
      ['0x00000078', 'ENCR_NULL', 0, 0, 'AUTH_HMAC_SHA2_256_96', undefined],
    ]);
    expect(ring.esp[0]?.sequenceHigh).toBe(2);
    expect(ring.findAh('2001:db8::1', '2001:db8::2', 0x77)[0]?.integrity.name).toBe('AUTH_HMAC_SHA1_96');
  });

  it('with -s, and with -o', () => {
    const statistics = text.replace(/(0x[0-9a-f]{32,})/g, '$1 (256 bits)').replace(/spi (0x[0-9a-f]+)/g, 'spi $1(12345)');
    const oneline = text.replace(/\n\t/g, '\\\t');
    const plain = readXfrmState(text, 'a').esp.map((sa) => [
      sa.spi.text,
      sa.cipher.name,
      sa.integrity.name,
      toHex(sa.key.reveal()),
      toHex(sa.integrityKey.reveal()),
    ]);
    for (const variant of [statistics, oneline]) {
      const ring = readXfrmState(variant, 'a');
      expect(ring.notes).toEqual([]);
      expect(
        ring.esp.map((sa) => [sa.spi.text, sa.cipher.name, sa.integrity.name, toHex(sa.key.reveal()), toHex(sa.integrityKey.reveal())]),
      ).toEqual(plain);
    }
  });

  it('keys that are hidden, and algorithms nobody knows, are notes', () => {
    const hidden = 'src 10.0.0.1 dst 10.0.0.2\n\tproto esp spi 0x1 reqid 1 mode tunnel\n\tenc cbc(aes) <<Keys hidden>>\n';
    const unknown = `src 10.0.0.1 dst 10.0.0.2\n\tproto esp spi 0x2 reqid 1 mode tunnel\n\tenc cbc(sm4) 0x${'00'.repeat(16)}\n`;
    expect(readXfrmState(hidden + unknown, 'x').notes).toEqual([
      { file: 'x', line: 1, text: 'keys of SPI 0x1 are hidden: run "ip xfrm state" as root, without nokeys' },
      { file: 'x', line: 4, text: 'no cipher of the name "cbc(sm4)" is known' },
    ]);
  });
});
