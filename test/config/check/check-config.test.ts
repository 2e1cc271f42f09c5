import { expect, it } from 'vitest';
import { checkConfig } from '../../../src/config/check/check-config.js';
import { readEnd } from '../compare/compare-texts.js';

const ENTRY = (number: number) => `crypto map m ${number} match address a
crypto map m ${number} set peer 192.0.2.${number}
crypto map m ${number} set ikev1 transform-set TS
tunnel-group 192.0.2.${number} type ipsec-l2l
tunnel-group 192.0.2.${number} ipsec-attributes
 ikev1 pre-shared-key *****
`;

it('says once what a line does to several connections', async () => {
  const text = `hostname fw
access-list a extended permit ip 10.1.0.0 255.255.0.0 10.2.0.0 255.255.0.0
crypto ipsec ikev1 transform-set TS esp-aes-256 esp-sha-hmac
crypto ikev1 policy 1
 encryption aes-256
 group 14
crypto map m interface outside
${[1, 2, 3].map(ENTRY).join('')}`;
  const remarks = checkConfig(await readEnd({ 'show-run.txt': text }));
  expect(remarks.filter(({ code }) => code === 'not-enabled').map(({ line }) => line)).toEqual([7]);
});
