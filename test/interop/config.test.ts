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
 * What `vpndoctor config` says of two files, held against what two daemons do with them: converted ends are loaded and bring up the
 * tunnel; a fault that the comparison names keeps it from coming up, and the corrected lines bring it up. Secrets are made for tests.
 */
const lacking = lackingForPeers();
const SECRET = 'made-for-tests-only-7Qx';

/** One end of the lab's network as a swanctl.conf: i is 198.51.100.1 before 10.78.0.0/24, r is 203.0.113.2 before 10.77.0.0/24. */
function swanctl(connection: string, child: string): EndFiles {
  return {
    'swanctl.conf': `connections {
  net {
    local_addrs = 198.51.100.1
    remote_addrs = 203.0.113.2
    ${connection.trim().split('\n').join('\n    ')}
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
        start_action = none
        ${child.trim().split('\n').join('\n        ')}
      }
    }
  }
}
secrets {
  ike-net {
    id-1 = 198.51.100.1
    id-2 = 203.0.113.2
    secret = ${SECRET}
  }
}
`,
  };
}

const STRONGSWAN: EndFacts = { version: '5.9.8' };

/** The other end as a swanctl.conf that starts nothing by itself. */
async function otherEnd(files: EndFiles, facts: EndFacts): Promise<EndFiles> {
  const config = await readEnd(files, facts);
  const result = convert(
    config.connections.map((connection) => endOf(config, connection)),
    'swanctl',
    'strongswan',
  );
  const text = result?.files[0]?.text ?? '';
  return { 'swanctl.conf': text.replaceAll(SECRET_PLACEHOLDER, SECRET).replaceAll('start_action = start', 'start_action = none') };
}

const libreswan = (settings: string): EndFiles => ({
  '/etc/ipsec.conf': `conn net\n\tleft=198.51.100.1\n\tleftsubnet=10.78.0.0/24\n\tright=203.0.113.2\n\trightsubnet=10.77.0.0/24\n\tauthby=secret\n\tauto=add\n\t${settings.split(' ').join('\n\t')}\n`,
});

const SEED = SEED_ASA.replaceAll('192.0.2.10', '198.51.100.1')
  .replaceAll('198.51.100.20', '203.0.113.2')
  .replaceAll('172.20.30.0', '10.77.0.0')
  .replaceAll('host 10.10.1.5', '10.78.0.0 255.255.255.0');

const sources: readonly (readonly [string, EndFiles, EndFacts])[] = [
  ['swanctl.conf, IKEv2', swanctl('version = 2\nproposals = aes256-sha256-modp2048', 'esp_proposals = aes256-sha256-modp2048'), STRONGSWAN],
  [
    'swanctl.conf, AES-GCM and ECP',
    swanctl('version = 2\nproposals = aes256gcm16-prfsha384-ecp384\ndpd_delay = 30s', 'esp_proposals = aes256gcm16-ecp384'),
    STRONGSWAN,
  ],
  ['swanctl.conf, defaults', swanctl('version = 2', 'life_time = 1h'), STRONGSWAN],
  [
    'libreswan, IKEv2',
    libreswan('ikev2=insist ike=aes256-sha2_256;modp2048 esp=aes256-sha2_256'),
    { product: 'libreswan', version: '4.10', addresses: ['198.51.100.1'] },
  ],
  ['libreswan, defaults', libreswan('ikev2=insist'), { product: 'libreswan', version: '4.10', addresses: ['198.51.100.1'] }],
  [
    'Openswan, IKEv1, 3DES',
    libreswan('ikev2=never ike=3des-md5;modp1024 phase2alg=3des-md5 pfs=no'),
    { product: 'openswan', version: '2.6.37', addresses: ['198.51.100.1'] },
  ],
];

/** What is changed at our end, what the comparison says, and when the daemons show it. */
type Fault = readonly [name: string, from: string | RegExp, to: string, finding: string, shows: 'at once' | 'at the rekey'];

const faults: readonly Fault[] = [
  [
    'hash of phase 1',
    'proposals = aes256-sha256-modp2048\n    dpd',
    'proposals = aes256-sha512-modp2048\n    dpd',
    'error config/ike-proposals',
    'at once',
  ],
  [
    'group of phase 1',
    'proposals = aes256-sha256-modp2048\n    dpd',
    'proposals = aes256-sha256-modp4096\n    dpd',
    'error config/ike-proposals',
    'at once',
  ],
  ['cipher of phase 2', 'esp_proposals = aes256-', 'esp_proposals = aes128-', 'error config/esp-proposals', 'at once'],
  ['the secret', `secret = ${SECRET}`, 'secret = another-made-for-tests', 'error config/psk-differs', 'at once'],
  [
    'an identity',
    'remote {\n      auth = psk',
    'remote {\n      auth = psk\n      id = gateway.example',
    'error config/identity',
    'at once',
  ],
  ['a network', 'remote_ts = 10.77.0.0/24', 'remote_ts = 10.99.0.0/24', 'error config/selectors', 'at once'],
  ['the address of the peer', 'remote_addrs = 203.0.113.2', 'remote_addrs = 203.0.113.77', 'error config/peer-address', 'at once'],
  ['the way of proof', 'local {\n      auth = psk', 'local {\n      auth = pubkey', 'error config/authentication', 'at once'],
  ['PFS', 'esp_proposals = aes256-sha256-modp2048', 'esp_proposals = aes256-sha256', 'error config/pfs', 'at the rekey'],
];

