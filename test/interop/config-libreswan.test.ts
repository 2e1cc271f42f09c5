import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert } from '../../src/config/convert/convert.js';
import { endOf } from '../../src/config/read-config.js';
import { SECRET_PLACEHOLDER } from '../../src/config/secret-text.js';
import { compareTexts, type EndFacts, type EndFiles, mended, problems, readEnd } from '../config/compare/compare-texts.js';
import { SEED_ASA } from '../config/seed-story.js';
import { lackingForPeers, PeerLab } from './support/peer-lab.js';

/**
 * What `config convert --to ipsec.conf` writes is loaded by libreswan 4.10, in a guest, and is the other end of a strongSwan; faults at
 * that end are named, keep the tunnel down, and are gone with the corrected lines. Secrets are made for tests.
 */
const lacking = lackingForPeers();
const SECRET = 'made-for-tests-only-7Qx';

const swanctl = (connection: string, child: string): EndFiles => ({
  'swanctl.conf': `connections {
  net {
    local_addrs = 203.0.113.254
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
secrets {
  ike-net {
    secret = ${SECRET}
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

  /** The other end in the words of libreswan. */
  async function converted(files: EndFiles, facts: EndFacts): Promise<EndFiles> {
    const config = await readEnd(files, facts);
    const result = convert(
      config.connections.map((connection) => endOf(config, connection)),
      'ipsec.conf',
      'libreswan',
    );
    return Object.fromEntries(
      (result?.files ?? []).map(({ name, text }) => [
        `/etc/${name}`,
        text.replaceAll(SECRET_PLACEHOLDER, SECRET).replace('auto=start', 'auto=add'),
      ]),
    );
  }

  /** Gives the guest's pluto these files; what it says. */
  async function load(files: EndFiles): Promise<string> {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(lab.folder, path.replace(/^.*\//, '')), text);
    const conn = nameOf(files);
    return lab.sh(
      `vm_exec r "base64 -d <<<$(base64 -w0 "$TMP/ipsec.conf") >/etc/ipsec.conf; base64 -d <<<$(base64 -w0 "$TMP/ipsec.secrets") >/etc/ipsec.secrets
        chmod 600 /etc/ipsec.secrets; mkdir -p /run/pluto; ipsec whack --shutdown >/dev/null 2>&1; while pidof pluto >/dev/null; do sleep 0.1; done
        ipsec addconn --config /etc/ipsec.conf --checkconfig && echo SYNTAX-OK
        [ -e /var/lib/ipsec/nss/cert9.db ] || ipsec initnss >/dev/null
        ipsec pluto --config /etc/ipsec.conf
        for i in \\$(seq 300); do ipsec whack --listen >/dev/null 2>&1 && break; sleep 0.2; done
        ipsec auto --rereadsecrets; ipsec auto --add ${conn}; ipsec whack --status | grep -q '^000 \\"${conn}\\"' && echo LOADED || ipsec whack --status | tail -n 30"`,
      120,
    );
  }

  it.each(sources)('%s: loaded', async (_, files, facts) => {
    const said = await load(await converted(files, facts));
    expect(said).toContain('SYNTAX-OK');
    expect(said).toContain('LOADED');
    expect(said).not.toMatch(/error|fatal|warning|unknown|obsolete|ignored/i);
  });

  describe('with strongSwan at our end', () => {
    beforeAll(async () => {
      // strongSwan with ESP in user space, in the namespace of the router.
      await lab.sh('declare -gA CONF_M=(); mkdir -p "$TMP/m"; ns m ip addr add "$INNER_I/24" dev lo; lab=netns start m');
    });

    async function comesUp(ours: EndFiles): Promise<boolean> {
      writeFileSync(join(lab.folder, 'm/etc/swanctl.conf'), ours['swanctl.conf'] ?? '');
      const said =
        await lab.sh(`lab=netns swan m --load-all --noprompt >/dev/null; lab=netns swan m --terminate --ike net --timeout 5 >/dev/null 2>&1; sleep 0.5
        if lab=netns swan m --initiate --child net --timeout 40 >>"$TMP/initiate.log" 2>&1 && ns m ping -n -q -c 2 -i 0.3 -W 5 -I "$INNER_I" "$INNER_R" >>"$TMP/ping.log" 2>&1; then echo TUNNEL-UP; else tail -n 15 "$TMP/initiate.log"; fi`);
      return said.includes('TUNNEL-UP');
    }

    it.each(sources.slice(0, 3))('%s: the tunnel comes up', async (_, files, facts) => {
      await load(await converted(files, facts));
      expect(await comesUp(files)).toBe(true);
    });

    it.each([
      ['cipher of phase 2', /^\tesp=.*$/m, '\tesp=aes128-sha1', 'config/esp-proposals'],
      ['group of phase 1', /^\tike=.*$/m, '\tike=aes256-sha2_256;modp4096', 'config/ike-proposals'],
      ['a network', 'leftsubnet=10.77.0.0/24', 'leftsubnet=10.99.0.0/24', 'config/selectors'],
      ['the secret', SECRET, 'another-made-for-tests', 'config/psk-differs'],
    ] as const)('%s: named, shown by the daemons, gone with the corrected lines', async (_, from, to, code) => {
      const [, ours, facts] = sources[0] ?? [];
      if (ours === undefined || facts === undefined) throw new TypeError('no source');
      const right = await converted(ours, facts);
      const broken = Object.fromEntries(Object.entries(right).map(([path, text]) => [path, text.replace(from, to)]));
      const pluto: EndFacts = { product: 'libreswan', version: '4.10', addresses: ['203.0.113.2'] };
      const comparison = await compareTexts(ours, broken, facts, pluto);
      const at = comparison.mismatches.findIndex((mismatch) => mismatch.code === code);
      expect(problems(comparison).filter((problem) => !problem.includes('nobody-starts'))[0]).toBe(`error ${code}`);
      await load(broken);
      expect(await comesUp(ours)).toBe(false);
      const text = mended({ ...comparison, mismatches: comparison.mismatches.slice(at) }, 'theirs', broken, SECRET);
      expect(text).toBeDefined();
      await load(text ?? {});
      expect(await comesUp(ours)).toBe(true);
    });
  });
});

function nameOf(files: EndFiles): string {
  return /^conn (\S+)/m.exec(files['/etc/ipsec.conf'] ?? '')?.[1] ?? '';
}
