import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert } from '../../src/config/convert/convert.js';
import { endOf } from '../../src/config/read-config.js';
import { compareTexts, problems, readEnd } from '../config/compare/compare-texts.js';
import { lackingForPeers, PeerLab } from './support/peer-lab.js';

/**
 * What `config convert --to openvpn` writes is loaded by OpenVPN itself, as the other end of the configuration it was made from, and
 * carries a ping. Keys and certificates are made for the run.
 */
const lacking = lackingForPeers();

interface Source {
  /** At which end the configuration stands: i is 198.51.100.1, r is 203.0.113.2. */
  readonly at: 'i' | 'r';
  readonly text: string;
  /** Inner address of r, seen from i. */
  readonly ping: string;
}

const tls = (name: string) => `ca ca.crt\ncert ${name}.crt\nkey ${name}.key\n`;

const sources: Readonly<Record<string, Source>> = {
  'static key over UDP': {
    at: 'i',
    ping: '10.9.0.2',
    text: `dev tun
proto udp
local 198.51.100.1
remote 203.0.113.2
ifconfig 10.9.0.1 10.9.0.2
secret static.key 0
cipher AES-256-CBC
auth SHA256
keepalive 1 20
`,
  },
  'static key over TCP, we listen': {
    at: 'r',
    ping: '10.9.1.2',
    text: `dev tun
proto tcp-server
local 203.0.113.2
port 1195
ifconfig 10.9.1.2 10.9.1.1
secret static.key 1
cipher AES-128-CBC
keepalive 1 20
`,
  },
  'a TLS server with tls-crypt': {
    at: 'r',
    ping: '10.9.2.1',
    text: `dev tun
proto udp
local 203.0.113.2
port 1196
server 10.9.2.0 255.255.255.0
topology subnet
data-ciphers CHACHA20-POLY1305:AES-256-GCM
tls-crypt static.key
dh none
keepalive 1 20
tls-version-min 1.2
push "route 10.77.0.0 255.255.255.0"
${tls('r')}`,
  },
  'a TLS client with tls-auth': {
    at: 'i',
    ping: '10.8.0.1',
    text: `client
dev tun
proto tcp-client
remote 203.0.113.2 1197
nobind
auth SHA512
tls-auth static.key 1
remote-cert-tls server
keepalive 1 20
${tls('i')}`,
  },
  'two peers with certificates': {
    at: 'i',
    ping: '10.9.4.2',
    text: `tls-client
dev tun
proto udp
local 198.51.100.1
remote 203.0.113.2 1198
ifconfig 10.9.4.1 10.9.4.2
cipher AES-256-GCM
tun-mtu 1400
keepalive 1 20
${tls('i')}`,
  },
};

describe.skipIf(lacking !== '')(`converted configurations and OpenVPN${lacking === '' ? '' : ` (skipped: ${lacking})`}`, () => {
  let lab: PeerLab;

  beforeAll(async () => {
    lab = await PeerLab.open();
    await lab.sh('ovpn_secret static && ovpn_pki');
  });
  afterAll(() => lab?.close());

  it.each(Object.entries(sources))('%s: both ends come up and carry a ping', async (_, { at, text, ping }) => {
    const config = await readEnd({ 'a.conf': text });
    const result = convert(
      config.connections.map((connection) => endOf(config, connection)),
      'openvpn',
      'libreswan',
    );
    const converted = result?.files[0]?.text ?? '';
    expect(problems(await compareTexts({ 'a.conf': text }, { 'b.conf': converted })), converted).toEqual([]);
    const ends = { [at]: text, [at === 'i' ? 'r' : 'i']: converted };
    for (const end of ['i', 'r'] as const) {
      mkdirSync(join(lab.folder, end, 'ovpn'), { recursive: true });
      writeFileSync(join(lab.folder, end, 'ovpn/peer.conf'), ends[end] ?? '');
    }
    // The names that the source has, and those that the converted end is told to fill.
    const said = await lab.sh(`for n in i r; do
        d="$TMP/$n/ovpn"; cp "$TMP/static.key" "$TMP/ca.crt" "$d"
        for f in "$n" this-end; do cp "$TMP/$n/peer.crt" "$d/$f.crt"; cp "$TMP/$n/peer.key" "$d/$f.key"; done
        bg "ovpn-$n" ip netns exec "$NS-$n" openvpn --cd "$d" --config peer.conf --verb 3; done
      if wait_for 30 ns i ping -c 1 -W 1 ${ping}; then echo TUNNEL-UP; else tail -n 8 "$TMP"/ovpn-*.out; fi
      stop ovpn-i; stop ovpn-r`);
    expect(said, converted).toContain('TUNNEL-UP');
  });
});
