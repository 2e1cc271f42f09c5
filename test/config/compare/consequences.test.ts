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
});
