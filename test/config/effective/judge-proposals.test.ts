import { describe, expect, it } from 'vitest';
import { judgeProposals, type Release } from '../../../src/config/effective/judge-proposals.js';
import { readEnd } from '../compare/compare-texts.js';

const CONF = `conn %default
	ike=3des-md5;modp1024
conn a
	left=192.0.2.1
	right=198.51.100.1
	esp=aes256-sha2_256
conn b
	left=192.0.2.1
	right=198.51.100.2
	esp=twofish256-sha1
conn c
	left=192.0.2.1
	right=198.51.100.3
	ike=aes256-nonsense
`;

async function judged(release: Release | undefined) {
  const { connections } = await readEnd({ '/etc/ipsec.conf': CONF }, { addresses: ['192.0.2.1'], product: 'libreswan' });
  return judgeProposals(connections, () => release).map(
    ({ proposal, use, connections: having, unknown, absent, weak }) =>
      `${use} :${proposal.line} ${having.map(({ name }) => name).join()} unknown=${unknown.join()} absent=${absent.map(({ transform, dropped }) => `${transform.word} ${dropped.version}`).join()} weak=${weak.map(({ word }) => word).join()}`,
  );
}

const rest = (absent: string) => [
  'ike :2 a,b unknown= absent= weak=3des,md5,modp1024',
  'esp :6 a unknown= absent= weak=',
  `esp :10 b unknown= absent=${absent} weak=`,
  'ike :14 c unknown=nonsense absent= weak=',
];

describe('judgeProposals', () => {
  it.each([
    ['the newest', { product: 'libreswan', version: 'newest' }, 'twofish256 4.0'],
    ['a release that dropped it', { product: 'libreswan', version: '4.10' }, 'twofish256 4.0'],
    ['a release that has it', { product: 'libreswan', version: '3.32' }, ''],
    ['another product', { product: 'strongswan', version: 'newest' }, ''],
    ['nobody knows who reads it', undefined, ''],
  ] as const)('%s: a line is judged once, for all that have it', async (_, release, absent) => {
    expect((await judged(release)).map((line) => line.replace(/(weak=)(?:md5,)?$/, '$1'))).toEqual(rest(absent));
  });
});
