import { describe, expect, it } from 'vitest';
import { compareTexts } from './compare-texts.js';

const conn = (left: 1 | 2, version: string, nets: string) => ({
  'ipsec.conf': `conn net\n\tkeyexchange=${version}\n\tauthby=secret\n\tleft=192.0.2.${left}\n\tleftsubnet=${nets.split(' ')[left - 1]}\n\tright=192.0.2.${3 - left}\n\trightsubnet=${nets.split(' ')[2 - left]}\n\tauto=start\n`,
});

describe('why networks that differ do not come up', () => {
  it.each([
    [
      'ikev2',
      'strongswan',
      '10.1.0.0/16,10.9.0.0/16 10.2.0.0/16',
      'leaves out what it has not: the tunnel comes up without these networks',
    ],
    ['ikev2', 'strongswan', '10.7.0.0/16 10.2.0.0/16', 'and that is nothing: TS_UNACCEPTABLE'],
    ['ikev2', 'libreswan', '10.7.0.0/16 10.2.0.0/16', 'libreswan wants the pair it has'],
    ['ikev1', 'strongswan', '10.7.0.0/16 10.2.0.0/16', 'INVALID_ID_INFORMATION, or silence.'],
  ] as const)('%s, %s at the other end, %s: %s', async (version, product, nets, words) => {
    const { mismatches } = await compareTexts(
      conn(1, version, nets),
      conn(2, version, '10.1.0.0/16 10.2.0.0/16'),
      { product: 'strongswan', addresses: ['192.0.2.1'] },
      { product, addresses: ['192.0.2.2'] },
    );
    expect(mismatches.find(({ code }) => code === 'config/selectors')?.cause).toContain(words);
  });
});
