import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { toHex } from '../../../src/bytes/hex.js';
import { detectKeySource, readKeys } from '../../../src/dissect/keys/read-keys.js';

const mixed = `# wireshark ikev2_decryption_table
5a64e0edca3a3614,7c9ebe2a8e9ff7b8,${'11'.repeat(32)},${'22'.repeat(32)},"AES-CBC-256 [RFC3602]",${'33'.repeat(32)},${'44'.repeat(32)},"HMAC_SHA2_256_128 [RFC4868]"

# ikev1_decryption_table
0011223344556677,${'55'.repeat(24)}
# esp_sa
"IPv4","10.0.*.*","*","0xc1d717e8","AES-CBC [RFC3602]","0x343c9a1a9e4519749c3c2b5e5240b428","HMAC-SHA-256-128 [RFC4868]","0x${'66'.repeat(32)}"
"IPv6","3ffe::1","3ffe::3","11","TripleDES-CBC [RFC2451]","3descbcencryptiontesting","HMAC-SHA-1-96 [RFC2404]","hmacsha1authenticati"
"IPv4","*","*","*","AES-GCM with 16 octet ICV [RFC4106]","0x${'77'.repeat(20)}","NULL","","64-bit","00000001"
0x12345678@192.1.2.45 3des-cbc-hmac96:0x43434545464649494a4a4c4c4f4f51515252545457575840
ikev2 R 0x0001020304050607 0xc02e7a3031a03188 sha1:0x515b0bd22e6d76b34fdb760aa7bfad80b109b75d aes128:0xbedb67ec7dc3d00cccac42e70cd63bde
`;

describe('tables of Wireshark and secrets of tcpdump, mixed', () => {
  const ring = readKeys(mixed, 'my.keys');

  it('are all understood', () => {
    expect(ring.notes).toEqual([]);
    expect(ring.describe()).toBe('4 ESP SAs, 2 IKEv2 SAs, 1 IKEv1 SA');
  });

  it('IKEv2: both directions, salt apart from the key', () => {
    const [initiator] = ring.findIkev2('5a64e0edca3a3614', '7c9ebe2a8e9ff7b8', true);
    expect(initiator).toMatchObject({ fromInitiator: true, origin: { file: 'my.keys', line: 2 } });
    expect(toHex(initiator?.key.reveal() ?? new Uint8Array(0))).toBe('11'.repeat(32));
    const [responder] = ring.findIkev2('5a64e0edca3a3614', '7c9ebe2a8e9ff7b8', false);
    expect(toHex(responder?.integrityKey.reveal() ?? new Uint8Array(0))).toBe('44'.repeat(32));
    expect(ring.findIkev2('5a64e0edca3a3614', '0000000000000000', true)).toEqual([]);
    expect(ring.findIkev2('0001020304050607', 'c02e7a3031a03188', true)).toEqual([]);
    expect(ring.findIkev2('0001020304050607', 'c02e7a3031a03188', false).length).toBe(1);
  });

  it('IKEv1', () => expect(ring.findIkev1('0011223344556677')[0]?.key?.length).toBe(24));

  it('ESP: patterns, keys in hex or as text, extended sequence numbers', () => {
    const names = (src: string, dst: string, spi: number) => ring.findEsp(src, dst, spi).map((sa) => sa.cipher.name);
    expect(names('10.0.3.4', '1.2.3.4', 0xc1d717e8)).toEqual(['ENCR_AES_CBC', 'ENCR_AES_GCM_16']);
    expect(names('10.1.3.4', '1.2.3.4', 0xc1d717e8)).toEqual(['ENCR_AES_GCM_16']);
    expect(names('3ffe:0::1', '3ffe::3', 11)).toEqual(['ENCR_3DES', 'ENCR_AES_GCM_16']);
    expect(names('9.9.9.9', '192.1.2.45', 0x12345678)).toEqual(['ENCR_AES_GCM_16', 'ENCR_3DES']);
    const text = ring.esp[1];
    expect(Buffer.from(text?.key.reveal() ?? []).toString()).toBe('3descbcencryptiontesting');
    const gcm = ring.esp[2];
    expect(gcm).toMatchObject({ esn: true, sequenceHigh: 1 });
    expect([gcm?.key.length, gcm?.salt.length]).toEqual([16, 4]);
    expect(ring.esp[3]?.integrity.name).toBe('ANY_96');
  });

  it('shows no key when printed', () => {
    expect(JSON.stringify(ring)).not.toMatch(/1111|3descbc|66666/);
    expect(JSON.stringify(ring.esp[0])).toContain('[secret, 16 bytes]');
  });
});

