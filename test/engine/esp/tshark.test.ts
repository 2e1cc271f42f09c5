import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import type { ChildSa } from '../../../src/engine/child-sa.js';
import { Tunnel } from '../../../src/engine/esp/tunnel.js';
import { icmpPacket } from '../../../src/engine/inner/messages.js';
import { LINKTYPE } from '../../../src/pcapfile/linktypes.js';
import { pcapHeader, pcapPacket } from '../../../src/pcapfile/writer.js';
import { encodeIpPacket } from '../../../src/wire/ip/ip-packet.js';
import { childPair, seededRandom } from './make-child.js';

const installed = spawnSync('tshark', ['--version'], { stdio: 'ignore' }).error === undefined;
const outer = { local: '192.0.2.1', remote: '198.51.100.2' };

/** Our names and Wireshark's. */
const suites = [
  ['ENCR_AES_GCM_16', 'AES-GCM with 16 octet ICV [RFC4106]', 'NONE', 'NULL'],
  ['ENCR_AES_GCM_8', 'AES-GCM with 8 octet ICV [RFC4106]', 'NONE', 'NULL'],
  ['ENCR_AES_GCM_12', 'AES-GCM with 12 octet ICV [RFC4106]', 'NONE', 'NULL'],
  ['ENCR_AES_CBC', 'AES-CBC [RFC3602]', 'AUTH_HMAC_SHA2_256_128', 'HMAC-SHA-256-128 [RFC4868]'],
  ['ENCR_AES_CBC', 'AES-CBC [RFC3602]', 'AUTH_HMAC_SHA2_512_256', 'HMAC-SHA-512-256 [RFC4868]'],
  ['ENCR_AES_CTR', 'AES-CTR [RFC3686]', 'AUTH_HMAC_SHA1_96', 'HMAC-SHA-1-96 [RFC2404]'],
  ['ENCR_3DES', 'TripleDES-CBC [RFC2451]', 'AUTH_HMAC_MD5_96', 'HMAC-MD5-96 [RFC2403]'],
  ['ENCR_NULL', 'NULL', 'AUTH_HMAC_SHA1_96', 'HMAC-SHA-1-96 [RFC2404]'],
] as const;

describe.skipIf(!installed)(`tshark opens what the engine sealed${installed ? '' : ' (skipped: no tshark)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('in every suite that both know', () => {
    const sas: string[] = [];
    const packets: Uint8Array[] = [];
    for (const [i, [encryption, theirs, integrity, theirIntegrity]] of suites.entries()) {
      for (const mode of ['tunnel', 'transport'] as const) {
        const child: ChildSa = childPair({
          encryption,
          integrity,
          mode,
          encapsulation: 'none',
          generation: 1 + 2 * i + (mode === 'tunnel' ? 0 : 1),
        }).left;
        const { keysOut } = child;
        const key = toHex(keysOut.encryption.reveal()) + toHex(keysOut.salt.reveal());
        const mac = toHex(keysOut.integrity.reveal());
        const hex = (digits: string) => (digits === '' ? '' : `0x${digits}`);
        sas.push(
          ['IPv4', outer.local, outer.remote, `0x${child.spiOut.toString(16).padStart(8, '0')}`, theirs, hex(key), theirIntegrity, hex(mac)]
            .map((field) => `"${field}"`)
            .join(','),
        );
        const tunnel = new Tunnel({ random: seededRandom(4), addresses: outer });
        tunnel.add(child);
        const route = mode === 'tunnel' ? { src: '10.1.0.1', dst: '10.2.0.1' } : { src: outer.local, dst: outer.remote };
        const sealed = tunnel.protect(icmpPacket(route, 8, 0, 0x1234_0000 + i, new Uint8Array(40 + i)));
        if (sealed.kind !== 'protected') throw new TypeError(sealed.refusal.text);
        packets.push(encodeIpPacket({ src: outer.local, dst: outer.remote, protocol: 50, payload: sealed.bytes }));
      }
    }
    const capture = join(folder, 'esp.pcap');
    writeFileSync(
      capture,
      Buffer.concat([pcapHeader(LINKTYPE.RAW, false), ...packets.map((data, sec) => pcapPacket({ sec, nsec: 0, data }, false))]),
    );
    writeFileSync(join(folder, 'esp_sa'), `${sas.join('\n')}\n`);
    const options = ['-o', 'esp.enable_encryption_decode:TRUE', '-o', 'esp.enable_authentication_check:TRUE'];
    const fields = ['-T', 'fields', '-e', 'esp.spi', '-e', 'icmp.seq', '-e', 'icmp.checksum.status', '-e', 'esp.icv_good'];
    const { stdout, stderr } = spawnSync('tshark', ['-r', capture, ...options, ...fields], {
      encoding: 'utf8',
      env: { ...process.env, WIRESHARK_CONFIG_DIR: folder, HOME: folder },
    });
    const lines = stdout.trim().split('\n');
    expect(lines, stderr).toHaveLength(packets.length);
    for (const [n, line] of lines.entries()) {
      const i = Math.floor(n / 2);
      const spi = `0x${(0x2001 + n).toString(16).padStart(8, '0')}`;
      // Both the ICV of ESP and the checksum inside hold.
      expect(line.split('\t')).toEqual([spi, `${i}`, '1', '1']);
    }
  }, 60_000);
});
