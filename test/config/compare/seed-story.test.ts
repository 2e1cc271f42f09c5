import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SEED_ASA, SEED_IPSEC_CONF, SEED_SECRETS } from '../seed-story.js';
import { compareTexts, type EndFiles, mended, problems } from './compare-texts.js';

const SECRET = 'made-for-tests-only-7Qx';
const OURS: EndFiles = { '/etc/ipsec.conf': SEED_IPSEC_CONF, '/etc/ipsec.secrets': SEED_SECRETS };
const THEIRS: EndFiles = { 'show-run.txt': SEED_ASA };
const FACTS = { addresses: ['192.0.2.10'], product: 'openswan', version: '2.6.37' } as const;

const compare = (ours: EndFiles, theirs: EndFiles) => compareTexts(ours, theirs, FACTS);

/** A line of one of the files, and what stands there instead. */
function change(files: EndFiles, from: string | RegExp, to: string): EndFiles {
  const changed = Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replace(from, to)]));
  expect(changed, `${from} is in the file`).not.toEqual(files);
  return changed;
}

/** What somebody who knows the other end's secret would write. */
function secretOf(files: EndFiles): string | undefined {
  return /PSK "([^"]*)"|pre-shared-key (.*)/
    .exec(Object.values(files).join('\n'))
    ?.slice(1)
    .find((text) => text !== undefined);
}

/** Side that has the fault, where, what instead, the first finding, and at which end corrected lines are offered. */
type Fault = readonly [
  side: 'ours' | 'theirs',
  from: string | RegExp,
  to: string,
  finding: string,
  mendedAt?: 'both' | 'ours' | 'theirs' | 'none',
];