describe.skipIf(lacking !== '')(`files and daemons${lacking === '' ? '' : ` (skipped: ${lacking})`}`, () => {
  let lab: PeerLab;

  beforeAll(async () => {
    lab = await PeerLab.open();
    await lab.sh('peers_up');
  });
  afterAll(() => lab?.close());

  async function load(end: 'i' | 'r', files: EndFiles): Promise<void> {
    writeFileSync(join(lab.folder, end, 'etc/swanctl.conf'), files['swanctl.conf'] ?? '');
    await lab.sh(`swan ${end} --load-all --noprompt`);
  }

  /** Whether the tunnel comes up and a ping goes through. */
  async function comesUp(child: string): Promise<boolean> {
    const said =
      await lab.sh(`swan i --terminate --ike net --timeout 5 >/dev/null 2>&1; swan i --terminate --ike lab --timeout 5 >/dev/null 2>&1; sleep 0.3
      if swan i --initiate --child ${child} --timeout 15 >>"$TMP/initiate.log" 2>&1 && ping_inner 2; then echo TUNNEL-UP; fi`);
    return said.includes('TUNNEL-UP');
  }

  it.each(sources)('%s: both converted ends are loaded and bring up the tunnel', async (_, files, facts) => {
    const theirs = await otherEnd(files, facts);
    // Our end is run by strongSwan too: the other end of the other end.
    const ours = files['swanctl.conf'] === undefined ? await otherEnd(theirs, STRONGSWAN) : files;
    expect(
      problems(await compareTexts(ours, theirs, STRONGSWAN, STRONGSWAN)).filter((problem) => !problem.includes('nobody-starts')),
    ).toEqual([]);
    await load('r', theirs);
    await load('i', ours);
    expect(await comesUp(Object.keys(await childOf(ours))[0] ?? 'net')).toBe(true);
  });

  it('the ASA of the seed story: its other end, and what that end wants to talk to, are one tunnel', async () => {
    const ours = await otherEnd({ 'asa.txt': SEED }, {});
    const theirs = await otherEnd(ours, STRONGSWAN);
    await load('r', theirs);
    await load('i', ours);
    expect(await comesUp(Object.keys(await childOf(ours))[0] ?? 'net')).toBe(true);
  });

  const healthy = swanctl('version = 2\nproposals = aes256-sha256-modp2048\ndpd_delay = 30s', 'esp_proposals = aes256-sha256-modp2048');

  it.each(faults)('%s: named, shown by the daemons, gone with the corrected lines', async (_, from, to, finding, shows) => {
    const theirs = await otherEnd(healthy, STRONGSWAN);
    const broken: EndFiles = { 'swanctl.conf': (healthy['swanctl.conf'] ?? '').replace(from, to) };
    expect(broken).not.toEqual(healthy);
    const comparison = await compareTexts(broken, theirs, STRONGSWAN, STRONGSWAN);
    const named = problems(comparison).filter((problem) => !problem.includes('nobody-starts'));
    expect(named[0]).toBe(finding);
    await load('r', theirs);
    await load('i', broken);
    if (shows === 'at once') expect(await comesUp('net')).toBe(false);
    else {
      expect(comparison.verdict).toMatchObject({ comesUp: expect.not.stringMatching(/^no$/), staysUp: 'no' });
      expect(await comesUp('net')).toBe(true);
      expect(await rekeyed()).toBe(false);
    }
    const start = comparison.mismatches.findIndex(({ code }) => code !== 'config/nobody-starts');
    const text = mended({ ...comparison, mismatches: comparison.mismatches.slice(start) }, 'ours', broken, SECRET);
    expect(text, 'corrected lines').toBeDefined();
    await load('i', text ?? {});
    expect(await comesUp('net')).toBe(true);
    if (shows === 'at the rekey') expect(await rekeyed()).toBe(true);
  });

  /** Whether the CHILD_SA is another after a rekey. */
  async function rekeyed(): Promise<boolean> {
    const said = await lab.sh(`spis() { swan i --list-sas | grep -o ' out *[0-9a-f]\\{8\\}' | sort; }
      before=$(spis); answers=$(grep -c 'parsed CREATE_CHILD_SA response' "$TMP/i/charon.log")
      answered() { [ "$(grep -c 'parsed CREATE_CHILD_SA response' "$TMP/i/charon.log")" -gt "$answers" ]; }
      another() { [ "$before" != "$(spis)" ]; }
      swan i --rekey --child net >/dev/null 2>&1; wait_for 20 answered; if wait_for 2 another; then echo ANOTHER-SA; fi`);
    return said.includes('ANOTHER-SA');
  }
});

/** Names of the children of a swanctl.conf of one connection. */
async function childOf(files: EndFiles): Promise<Record<string, true>> {
  const { connections } = await readEnd(files, STRONGSWAN);
  return Object.fromEntries(connections.map(({ name }) => [name.replace(/^.*\//, ''), true as const]));
}
