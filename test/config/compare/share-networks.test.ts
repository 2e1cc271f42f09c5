import { describe, expect, it } from 'vitest';
import { compareEnds } from '../../../src/config/compare/compare-ends.js';
import { pairConnections } from '../../../src/config/compare/pair-connections.js';
import { applyEdits } from '../../../src/config/mend/apply-edits.js';
import { mend } from '../../../src/config/mend/mend.js';
import { endOf } from '../../../src/config/read-config.js';
import { type EndFacts, type EndFiles, problems, readEnd } from './compare-texts.js';
import { childText, swanctlText } from './swanctl-text.js';

/** One entry of a crypto map with two networks, in one line of its access list; IKEv1. */
const ASA = (list = 'extended permit ip object-group NETS 10.20.0.0 255.255.0.0'): EndFiles => ({
  'asa.txt': `ASA Version 8.2(5)
hostname fw
interface Vlan2
 nameif outside
 ip address 203.0.113.10 255.255.255.248
!
object-group network NETS
 network-object 192.168.1.0 255.255.255.0
 network-object 192.168.2.0 255.255.255.0
access-list vpn ${list}
crypto ipsec transform-set T esp-aes esp-sha-hmac
crypto ipsec security-association lifetime seconds 28800
crypto map m 1 match address vpn
crypto map m 1 set peer 198.51.100.5
crypto map m 1 set transform-set T
crypto map m interface outside
crypto isakmp enable outside
crypto isakmp policy 10
 authentication pre-share
 encryption aes
 hash sha
 group 2
 lifetime 86400
tunnel-group 198.51.100.5 type ipsec-l2l
tunnel-group 198.51.100.5 ipsec-attributes
 pre-shared-key made-for-tests
: end
`,
});

const stroke = (conns: string): EndFiles => ({
  'ipsec.conf': `conn %default
	keyexchange=ikev1
	authby=secret
	ike=aes128-sha1-modp1024!
	esp=aes128-sha1!
	ikelifetime=24h
	lifetime=8h
	dpdaction=restart
	dpddelay=10s
	auto=start

conn office
	left=198.51.100.5
	right=203.0.113.10
	leftsubnet=10.20.0.0/16
${conns}`,
  'ipsec.secrets': ': PSK "made-for-tests"\n',
});

const swanctl = (children: string): EndFiles => ({
  'swanctl.conf': swanctlText({
    name: 'office',
    local: '198.51.100.5',
    remote: '203.0.113.10',
    proposals: 'aes128-sha1-modp1024',
    rekey: '78545s',
    children,
  }),
});

const child = (name: string, remote: string, local = '10.20.0.0/16') =>
  childText({ name, local, remote, proposals: 'aes128-sha1', life: '8h', start: 'start' });

const STROKE: EndFacts = { product: 'strongswan', version: '5.9.8' };

async function all(ours: EndFiles, theirs: EndFiles, facts: EndFacts = STROKE) {
  const [a, b] = [await readEnd(ours, facts), await readEnd(theirs)];
  const { pairs, oursAlone, theirsAlone } = pairConnections(a.connections, b.connections);
  const tunnels = pairs.map((pair) => compareEnds(endOf(a, pair.ours), endOf(b, pair.theirs)));
  return { tunnels, alone: [...oursAlone, ...theirsAlone].map(({ name }) => name) };
}

/** Files with the corrected lines of the first mismatch there is. */
function corrected({ tunnels }: Awaited<ReturnType<typeof all>>, who: 'ours' | 'theirs', files: EndFiles): EndFiles {
  const tunnel = tunnels.find(({ mismatches }) => mismatches.some(({ severity }) => severity !== 'info'));
  const change = tunnel?.mismatches[0]?.change[who];
  const edits = tunnel === undefined || change === undefined ? undefined : mend(tunnel[who], change);
  if (edits === undefined) throw new TypeError('no corrected lines');
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [file, applyEdits(text, file, edits)]));
}

