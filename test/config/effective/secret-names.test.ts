import { describe, expect, it } from 'vitest';
import { compareTexts, type EndFiles, mended, problems } from '../compare/compare-texts.js';

/** What strongSwan 5.9.8 does with each of these was looked at: "no shared key found for 'moon.example' - 'sun.example'". */
const SECRET = 'made-for-tests-only-7Qx';

const end = (left: 'moon' | 'sun', settings: string, names: string): EndFiles => {
  const [own, peer] = left === 'moon' ? (['1', '2'] as const) : (['2', '1'] as const);
  return {
    'ipsec.conf': `conn net
	left=192.0.2.${own}
	leftid=@${left}.example
	leftsubnet=10.${own}.0.0/16
	right=192.0.2.${peer}
	rightid=@${left === 'moon' ? 'sun' : 'moon'}.example
	rightsubnet=10.${peer}.0.0/16
	authby=secret
	auto=start
	${settings}
`,
    'ipsec.secrets': `${names} : PSK "${SECRET}"\n`,
  };
};

const NAMES = '@moon.example @sun.example';

describe('the names under which a key is looked for', () => {
  it.each([
    ['strongswan', 'keyexchange=ikev2', NAMES, 'yes'],
    ['strongswan', 'keyexchange=ikev2', '', 'yes'],
    ['strongswan', 'keyexchange=ikev2', '192.0.2.1 192.0.2.2', 'no'],
    ['strongswan', 'keyexchange=ikev2', '192.0.2.2', 'no'],
    ['strongswan', 'keyexchange=ikev1', '192.0.2.1 192.0.2.2', 'yes'],
    ['libreswan', 'ikev2=insist', '192.0.2.1 192.0.2.2', 'no'],
    ['libreswan', 'ikev2=no', '192.0.2.1 192.0.2.2', 'no'],
    ['libreswan', 'ikev2=no', '192.0.2.1 @sun.example', 'no'],
  ] as const)('%s, %s, key of "%s": %s', async (product, settings, names, comesUp) => {
    const [ours, theirs] = [end('moon', settings, names), end('sun', settings, NAMES)];
    const facts = [
      { product, addresses: ['192.0.2.1'] },
      { product, addresses: ['192.0.2.2'] },
    ] as const;
    const compared = await compareTexts(ours, theirs, ...facts);
    expect(compared.verdict.comesUp).toBe(comesUp);
    expect(problems(compared)).toEqual(comesUp === 'yes' ? [] : ['error config/psk-missing']);
    if (comesUp === 'yes') return;
    expect(compared.mismatches[0]?.evidence[0]?.text).toBe('no key for @moon.example and @sun.example');
    const files = mended(compared, 'ours', ours, SECRET) ?? {};
    expect(files['ipsec.secrets']).toContain('@moon.example @sun.example : PSK');
    expect(problems(await compareTexts(files, theirs, ...facts))).toEqual([]);
  });
});
