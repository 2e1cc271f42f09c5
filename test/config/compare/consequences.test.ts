import { describe, expect, it } from 'vitest';
import { comparisonFindings } from '../../../src/config/compare/comparison-findings.js';
import { withoutConsequences } from '../../../src/config/compare/consequences.js';
import { SEED_ASA, SEED_IPSEC_CONF, SEED_SECRETS } from '../seed-story.js';
import { compareTexts } from './compare-texts.js';

const rows: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['tunnel-group 192.0.2.10', 'tunnel-group 192.0.2.11', 'config/tunnel-group-name', ['config/psk-missing']],
  ['set transform-set ESP-3DES-MD5', 'set transform-set ESP-3DES-SHA', 'config/unknown-reference', ['config/no-esp-proposal']],
  ['match address outside_1_cryptomap', 'match address outside_2_cryptomap', 'config/unknown-reference', ['config/selectors']],
  [
    'cryptomap extended permit ip 172.20.30.0 255.255.255.0 host 10.10.1.5',
    'cryptomap extended permit ip host 10.10.1.5 172.20.30.0 255.255.255.0',
    'config/selectors-not-mirrored',
    ['config/no-nat-exemption'],
  ],
];

describe('a mismatch that follows from another', () => {
  it.each(rows)('%s -> %s: %s explains it', async (from, to, cause, consequences) => {
    const comparison = await compareTexts(
      { '/etc/ipsec.conf': SEED_IPSEC_CONF, '/etc/ipsec.secrets': SEED_SECRETS },
      { 'show-run.txt': SEED_ASA.replaceAll(from, to) },
      { addresses: ['192.0.2.10'], product: 'openswan', version: '2.6.37' },
    );
    const findings = comparisonFindings(comparison);
    expect(findings.map(({ code }) => code)).toEqual([cause]);
    expect(findings[0]?.consequences?.map(({ code }) => code)).toEqual(consequences);
    expect(withoutConsequences(comparison.mismatches).map(({ code }) => code)).toEqual([cause]);
  });

  it.each(['ours', 'theirs'] as const)('the subject of a certificate where a preshared key is wanted: %s', async (who) => {
    const own = (local: string, remote: string, auth: string) =>
      `conn net\n\tkeyexchange=ikev2\n\tleft=${local}\n\tright=${remote}\n${auth}\tauto=start\n`;
    const subject = (side: string, name: string) => `\t${side}id="C=CH, O=Example, CN=${name}"\n`;
    const certificate = `\tauthby=pubkey\n\tleftcert=moon.pem\n${subject('left', 'moon')}${subject('right', 'sun')}`;
    const files = [
      { '/a/ipsec.conf': own('192.0.2.10', '198.51.100.20', certificate) },
      {
        '/b/ipsec.conf': own('198.51.100.20', '192.0.2.10', '\tauthby=secret\n'),
        '/b/ipsec.secrets': '198.51.100.20 192.0.2.10 : PSK "made-for-tests-only-7Qx"\n',
      },
    ] as const;
    const facts = [{ addresses: ['192.0.2.10'] }, { addresses: ['198.51.100.20'] }].map((one) => ({
      ...one,
      product: 'strongswan' as const,
      version: '5.9.8',
    }));
    const comparison =
      who === 'ours'
        ? await compareTexts(files[0], files[1], facts[0], facts[1])
        : await compareTexts(files[1], files[0], facts[1], facts[0]);
    const findings = comparisonFindings(comparison);
    expect(findings.map(({ code }) => code)).toEqual(['config/authentication']);
    expect(new Set(findings[0]?.consequences?.map(({ code }) => code))).toEqual(new Set(['config/identity']));
    expect(new Set(withoutConsequences(comparison.mismatches).map(({ code }) => code))).toEqual(new Set(['config/authentication']));
  });
});