const healthy: Readonly<Record<string, EndFiles>> = {
  'two connections': stroke('\trightsubnet=192.168.1.0/24\n\nconn second\n\talso=office\n\trightsubnet=192.168.2.0/24\n'),
  'two children': swanctl(`${child('one', '192.168.1.0/24')}\n${child('two', '192.168.2.0/24')}`),
};

describe('one connection there, several here', () => {
  it.each(Object.entries(healthy))('%s for one entry of a crypto map: nothing to complain of, either way round', async (_, files) => {
    for (const [a, b, facts] of [
      [files, ASA(), STROKE],
      [ASA(), files, {}],
    ] as const) {
      const { tunnels, alone } = await all(a, b, facts);
      expect(tunnels.map(problems)).toEqual([[], []]);
      expect(alone).toEqual([]);
    }
  });

  it.each<[string, EndFiles]>([
    ['ipsec.conf', stroke('\trightsubnet=192.168.1.0/24,192.168.2.0/24\n\n# the end\n')],
    ['swanctl.conf', swanctl(child('one', '192.168.1.0/24, 192.168.2.0/24'))],
  ])('several networks in one connection of IKEv1 (%s) are told, and put into connections of their own', async (_, files) => {
    const before = await all(files, ASA());
    expect(before.tunnels.map(problems)).toEqual([['warning config/one-pair-of-networks']]);
    expect(before.tunnels[0]?.verdict.passesTraffic).toBe('perhaps');
    const after = await all(corrected(before, 'ours', files), ASA());
    expect(after.tunnels.map(problems)).toEqual([[], []]);
    expect(after.alone).toEqual([]);
  });

  it('a network that differs is that of the connection that has nothing else, and the correction leaves the other one alone', async () => {
    const files = swanctl(`${child('one', '192.168.1.0/24')}\n${child('two', '192.168.7.0/24')}`);
    for (const list of [
      undefined,
      'extended permit ip 192.168.1.0 255.255.255.0 10.20.0.0 255.255.0.0\naccess-list vpn extended permit ip 192.168.2.0 255.255.255.0 10.20.0.0 255.255.0.0',
    ]) {
      const before = await all(files, ASA(list));
      expect(before.tunnels.map(problems)).toEqual([[], ['error config/selectors']]);
      expect(before.tunnels[1]?.mismatches[0]?.title).toBe('their network is 192.168.7.0/24 at our end, 192.168.2.0/24 at the other');
      for (const after of [
        await all(corrected(before, 'ours', files), ASA(list)),
        await all(files, corrected(before, 'theirs', ASA(list))),
      ])
        expect(after.tunnels.map(problems)).toEqual([[], []]);
    }
  });

  it('what one end misses is given to it in connections of their own', async () => {
    const files = stroke('\trightsubnet=192.168.1.0/24\n');
    const before = await all(files, ASA());
    expect(before.tunnels.map(problems)).toEqual([['error config/selectors']]);
    expect((await all(corrected(before, 'ours', files), ASA())).tunnels.map(problems)).toEqual([[], []]);
  });

  it('the connection stays with the network that it asked for already', async () => {
    const files = stroke('\trightsubnet=192.168.1.0/24,192.168.2.0/24\n');
    const entry = (name: string, local: string) => child(name, '10.20.0.0/16', local);
    const theirs = Object.fromEntries(
      Object.entries(swanctl(`${entry('one', '192.168.1.0/24')}\n${entry('two', '192.168.2.0/24')}`)).map(([file, text]) => [
        file,
        text.replace(/198\.51\.100\.5|203\.0\.113\.10/g, (address) => (address.startsWith('198') ? '203.0.113.10' : '198.51.100.5')),
      ]),
    );
    const before = await all(files, theirs);
    expect(before.tunnels.map(problems)).toEqual([[], ['warning config/one-pair-of-networks']]);
    const after = corrected(before, 'ours', files);
    expect(after['ipsec.conf']).toMatch(
      /^conn office\n(\t.*\n)*\trightsubnet=192\.168\.1\.0\/24\n\nconn office-2\n(\t.*\n)*\trightsubnet=192\.168\.2\.0\/24\n/m,
    );
    expect((await all(after, theirs)).tunnels.map(problems)).toEqual([[], []]);
  });
});
