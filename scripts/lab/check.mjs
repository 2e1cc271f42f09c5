// Checks recorded captures against tshark, without root: the counts of expect.json hold and keys.json opens something.
//   check.mjs [DIR]      exit status 1 when one does not
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dir = process.argv[2] ?? join(here, '..', '..', 'captures');
/** One row of field values a frame. @param {string} pcap @param {string[]} keys @param {string[]} fields */
const read = (pcap, keys, fields) =>
  execFileSync('tshark', ['-n', '-r', pcap, ...keys, '-T', 'fields', ...fields.flatMap((f) => ['-e', f])], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .toString()
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'));
/** @param {string[][]} rows @param {(row: string[]) => unknown} test */
const count = (rows, test) => rows.filter(test).length;

let bad = 0;
for (const slug of readdirSync(dir).sort()) {
  if (!existsSync(join(dir, slug, 'expect.json'))) continue;
  const wrong = [];
  const pcap = join(dir, slug, 'capture.pcap');
  const e = JSON.parse(readFileSync(join(dir, slug, 'expect.json'), 'utf8'));
  const plain = read(pcap, [], ['esp.spi', 'ah.spi', 'icmp.type', 'icmpv6.type', 'isakmp.ispi']);
  const got = {
    frames: plain.length,
    esp_packets: count(plain, ([esp, , icmp, icmp6]) => esp && !icmp && !icmp6),
    ah_packets: count(plain, ([, ah, icmp]) => ah && icmp !== '3'),
  };
  for (const [field, value] of Object.entries(got)) if (value !== e[field]) wrong.push(`${field} is ${value}, not ${e[field]}`);
  const keyFile = join(dir, slug, 'keys.json');
  if (existsSync(keyFile)) {
    const keys = execFileSync('node', [join(here, 'keys.mjs'), '--tshark', keyFile])
      .toString()
      .split('\n')
      .filter(Boolean);
    const open = read(pcap, keys, ['esp.pad_len', 'isakmp.enc.decrypted', 'isakmp.flag_e', 'isakmp.hash']);
    if (keys.some((k) => k.includes('esp_sa')) && got.esp_packets > 0 && !open.some(([esp]) => esp)) wrong.push('no ESP packet decrypts');
    if (
      keys.some((k) => k.includes('ikev')) &&
      plain.some((row) => row[4]) &&
      !open.some(([, v2, e1, hash]) => v2 || (e1 && e1 !== '0' && hash))
    )
      wrong.push('no IKE message decrypts');
  }
  if (wrong.length > 0) {
    bad++;
    console.error(`${slug}: ${wrong.join('; ')}`);
  }
}
process.exitCode = bad > 0 ? 1 : 0;
