import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert } from '../../src/config/convert/convert.js';
import { endOf } from '../../src/config/read-config.js';
import { SECRET_PLACEHOLDER } from '../../src/config/secret-text.js';
import { type EndFacts, type EndFiles, readEnd } from '../config/compare/compare-texts.js';
import { SEED_ASA } from '../config/seed-story.js';
import { lackingForPeers, PeerLab } from './support/peer-lab.js';

/** What `config convert --to ipsec.conf` writes is loaded by libreswan 4.10, in a guest. Secrets are made for tests. */
const lacking = lackingForPeers();

const swanctl = (connection: string, child: string): EndFiles => ({
  'swanctl.conf': `connections {
  net {
    local_addrs = 198.51.100.1
    remote_addrs = 203.0.113.2
    ${connection}
    local {
      auth = psk
    }
    remote {
      auth = psk
    }
    children {
      net {
        local_ts = 10.78.0.0/24
        remote_ts = 10.77.0.0/24
        ${child}
      }
    }
  }
}
`,
});

/** Debian's libreswan has no MODP 1024: the seed story with group 5. */
const ASA = SEED_ASA.replace(' group 2', ' group 5');

const sources: readonly (readonly [string, EndFiles, EndFacts])[] = [
  [
    'swanctl.conf, IKEv2',
    swanctl('version = 2\n    proposals = aes256-sha256-modp2048', 'esp_proposals = aes256-sha256-modp2048'),
    { version: '5.9.8' },
  ],
  [
    'swanctl.conf, AES-GCM and another group for PFS',
    swanctl('version = 2\n    encap = yes\n    proposals = aes256gcm16-prfsha512-ecp256', 'esp_proposals = aes256gcm16-modp3072'),
    { version: '5.9.8' },
  ],
  ['swanctl.conf, defaults', swanctl('version = 2\n    dpd_delay = 30s', 'life_time = 1h'), { version: '5.9.8' }],
  [
    'swanctl.conf, IKEv1',
    swanctl('version = 1\n    aggressive = yes\n    proposals = aes128-sha1-modp2048', 'esp_proposals = aes128-sha1'),
    { version: '5.9.8' },
  ],
  ['ASA', { 'asa.txt': ASA }, {}],
];

describe.skipIf(lacking !== '')(`converted files and libreswan${lacking === '' ? '' : ` (skipped: ${lacking})`}`, () => {
  let lab: PeerLab;

  beforeAll(async () => {
    lab = await PeerLab.open({ kind: 'guest' });
  });
  afterAll(() => lab?.close());

  it.each(sources)('%s: loaded', async (_, files, facts) => {
    const config = await readEnd(files, facts);
    const result = convert(
      config.connections.map((connection) => endOf(config, connection)),
      'ipsec.conf',
      'libreswan',
    );
    for (const { name, text } of result?.files ?? [])
      writeFileSync(join(lab.folder, name), text.replaceAll(SECRET_PLACEHOLDER, 'made-for-tests'));
    const conn = /^conn (\S+)/m.exec(result?.files[0]?.text ?? '')?.[1] ?? '';
    const said = await lab.sh(
      `vm_exec r "base64 -d <<<$(base64 -w0 "$TMP/ipsec.conf") >/etc/ipsec.conf; base64 -d <<<$(base64 -w0 "$TMP/ipsec.secrets") >/etc/ipsec.secrets
        chmod 600 /etc/ipsec.secrets; mkdir -p /run/pluto; ipsec whack --shutdown >/dev/null 2>&1; sleep 1
        ipsec addconn --config /etc/ipsec.conf --checkconfig && echo SYNTAX-OK
        [ -e /var/lib/ipsec/nss/cert9.db ] || ipsec initnss >/dev/null
        ipsec pluto --config /etc/ipsec.conf
        for i in \\$(seq 100); do ipsec whack --status >/dev/null 2>&1 && break; sleep 0.2; done
        ipsec auto --rereadsecrets; ipsec auto --add ${conn}; ipsec whack --status | grep -q '^000 \\"${conn}\\"' && echo LOADED || ipsec whack --status | tail -n 30"`,
      120,
    );
    expect(said).toContain('SYNTAX-OK');
    expect(said).toContain('LOADED');
    expect(said).not.toMatch(/error|fatal|warning|unknown|obsolete|ignored/i);
  });
});
