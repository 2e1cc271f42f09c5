import { describe, expect, it } from 'vitest';
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
    ['hello world', /1 field fits no table/],
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