const faults: readonly Fault[] = [
  ['ours', 'ike=3des-md5;modp1024', 'ike=aes128-md5;modp1024', 'error config/ike-proposals'],
  ['ours', 'ike=3des-md5;modp1024', 'ike=3des-sha1;modp1024', 'error config/ike-proposals'],
  ['ours', 'ike=3des-md5;modp1024', 'ike=3des-md5;modp1536', 'error config/ike-proposals'],
  // An ASA 8.2 has neither.
  ['ours', 'ike=3des-md5;modp1024', 'ike=aes256-sha2_256;modp2048', 'error config/ike-proposals', 'ours'],
  ['ours', 'ike=3des-md5;modp1024', 'ike=3des-nonsense;modp1024', 'error config/unknown-algorithm', 'none'],
  ['theirs', ' encryption 3des', ' encryption aes-256', 'error config/ike-proposals'],
  // Openswan has no DES and no group 1 (Makefile.inc USE_WEAKSTUFF, pluto(8)): the ASA is what can be mended.
  ['theirs', ' encryption 3des', ' encryption des', 'error config/ike-proposals', 'theirs'],
  ['theirs', ' hash md5', ' hash sha', 'error config/ike-proposals'],
  ['theirs', ' group 2', ' group 5', 'error config/ike-proposals'],
  ['theirs', ' group 2\n', ' group 1\n', 'error config/ike-proposals', 'theirs'],
  ['ours', 'phase2alg=3des-md5', 'phase2alg=3des-sha1', 'error config/esp-proposals'],
  ['ours', 'phase2alg=3des-md5', 'phase2alg=aes128-md5', 'error config/esp-proposals'],
  ['theirs', 'esp-3des esp-md5-hmac', 'esp-3des esp-sha-hmac', 'error config/esp-proposals'],
  ['theirs', 'esp-3des esp-md5-hmac', 'esp-aes-256 esp-md5-hmac', 'error config/esp-proposals'],
  ['theirs', 'esp-3des esp-md5-hmac', 'esp-des esp-md5-hmac', 'error config/esp-proposals', 'theirs'],
  ['ours', 'pfs=no', 'pfs=yes', 'error config/pfs'],
  ['ours', '\tpfs=no\n', '', 'error config/pfs'],
  ['theirs', /^(crypto map outside_map 1 set peer.*)$/m, '$1\ncrypto map outside_map 1 set pfs', 'error config/pfs'],
  ['theirs', /^(crypto map outside_map 1 set peer.*)$/m, '$1\ncrypto map outside_map 1 set pfs group5', 'error config/pfs'],
  ['ours', 'ikelifetime=86400s', 'ikelifetime=1h', 'warning config/ike-lifetime'],
  ['ours', '\tikelifetime=86400s\n', '', 'warning config/ike-lifetime'],
  ['theirs', ' lifetime 86400', ' lifetime 28800', 'warning config/ike-lifetime'],
  ['ours', 'keylife=28800s', 'keylife=1h', 'warning config/child-lifetime'],
  ['theirs', 'lifetime seconds 28800', 'lifetime seconds 3600', 'warning config/child-lifetime'],
  ['ours', 'leftsubnet=10.10.1.5/32', 'leftsubnet=10.10.1.0/24', 'error config/selectors'],
  ['ours', 'leftsubnet=10.10.1.5/32', 'leftsubnet=10.10.1.6/32', 'error config/selectors'],
  ['ours', '\tleftsubnet=10.10.1.5/32\n\tleftsourceip=10.10.1.5\n', '', 'error config/selectors'],
  ['ours', 'rightsubnet=172.20.30.0/24', 'rightsubnet=172.20.0.0/16', 'error config/selectors'],
  ['ours', 'rightsubnet=172.20.30.0/24', 'rightsubnet=172.20.31.0/24', 'error config/selectors'],
  [
    'theirs',
    'cryptomap extended permit ip 172.20.30.0 255.255.255.0 host',
    'cryptomap extended permit ip 172.20.30.0 255.255.255.128 host',
    'error config/selectors',
  ],
  [
    'theirs',
    'cryptomap extended permit ip 172.20.30.0 255.255.255.0 host 10.10.1.5',
    'cryptomap extended permit ip 172.20.30.0 255.255.255.0 10.10.1.0 255.255.255.0',
    'error config/selectors',
  ],
  [
    'theirs',
    'cryptomap extended permit ip 172.20.30.0 255.255.255.0 host 10.10.1.5',
    'cryptomap extended permit ip host 10.10.1.5 172.20.30.0 255.255.255.0',
    'error config/selectors-not-mirrored',
  ],
  ['theirs', 'cryptomap extended permit ip', 'cryptomap extended permit tcp', 'error config/selectors'],
  ['theirs', 'pre-shared-key made-for', 'pre-shared-key Made-for', 'error config/psk-differs'],
  ['ours', '7Qx"', '7qx"', 'error config/psk-differs'],
  ['ours', '192.0.2.10 198.51.100.20 :', '192.0.2.10 198.51.100.21 :', 'error config/psk-missing', 'ours'],
  ['theirs', / pre-shared-key .*\n/, '', 'error config/psk-missing', 'theirs'],
  ['ours', 'authby=secret', 'authby=rsasig', 'error config/authentication', 'ours'],
  ['theirs', ' authentication pre-share', ' authentication rsa-sig', 'error config/authentication', 'theirs'],
  ['ours', 'leftid=192.0.2.10', 'leftid=@gw.example.com', 'error config/psk-missing', 'ours'],
  ['ours', 'rightid=198.51.100.20', 'rightid=@fw.example.com', 'error config/identity', 'both'],
  ['ours', 'right=198.51.100.20\n', 'right=198.51.100.21\n', 'error config/peer-address', 'ours'],
  ['theirs', 'set peer 192.0.2.10', 'set peer 192.0.2.11', 'error config/peer-address', 'theirs'],
  ['theirs', /tunnel-group 192\.0\.2\.10/g, 'tunnel-group 192.0.2.11', 'error config/tunnel-group-name', 'theirs'],
  ['theirs', 'type ipsec-l2l', 'type remote-access', 'error config/bad-value', 'theirs'],
  ['ours', 'keyexchange=ike', 'keyexchange=ikev2', 'error config/ike-version', 'ours'],
  ['ours', 'keyexchange=ike\n', 'keyexchange=ike\n\tikev2=insist\n', 'error config/ike-version', 'ours'],
  ['ours', 'keyexchange=ike\n', 'keyexchange=ike\n\tikev2=propose\n', 'warning config/ike-version-initiator', 'ours'],
  ['ours', 'type=tunnel', 'type=transport', 'error config/mode'],
  ['theirs', /^(crypto ipsec transform-set.*)$/m, '$1\ncrypto ipsec transform-set ESP-3DES-MD5 mode transport', 'error config/mode'],
  ['ours', 'type=tunnel', 'type=tunnel\n\taggrmode=yes', 'error config/exchange-mode'],
  [
    'theirs',
    /^(crypto map outside_map 1 set peer.*)$/m,
    '$1\ncrypto map outside_map 1 set phase1-mode aggressive',
    'error config/exchange-mode',
  ],
  ['ours', 'type=tunnel', 'type=tunnel\n\tcompress=yes', 'warning config/compression', 'ours'],
  ['ours', 'phase2=esp', 'phase2=ah', 'error config/protocol', 'ours'],
  ['ours', 'nat_traversal=yes', 'nat_traversal=no', 'error config/nat-traversal', 'ours'],
  ['theirs', 'crypto isakmp nat-traversal 20', 'no crypto isakmp nat-traversal', 'error config/nat-traversal', 'theirs'],
  [
    'theirs',
    /^(crypto map outside_map 1 set peer.*)$/m,
    '$1\ncrypto map outside_map 1 set nat-t-disable',
    'error config/nat-traversal',
    'theirs',
  ],
  ['ours', 'dpddelay=30', 'dpddelay=0', 'warning config/dead-peer-one-sided', 'ours'],
  ['theirs', 'isakmp keepalive threshold 30 retry 2', 'isakmp keepalive disable', 'warning config/dead-peer-one-sided', 'theirs'],
  ['theirs', 'crypto isakmp enable outside\n', '', 'error config/ike-not-enabled', 'theirs'],
  ['theirs', 'crypto map outside_map interface outside\n', '', 'error config/crypto-map-not-applied', 'theirs'],
  ['theirs', 'nat (inside) 0 access-list inside_nat0\n', '', 'error config/no-nat-exemption', 'theirs'],
  ['theirs', 'set transform-set ESP-3DES-MD5', 'set transform-set ESP-3DES-SHA', 'error config/unknown-reference', 'none'],
  ['theirs', 'match address outside_1_cryptomap', 'match address outside_2_cryptomap', 'error config/unknown-reference', 'none'],
  ['ours', 'auto=start', 'auto=strat', 'error config/bad-value', 'none'],
  ['ours', 'auto=start', 'auto=ignore', 'warning config/not-loaded', 'ours'],
  ['ours', 'ikelifetime=', 'ikelifetmie=', 'error config/unknown-keyword', 'ours'],
];