describe('what is not understood becomes a note with file and line, the rest is kept', () => {
  const good = '0x12345678@192.1.2.45 des-cbc:0x0102030405060708';
  const rows: readonly (readonly [string, RegExp])[] = [
    ['hello world', /1 fields fit no table/],
    ['"IPv4","*","*","0x1","ROT13","0x00","NULL",""', /no cipher of the name "ROT13"/],
    ['"IPv4","*","*","0x1","AES-CBC [RFC3602]","0x00","NULL",""', /takes a key of 16, 24 or 32 bytes, not 1/],
    ['"IPv4","*","*","0x1","AES-CBC [RFC3602]","0x0g","NULL",""', /encryption key is not an even number of hex digits/],
    ['"IPv4","*","*","0x1","AES-CBC [RFC3602]","0x00","CRC32",""', /no integrity algorithm of the name "CRC32"/],
    ['"IPv4","300.1.1.1","*","0x1","NULL","","NULL",""', /not an address: "300.1.1.1"/],
    ['"IPv4","*","*","0x1","NULL","","NULL","', /a quote is not closed/],
    ['"IPv4","*","*","zz","NULL","","NULL",""', /not an SPI: "zz"/],
    ['0011223344556677,', /encryption key is empty/],
    [`5a64e0edca3a3614,7c9e,${'11'.repeat(32)},${'22'.repeat(32)},"AES-CBC-256",,,"NONE"`, /responder's SPI "7c9e" is not 16 hex digits/],
    [
      `5a64e0edca3a3614,7c9ebe2a8e9ff7b8,${'11'.repeat(16)},${'22'.repeat(16)},"AES-CBC-256",,,"NONE"`,
      /ENCR_AES_CBC with 256 bits takes 32 bytes of key, not 16/,
    ],
    ['ikev2 I 0x00 0x00 sha1:0x00', /not of the form "ikev2/],
    ['0x12345678@192.1.2.45 rc5-cbc:0x00', /no cipher of the name "rc5-cbc"/],
    ['file /root/secrets', /names another file/],
  ];
  for (const [line, text] of rows) {
    it(line.slice(0, 60), () => {
      const ring = readKeys(`${good}\n${line}\n${good}`, 'f');
      expect(ring.esp.length).toBe(2);
      expect(ring.notes.map((note) => [note.file, note.line])).toEqual([['f', 2]]);
      expect(ring.notes[0]?.text).toMatch(text);
    });
  }

  it('a note never quotes a key', () => {
    const { notes } = readKeys('"IPv4","*","*","0x1","AES-CBC [RFC3602]","0xdeadbeefdeadbeef1","NULL",""', 'f');
    expect(JSON.stringify(notes)).not.toContain('deadbeef');
  });

  it('an empty file says so', () => expect(readKeys('# nothing\n', 'f').notes).toEqual([{ file: 'f', line: 1, text: 'no keys in it' }]));
});

describe("Wireshark's old AES-GCM without ICV length takes it from the row beside it", () => {
  for (const [integ, cipher] of [
    ['ANY 64 bit authentication [no checking]', 'ENCR_AES_GCM_8'],
    ['ANY 96 bit authentication [no checking]', 'ENCR_AES_GCM_12'],
    ['ANY 128 bit authentication [no checking]', 'ENCR_AES_GCM_16'],
    ['NULL', 'ENCR_AES_GCM_16'],
  ] as const) {
    it(integ, () => {
      const [sa] = readKeys(`"IPv4","*","*","*","AES-GCM [RFC4106]","0x${'77'.repeat(20)}","${integ}",""`, 'f').esp;
      expect([sa?.cipher.name, sa?.integrity.name]).toEqual([cipher, 'NONE']);
    });
  }
});

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
    const ring = readKeys(text, 'xfrm.txt');
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
    const plain = readKeys(text, 'a').esp.map((sa) => [
      sa.spi.text,
      sa.cipher.name,
      sa.integrity.name,
      toHex(sa.key.reveal()),
      toHex(sa.integrityKey.reveal()),
    ]);
    for (const variant of [statistics, oneline]) {
      const ring = readKeys(variant, 'a');
      expect(ring.notes).toEqual([]);
      expect(
        ring.esp.map((sa) => [sa.spi.text, sa.cipher.name, sa.integrity.name, toHex(sa.key.reveal()), toHex(sa.integrityKey.reveal())]),
      ).toEqual(plain);
    }
  });

  it('keys that are hidden, and algorithms nobody knows, are notes', () => {
    const hidden = 'src 10.0.0.1 dst 10.0.0.2\n\tproto esp spi 0x1 reqid 1 mode tunnel\n\tenc cbc(aes) <<Keys hidden>>\n';
    const unknown = `src 10.0.0.1 dst 10.0.0.2\n\tproto esp spi 0x2 reqid 1 mode tunnel\n\tenc cbc(sm4) 0x${'00'.repeat(16)}\n`;
    expect(readKeys(hidden + unknown, 'x').notes).toEqual([
      { file: 'x', line: 1, text: 'keys of SPI 0x1 are hidden: run "ip xfrm state" as root, without nokeys' },
      { file: 'x', line: 4, text: 'no cipher of the name "cbc(sm4)" is known' },
    ]);
  });
});

