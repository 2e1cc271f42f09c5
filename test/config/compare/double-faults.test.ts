import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../src/config/compare/compare-ends.js';
import { applyEdits } from '../../../src/config/mend/apply-edits.js';
import type { Edit } from '../../../src/config/mend/change.js';
import { mend } from '../../../src/config/mend/mend.js';
import { compareTexts, type EndFacts, type EndFiles, problems } from './compare-texts.js';
import { childText, swanctlText } from './swanctl-text.js';

/** Ends of one tunnel in several languages; IKEv1, so that PFS decides whether phase 2 comes up. The secret is made for tests. */
const SECRET = 'made-for-tests';

interface End {
  readonly files: EndFiles;
  readonly facts: EndFacts;
}

const router: End = {
  files: {
    'router.txt': `version 15.1
hostname R1
crypto isakmp policy 10
 encr aes 256
 authentication pre-share
 group 14
 lifetime 28800
crypto isakmp key ${SECRET} address 192.0.2.2
crypto isakmp keepalive 10 periodic
crypto ipsec transform-set TS esp-aes 256 esp-sha-hmac
crypto map C 10 ipsec-isakmp
 set peer 192.0.2.2
 set transform-set TS
 set pfs group14
 match address VPN
interface GigabitEthernet0/0
 ip address 192.0.2.1 255.255.255.252
 crypto map C
ip access-list extended VPN
 permit ip 10.1.1.0 0.0.0.255 10.2.2.0 0.0.0.255
end
`,
  },
  facts: {},
};

/** Phase 2 of the other end as the fault has it: algorithms and group in the words of each language. */
const others: Readonly<
  Record<string, (esp: { readonly cipher: 128 | 256; readonly hash: 'md5' | 'sha1'; readonly group: 5 | 14 | undefined }) => End>
> = {
  swanctl: ({ cipher, hash, group }) => ({
    files: {
      'swanctl.conf': `${swanctlText({
        name: 'r1',
        local: '192.0.2.2',
        remote: '192.0.2.1',
        proposals: 'aes256-sha1-modp2048',
        rekey: '26182s',
        children: childText({
          name: 'net',
          local: '10.2.2.0/24',
          remote: '10.1.1.0/24',
          proposals: `aes${cipher}-${hash}${group === undefined ? '' : group === 5 ? '-modp1536' : '-modp2048'}`,
          life: '1h',
          start: 'trap',
        }),
      })}secrets {
  ike-r1 {
    secret = ${SECRET}
  }
}
`,
    },
    facts: { version: '5.9.8' },
  }),
  libreswan: ({ cipher, hash, group }) => ({
    files: {
      '/etc/ipsec.conf': `conn r1
	ikev2=no
	authby=secret
	left=192.0.2.2
	leftsubnet=10.2.2.0/24
	right=192.0.2.1
	rightsubnet=10.1.1.0/24
	ike=aes256-sha1;modp2048
	esp=aes${cipher}-${hash}${group === undefined ? '' : group === 5 ? ';modp1536' : ';modp2048'}
	pfs=${group === undefined ? 'no' : 'yes'}
	ikelifetime=8h
	salifetime=1h
	dpddelay=10
	dpdtimeout=60
	dpdaction=restart
	auto=start
`,
      '/etc/ipsec.secrets': `: PSK "${SECRET}"\n`,
    },
    facts: { product: 'libreswan', version: '4.10', addresses: ['192.0.2.2'] },
  }),
  isakmpd: ({ cipher, hash, group }) => ({
    files: {
      'isakmpd.conf': `[General]
Listen-on= 192.0.2.2
Default-phase-1-lifetime= 28800,60:86400
Default-phase-2-lifetime= 3600,60:86400
DPD-check-interval= 10

[Phase 1]
192.0.2.1= r1

[Phase 2]
Connections= net

[r1]
Phase= 1
Address= 192.0.2.1
Configuration= main
Authentication= ${SECRET}

[net]
Phase= 2
ISAKMP-peer= r1
Configuration= quick
Local-ID= here
Remote-ID= there

[here]
ID-type= IPV4_ADDR_SUBNET
Network= 10.2.2.0
Netmask= 255.255.255.0

[there]
ID-type= IPV4_ADDR_SUBNET
Network= 10.1.1.0
Netmask= 255.255.255.0

[main]
EXCHANGE_TYPE= ID_PROT
Transforms= AES-256-SHA-GRP14

[quick]
EXCHANGE_TYPE= QUICK_MODE
Suites= QM-ESP-AES-${cipher}-${hash === 'md5' ? 'MD5' : 'SHA'}${group === undefined ? '' : `-PFS-GRP${group}`}-SUITE
`,
    },
    facts: {},
  }),
};

/** All corrected lines of one end at once: a line that two findings ask for is written once. */
function allMended(comparison: Comparison, who: 'ours' | 'theirs', files: EndFiles): EndFiles {
  const edits = comparison.mismatches.flatMap(({ change }): readonly Edit[] => {
    const own = change[who];
    return own === undefined ? [] : (mend(comparison[who], own) ?? []);
  });
  const distinct = [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
  const replaced = distinct.filter(({ how }) => how !== 'behind').map(({ file, line }) => `${file}:${line}`);
  expect(new Set(replaced).size, 'two corrections of one line').toBe(replaced.length);
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [file, applyEdits(text, file, distinct)]));
}

const faults = [
  { cipher: 128, hash: 'sha1', group: 5 },
  { cipher: 256, hash: 'md5', group: undefined },
  { cipher: 128, hash: 'md5', group: 5 },
] as const;

describe('algorithms of phase 2 and PFS both wrong', () => {
  it.each(Object.keys(others))('%s: nothing to complain of without a fault', async (name) => {
    const { files, facts } = others[name]?.({ cipher: 256, hash: 'sha1', group: 14 }) ?? router;
    expect(problems(await compareTexts(files, router.files, facts, router.facts))).toEqual([]);
  });

  it.each(Object.keys(others).flatMap((name) => faults.map((fault) => [name, fault] as const)))(
    '%s, %o: one line is corrected once, and all corrections of either end make the tunnel',
    async (name, fault) => {
      const { files, facts } = others[name]?.(fault) ?? router;
      const before = await compareTexts(files, router.files, facts, router.facts);
      expect(problems(before)).toEqual(['error config/esp-proposals', 'error config/pfs']);
      const ours = allMended(before, 'ours', files);
      expect(problems(await compareTexts(ours, router.files, facts, router.facts)), JSON.stringify(ours)).toEqual([]);
      const theirs = allMended(before, 'theirs', router.files);
      expect(problems(await compareTexts(files, theirs, facts, router.facts)), JSON.stringify(theirs)).toEqual([]);
    },
  );
});
