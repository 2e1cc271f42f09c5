import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { readKeys } from '../../../src/dissect/keys/read-keys.js';
import { sharedCaptures, skipReason } from '../../support/shared-captures.js';
import { readTruth } from '../../support/truth.js';
import { openCapture } from './open-capture.js';

const sunrise =
  '"IPv4","*","192.1.2.45","0x12345678","TripleDES-CBC","0x4043434545464649494a4a4c4c4f4f515152525454575758","HMAC-MD5-96","0x87658765876587658765876587658765"';

/** Capture, its keys (a file of the folder, or text), and how many ESP and SK payloads must have been compared. */
const rows: readonly {
  readonly capture: string;
  readonly keys?: string;
  readonly text?: string;
  readonly esp: number;
  readonly sk: number;
}[] = [
  { capture: 'the-tcpdump-group+tcpdump__tests__02-sunrise-sunset-esp.pcap', text: sunrise, esp: 8, sk: 0 },
  {
    capture: 'the-tcpdump-group+tcpdump__tests__08-sunrise-sunset-esp2.pcap',
    keys: '08-sunrise-sunset-esp2.tcpdump-secrets.txt',
    esp: 16,
    sk: 0,
  },
  {
    capture: 'the-tcpdump-group+tcpdump__tests__espudp1.pcap',
    text: '0x12345678@192.1.2.45 3des-cbc-hmac96:0x4043434545464649494a4a4c4c4f4f515152525454575758',
    esp: 8,
    sk: 0,
  },
  { capture: 'the-tcpdump-group+tcpdump__tests__ikev2pI2.pcap', keys: 'ikev2pI2.tcpdump-secrets.txt', esp: 0, sk: 1 },
  { capture: 'ajbanjara+Wireshark__decrypt__ipsec_esp_capture_1__capture.pcap', keys: 'ipsec_esp_capture_1.esp_sa', esp: 240, sk: 0 },
  { capture: 'ajbanjara+Wireshark__decrypt__ipsec_esp_capture_3__capture.pcap', keys: 'ipsec_esp_capture_3.esp_sa', esp: 18, sk: 0 },
  { capture: 'derived__ikev2_natt_cbc.pcapng', keys: 'ikev2_natt_cbc.keys', esp: 8, sk: 8 },
  { capture: 'derived__openswan_ikev2_crypto_ct.pcap', keys: 'openswan_ikev2.keys', esp: 0, sk: 2 },
  { capture: 'derived__openswan_ikev2_psk_or_rsa_lp.pcap', keys: 'openswan_ikev2.keys', esp: 0, sk: 2 },
];

describe.skipIf(sharedCaptures === undefined)(`public captures, opened as tshark opens them${skipReason}`, () => {
  const folder = sharedCaptures ?? '';
  for (const row of rows) {
    it(row.capture, () => {
      const text = row.text ?? readFileSync(join(folder, 'keys', row.keys ?? ''), 'utf8');
      const ring = readKeys(text, row.keys ?? 'keys');
      expect(ring.notes).toEqual([]);
      const opened = openCapture(join(folder, 'pcap', row.capture), ring);
      let esp = 0;
      let sk = 0;
      for (const truth of readTruth(join(folder, 'truth', `${row.capture}.decrypted.tsv`))) {
        const frame = Number(truth.get('frame.number')?.[0]);
        const list = (field: string) => truth.get(field) ?? [];
        const plains = opened.esp
          .filter((candidate) => candidate.frame === frame && candidate.plain !== undefined)
          .map(({ plain }) => plain);
        for (const [i, padLength] of list('esp.pad_len').entries()) {
          const plain = plains[i];
          expect(plain, `frame ${frame}`).toBeDefined();
          if (plain === undefined) continue;
          esp++;
          expect(`${plain.padLength}`).toBe(padLength);
          expect(plain.nextHeader).toBe(Number(list('esp.protocol')[i]));
          if (list('esp.iv').length > i) expect(toHex(plain.iv)).toBe(list('esp.iv')[i]);
          if (list('esp.icv').length > i) expect(toHex(plain.icvBytes)).toBe(list('esp.icv')[i]);
          const said = list('esp.icv_good')[i] === '1' ? 'good' : list('esp.icv_bad')[i] === '1' ? 'bad' : 'unknown';
          expect(plain.icv).toBe(said);
          expect(list('esp.decrypted_data')[i]?.startsWith(toHex(plain.payload)) ?? true).toBe(true);
          expect(plain.plausible).toBe(true);
        }
        if (list('isakmp.enc.decrypted').length === 0) continue;
        const plain = opened.sk.find((candidate) => candidate.frame === frame)?.plain;
        sk++;
        expect(plain, `frame ${frame}`).toBeDefined();
        expect(toHex(plain?.iv ?? new Uint8Array(0))).toBe(list('isakmp.enc.iv')[0]);
        expect(toHex(plain?.icvBytes ?? new Uint8Array(0))).toBe(list('isakmp.enc.icd')[0]);
        expect(`${plain?.padLength}`).toBe(list('isakmp.enc.pad_length')[0] ?? `${plain?.padLength}`);
        const complains = list('_ws.expert.message').some((message) => message.includes('Integrity Checksum Data is incorrect'));
        expect(plain?.icv).toBe(complains ? 'bad' : 'good');
      }
      expect({ esp, sk }).toEqual({ esp: row.esp, sk: row.sk });
    });
  }
});