describe('keys.json', () => {
  const entry = {
    src: '10.0.0.1',
    dst: '10.0.0.2',
    spi: '0x00000001',
    encr: 'AES-CBC [RFC3602]',
    encr_key: 'aa'.repeat(16),
    integ: 'HMAC-SHA-1-96 [RFC2404]',
    integ_key: 'bb'.repeat(20),
  };

  it('takes all four tables', () => {
    const ring = readKeys(
      JSON.stringify({
        ikev1: [{ cookie_i: '0011223344556677', key: 'cc'.repeat(24) }],
        ikev2: [
          {
            spi_i: '0011223344556677',
            spi_r: '8899aabbccddeeff',
            sk_ei: 'dd'.repeat(36),
            sk_er: 'ee'.repeat(36),
            encr: 'CHACHA20_POLY1305',
          },
        ],
        esp: [entry],
        ah: [{ src: '*', dst: '*', spi: '7', integ: 'AUTH_AES_128_GMAC', integ_key: 'ff'.repeat(20) }],
      }),
      'keys.json',
    );
    expect(ring.notes).toEqual([]);
    expect(ring.describe()).toBe('1 ESP SA, 1 AH SA, 1 IKEv2 SA, 1 IKEv1 SA');
    expect(ring.ah[0]?.integritySalt.length).toBe(4);
  });

  it('says which entry it could not use', () => {
    const ring = readKeys(
      JSON.stringify({ esp: [entry, { ...entry, encr: 'ROT13' }, 5, { ...entry, spi: undefined }], wireguard: [] }, null, 1),
      'keys.json',
    );
    expect(ring.esp.length).toBe(1);
    expect(ring.notes.map((note) => note.text)).toEqual([
      'no cipher of the name "ROT13" is known',
      'entry 3 of esp is not an object',
      '"spi" is missing',
      '"wireguard" is none of ikev1, ikev2, esp, ah',
    ]);
    expect(ring.notes[0]?.line).toBe(12);
  });

  it('refuses what only begins like JSON', () => expect(() => readKeys('{ "esp": [', 'keys.json')).toThrow(UsageError));
});

describe('which kind a text is', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['{"esp":[]}', 'keys-json'],
    ['src 10.0.0.1 dst 10.0.0.2\n\tproto esp spi 0x1 reqid 1 mode tunnel', 'xfrm-state'],
    ['Jan 1 00:00:00 05[IKE] <a|1> SKEYSEED => 20 bytes @ 0x7f', 'charon-log'],
    ['05[IKE] initiating IKE_SA', 'charon-log'],
    [mixed, 'tables'],
    ['', 'tables'],
  ];
  for (const [text, kind] of rows) it(`${kind}: ${text.slice(0, 30)}`, () => expect(detectKeySource(text)).toBe(kind));
});
