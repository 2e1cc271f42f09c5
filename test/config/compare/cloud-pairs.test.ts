import { describe, expect, it } from 'vitest';
import { pairConnections } from '../../../src/config/compare/pair-connections.js';
import { compareTexts, type EndFacts, mended, problems, readEnd } from './compare-texts.js';

/** A libreswan gateway of a cloud, which knows its address as %defaultroute alone, and an ASA. Secrets are made for tests. */
const SECRET = 'made-for-tests-only-7Qx';
const FACTS: EndFacts = { product: 'libreswan', version: '3.32' };

const CONN = `conn office
	authby=secret
	left=%defaultroute
	leftid=203.0.113.77
	leftsubnet=10.20.0.0/24
	right=198.51.100.20
	rightsubnet=192.168.1.0/24
	ikev2=no
	ike=3des-sha1;modp1024
	phase2alg=3des-sha1
	pfs=yes
	ikelifetime=24h
	salifetime=8h
	dpddelay=10
	dpdtimeout=60
	auto=start
`;

const ASA = `ASA Version 8.2(5)
interface Vlan2
 nameif outside
 ip address 198.51.100.20 255.255.255.0
access-list vpn extended permit ip 192.168.1.0 255.255.255.0 10.20.0.0 255.255.255.0
crypto ipsec transform-set T esp-3des esp-sha-hmac
crypto map m 1 match address vpn
crypto map m 1 set pfs group2
crypto map m 1 set peer 203.0.113.77
crypto map m 1 set transform-set T
crypto map m interface outside
crypto isakmp enable outside
crypto isakmp policy 10
 authentication pre-share
 encryption 3des
 hash sha
 group 2
 lifetime 86400
tunnel-group 203.0.113.77 type ipsec-l2l
tunnel-group 203.0.113.77 ipsec-attributes
 pre-shared-key ${SECRET}
`;

const ours = (from = '', to = '', names = '203.0.113.77 198.51.100.20') => ({
  'ipsec.conf': CONN.replace(from, to),
  'ipsec.secrets': `${names} : PSK "${SECRET}"\n`,
});
const theirs = (from = '', to = '') => ({ 'run.txt': ASA.replace(from, to) });

describe('a gateway of a cloud and an ASA', () => {
  it('fit', async () => {
    expect(problems(await compareTexts(ours(), theirs(), FACTS))).toEqual([]);
  });

  it('the key stands under an address that %defaultroute may be', async () => {
    expect(problems(await compareTexts(ours('\tleftid=203.0.113.77\n', ''), theirs(), FACTS))).toEqual([]);
  });

  it('where the key is missing, %defaultroute is no name for it', async () => {
    const files = ours('\tleftid=203.0.113.77\n', '', '203.0.113.77 192.0.2.9');
    const compared = await compareTexts(files, theirs(), FACTS);
    expect(problems(compared)).toEqual(['error config/psk-missing']);
    const own = mended(compared, 'ours', files, SECRET) ?? {};
    expect(own['ipsec.secrets']).toContain('\n%any 198.51.100.20 : PSK');
    expect(problems(await compareTexts(own, theirs(), FACTS))).toEqual([]);
  });

  it('no group of phase 1 in common: PFS, which follows it, is not called off', async () => {
    const compared = await compareTexts(ours('modp1024', 'modp1536'), theirs(), FACTS);
    expect(problems(compared)).toEqual(['error config/ike-proposals']);
  });

  it('PFS off at our end: a group that most builds leave out, and phase 1 has, may stand in the correction', async () => {
    const files = ours('pfs=yes', 'pfs=no');
    const compared = await compareTexts(files, theirs(), FACTS);
    expect(problems(compared)).toEqual(['error config/pfs']);
    expect(problems(await compareTexts(mended(compared, 'ours', files, SECRET) ?? files, theirs(), FACTS))).toEqual([]);
  });

  it('of several peers of an entry, the one that we call ourselves', async () => {
    const [a, b] = [await readEnd(ours(), FACTS), await readEnd(theirs('set peer ', 'set peer 203.0.113.70 '))];
    const { pairs } = pairConnections(a.connections, b.connections);
    expect(pairs.map(({ theirs }) => theirs.name)).toEqual(['m 1 203.0.113.77']);
  });
});