describe('the two ends of the seed story', () => {
  it('come up, stay up and pass traffic', async () => {
    const comparison = await compare(OURS, THEIRS);
    expect(comparison.mismatches).toEqual([]);
    expect(comparison.verdict).toEqual({ comesUp: 'yes', staysUp: 'yes', passesTraffic: 'yes' });
    expect(comparison.rows.filter(({ agrees }) => !agrees)).toEqual([]);
    expect(comparison.rows.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['IKE proposals', 'preshared key', 'networks', 'PFS', 'dead peer detection']),
    );
  });

  it.each(faults.map((fault, i) => [i, ...fault] as const))('%i: %s: %s -> %s: %s', async (_, side, from, to, finding, where = 'both') => {
    const files = { ours: side === 'ours' ? change(OURS, from, to) : OURS, theirs: side === 'theirs' ? change(THEIRS, from, to) : THEIRS };
    const broken = await compare(files.ours, files.theirs);
    expect(problems(broken)[0] ?? 'ok').toBe(finding);
    if (finding === 'ok') return;
    for (const { evidence } of broken.mismatches)
      for (const { file, line } of evidence)
        expect([file, line === undefined || line > 0]).toEqual([expect.stringMatching(/ipsec|show-run/), true]);
    expect(inspect(broken.mismatches, { depth: 20 })).not.toMatch(/7Qx/i);
    // The corrected lines of either end make the comparison clean.
    for (const who of ['ours', 'theirs'] as const) {
      const text = mended(broken, who, files[who], secretOf(who === 'ours' ? files.theirs : files.ours) ?? SECRET);
      expect(text !== undefined, `corrected lines for ${who}`).toBe(where === 'both' || where === who);
      if (text === undefined) continue;
      let mendedFiles = { ...files, [who]: text };
      let again = await compare(mendedFiles.ours, mendedFiles.theirs);
      // An access list that is right now may want its exemption from NAT.
      const theirs =
        problems(again)[0] === 'error config/no-nat-exemption' ? mended(again, 'theirs', mendedFiles.theirs, SECRET) : undefined;
      if (theirs !== undefined) {
        mendedFiles = { ...mendedFiles, theirs };
        again = await compare(mendedFiles.ours, mendedFiles.theirs);
      }
      // pluto looks for the key by the identity, which is now another.
      const ours = problems(again)[0] === 'error config/psk-missing' ? mended(again, 'ours', mendedFiles.ours, SECRET) : undefined;
      if (ours !== undefined) again = await compare(ours, mendedFiles.theirs);
      expect(problems(again), `${who} mended`).toEqual([]);
    }
  });
});
