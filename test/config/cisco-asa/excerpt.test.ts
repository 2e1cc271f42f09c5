import { describe, expect, it } from 'vitest';
import { readCisco } from '../../../src/config/cisco-asa/read-cisco.js';

const PART = `crypto map m 10 match address vpn
crypto map m 10 set peer 192.0.2.10
crypto map m 10 set ikev1 transform-set TS
crypto map m interface outside
`;

describe('withoutExcerptFaults', () => {
  it('says once what a part of a running-config does not show', () => {
    const { connections, remarks } = readCisco({ file: 'f', text: PART });
    expect(connections).toHaveLength(1);
    expect(remarks.map(({ code, severity }) => [code, severity])).toEqual([['excerpt', 'warning']]);
    expect(remarks[0]?.text).toContain('there is no access-list vpn; there is no transform-set TS; there is no crypto ikev1 policy');
  });

  it('judges a whole one', () => {
    const codes = readCisco({ file: 'f', text: `hostname fw\n${PART}` }).remarks.map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['unknown-reference', 'no-policy', 'not-enabled', 'no-tunnel-group']));
  });
});
