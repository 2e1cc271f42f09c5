import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everySuite, METHOD } from '../../src/probes/ike/shared/ikev1-suite.js';
import { Ikev2Scene, quoted } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/**
 * `probe scan --ikev1` beside ike-scan 1.9.5, against strongSwan 5.9.8 and libreswan 4.10 with the same settings: the same transforms are
 * found, with fewer messages, and strongSwan has nothing half-open left. Prints the figures of both.
 */
const lacking = lackingForPeers() || (existsSync('/usr/bin/ike-scan') ? '' : 'ike-scan is not here: scripts/lab/install.sh');
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;
const plutoHere = fileURLToPath(new URL('support/pluto-here.sh', import.meta.url));

interface Configured {
  readonly name: string;
  /** Lines of shell that start the peer. */
  readonly peer: string;
  /** Cipher, hash and group, as the scan names them. */
  readonly combinations: readonly string[];
  readonly weak: boolean;
  /** The method stands in each combination, because the peer looks at it. */
  readonly method?: string;
  readonly aggressive?: string;
  readonly args?: readonly string[];
}

const STRONGSWAN = (proposals: string) => `fresh_peer 'conn r c.version=1 c.proposals=${proposals}'`;
const rows: readonly Configured[] = [
  {
    name: 'strongSwan, the seed story',
    peer: STRONGSWAN('3des-md5-modp1024'),
    combinations: ['3DES_CBC/MD5/MODP_1024'],
    weak: true,
  },
  {
    name: 'strongSwan, a modern one and an old one',
    peer: STRONGSWAN('aes256-sha256-modp2048,3des-sha1-modp1024'),
    combinations: ['AES_CBC_256/SHA2_256/MODP_2048', '3DES_CBC/SHA/MODP_1024'],
    weak: true,
  },
  {
    name: 'strongSwan, aggressive mode',
    peer: `fresh_peer 'conn r c.version=1 c.aggressive=yes c.proposals=aes128-sha1-modp1536 ss.i_dont_care_about_security_and_use_aggressive_mode_psk=yes'`,
    combinations: ['AES_CBC_128/SHA/MODP_1536'],
    weak: true,
    aggressive: 'answered',
    args: ['--id', 'client.example'],
  },
  {
    name: 'libreswan',
    peer: "pluto_here 'ike=aes256-sha2_256;modp2048,aes128-sha1;modp2048,3des-sha1;modp1536'",
    combinations: ['AES_CBC_256/SHA2_256/MODP_2048', 'AES_CBC_128/SHA/MODP_2048', '3DES_CBC/SHA/MODP_1536'],
    weak: true,
    method: 'PSK',
  },
  {
    name: 'libreswan, strong alone',
    peer: "pluto_here 'ike=aes256-sha2_512;dh19'",
    combinations: ['AES_CBC_256/SHA2_512/ECP_256'],
    weak: false,
    method: 'PSK',
  },
];

/** What ike-scan is asked for, one transform a run: it shows what is chosen, not what else would be. */
const CIPHERS: readonly (readonly [string, string])[] = [
  ['1', 'DES_CBC'],
  ['5', '3DES_CBC'],
  ['7/128', 'AES_CBC_128'],
  ['7/256', 'AES_CBC_256'],
];
const HASHES: readonly (readonly [string, string])[] = [
  ['1', 'MD5'],
  ['2', 'SHA'],
  ['4', 'SHA2_256'],
  ['6', 'SHA2_512'],
];
const GROUPS: readonly (readonly [string, string])[] = [
  ['2', 'MODP_1024'],
  ['5', 'MODP_1536'],
  ['14', 'MODP_2048'],
  ['19', 'ECP_256'],
];
const transforms = CIPHERS.flatMap(([cipher, a]) =>
  HASHES.flatMap(([hash, b]) => GROUPS.map(([group, c]) => ({ words: `${cipher},${hash},1,${group}`, name: `${a}/${b}/${c}` }))),
);

interface Scan {
  readonly outcome: string;
  readonly combinations: readonly string[];
  readonly complete: boolean;
  readonly unanswered: number;
  readonly methods_checked: boolean;
  readonly aggressive: { readonly outcome: string; readonly peer_id?: string; readonly shows_hash: boolean };
  readonly messages: number;
  readonly seconds: number;
}

describe.skipIf(lacking !== '')(`probe scan --ikev1 beside ike-scan${skipped}`, () => {
  let scene: Ikev2Scene;
  const table: string[] = [];
  beforeAll(async () => {
    scene = await Ikev2Scene.open();
    await scene.lab.sh(`. ${quoted(plutoHere)}`);
  });
  afterAll(async () => {
    await scene?.close();
    if (table.length > 0) process.stdout.write(`\n${table.join('\n')}\n`);
  });

  it.each(rows)('$name', async ({ name, peer, combinations, weak, method, aggressive, args = [] }) => {
    await scene.lab.sh(`[ -z "$(pid_of charon-r)" ] || stop charon-r; [ -z "$(pid_of pluto)" ] || stop pluto -9; ${peer}`);
    const { stdout, stderr, status } = await scene.lab.vpndoctor(
      ['probe', 'scan', '203.0.113.2', '--ikev1', '--json', '--rate', '100', ...args],
      120,
    );
    expect(stdout, stderr).not.toBe('');
    const { ikev1 } = JSON.parse(stdout) as { ikev1: Scan };
    const found = ikev1.combinations.map((text) => text.replace(method === undefined ? /\/PSK\// : `/${method}/`, '/'));
    expect([...found].sort()).toEqual([...combinations].sort());
    expect([ikev1.complete, ikev1.methods_checked, status]).toEqual([true, method !== undefined, weak ? 1 : 0]);
    if (aggressive !== undefined)
      expect(ikev1.aggressive).toMatchObject({ outcome: aggressive, peer_id: 'gateway.example', shows_hash: true });
    // Of strongSwan's answers nothing is left; in aggressive mode it has keys then, and believes nobody in clear.
    if (method === undefined && aggressive === undefined)
      expect(await scene.lab.sh('swan r --list-sas 2>/dev/null')).not.toContain('CONNECTING');
    const beside = await ikeScan();
    expect([...beside.found].sort()).toEqual([...combinations].sort());
    expect(ikev1.messages).toBeLessThan(beside.messages);
    table.push(
      `${name.padEnd(42)} ${combinations.length} found by both; ours ${ikev1.messages} messages, ${ikev1.seconds} s, of ${everySuite(METHOD.psk).length} combinations and both modes; ike-scan ${beside.messages} messages, ${beside.seconds.toFixed(1)} s, of ${transforms.length} in main mode`,
    );
  });

  /** One run a transform, as its manual has it for this. */
  async function ikeScan(): Promise<{ readonly found: readonly string[]; readonly messages: number; readonly seconds: number }> {
    const started = performance.now();
    const text = await scene.lab.sh(
      `for t in ${transforms.map(({ words }) => words).join(' ')}; do ns i ike-scan --trans=$t --retry=2 --timeout=300 -q 203.0.113.2 | grep -q 'Handshake returned' && echo "found $t"; done; true`,
      240,
    );
    const seconds = (performance.now() - started) / 1000;
    const words = [...text.matchAll(/^found (\S+)$/gm)].map(([, found]) => found);
    return { found: transforms.filter((one) => words.includes(one.words)).map((one) => one.name), messages: transforms.length, seconds };
  }
});
