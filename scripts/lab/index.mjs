// captures/README.md: what a capture folder holds and the table of all of them.   index.mjs DIR
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const dir = process.argv[2] ?? 'captures';
const rows = [];
for (const slug of readdirSync(dir).sort()) {
  const file = join(dir, slug, 'expect.json');
  if (!existsSync(file)) continue;
  const e = JSON.parse(readFileSync(file, 'utf8'));
  const seen = e.finding ? `${e.finding}${e.wire_can_tell ? '' : ' (not from the wire alone)'}` : '';
  rows.push(
    `| [${slug}](${slug}/README.md) | ${e.healthy ? 'healthy' : e.fault} | ${seen} | ${e.outcome} | ${e.peers} | ${existsSync(join(dir, slug, 'keys.json')) ? 'yes' : ''} |`,
  );
}
writeFileSync(
  join(dir, 'README.md'),
  `# Captures

Real peers on a lab network, recorded by \`scripts/lab/record.sh\`; nothing here was written by hand or taken from elsewhere.
Every key, password and certificate was made for tests. This file is written by the recorder.

| file | what |
| --- | --- |
| \`capture.pcap\` | whole packets, both directions, one point; the magic tells the format (mostly pcap, one pcapng, one nanosecond pcap, two Linux cooked) |
| \`expect.json\` | what was set up and what is in the capture (below) |
| \`keys.json\` | keys, where there are any: \`ikev2\` (names as in Wireshark's IKEv2 table without the RFC), \`ikev1\` (encryption key by initiator cookie), \`esp\` (names as in Wireshark's esp_sa table; AES-GCM keys end in the 4-byte salt; \`*\` where a NAT changes the address), \`openvpn\` (static keys and tls-crypt-v2 keys in hex), \`tls\` (lines of an NSS key log) |
| \`charon.log\`, \`xfrm-state.txt\`, \`xfrm-stat.txt\` | raw sources of keys or counters, where instructive |

\`expect.json\`: \`outcome\` is what became of the tunnel (\`established\`, \`failed\`). \`finding\` is the code a diagnosis should put first, null when healthy;
\`wire_can_tell\` says whether capture.pcap alone, without keys, shows it; \`finding_with_keys\` is there when keys.json shows more.
\`frames\`, \`esp_packets\`, \`ah_packets\` and \`openvpn_packets\` were counted by tshark: after IP reassembly, without what ICMP errors quote.

| capture | fault | finding | outcome | peers | keys |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`,
);
