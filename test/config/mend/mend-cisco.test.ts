import { describe, expect, it } from 'vitest';
import { compareTexts, type EndFiles, mended, problems } from '../compare/compare-texts.js';

/** A router with a profile of IKEv2 and its peer, strongSwan, as tutorials have them. Secrets are made for tests. */
const SECRET = 'made-for-tests-only-7Qx';

const ROUTER = `version 16.9
hostname R1
crypto ikev2 proposal P
 encryption aes-cbc-256
 integrity sha256
 group 14
crypto ikev2 policy P
 proposal P
crypto ikev2 keyring K
 peer GW
  address 198.51.100.2
  pre-shared-key local ${SECRET}
  pre-shared-key remote ${SECRET}
crypto ikev2 profile PROF
 match identity remote address 198.51.100.2 255.255.255.255
 authentication remote pre-share
 authentication local pre-share
 keyring local K
 lifetime 15840
 dpd 30 5 on-demand
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
crypto map m 10 ipsec-isakmp
 set peer 198.51.100.2
 set transform-set TS
 set ikev2-profile PROF
 match address 100
interface GigabitEthernet1
 ip address 203.0.113.2 255.255.255.0
 crypto map m
access-list 100 permit ip 10.1.1.0 0.0.0.255 10.2.2.0 0.0.0.255
`;

const GATEWAY: EndFiles = {
  'swanctl.conf': `connections {
  net {
    version = 2
    local_addrs = 198.51.100.2
    remote_addrs = 203.0.113.2
    proposals = aes256-sha256-modp2048
    dpd_delay = 30s
    local {
      auth = psk
    }
    remote {
      auth = psk
    }
    children {
      net {
        local_ts = 10.2.2.0/24
        remote_ts = 10.1.1.0/24
        esp_proposals = aes256-sha256
      }
    }
  }
}
secrets {
  ike-1 {
    id = 203.0.113.2
    secret = ${SECRET}
  }
}
`,
};

const router = (from: string, to: string): EndFiles => ({ 'run.txt': ROUTER.replace(from, to) });

/** The corrected router, and whether anything is left. */
async function corrected(
  ours: EndFiles,
  theirs: EndFiles,
): Promise<readonly [before: readonly string[], text: string, left: readonly string[]]> {
  const compared = await compareTexts(ours, theirs);
  const files = mended(compared, 'ours', ours, SECRET) ?? {};
  const left = Object.keys(files).length === 0 ? ['no correction'] : problems(await compareTexts(files, theirs));
  return [problems(compared), files['run.txt'] ?? '', left];
}

describe('corrected lines of a router', () => {
  it('another key for the proof of the peer: the key of our own proof stays', async () => {
    const ours = router(`remote ${SECRET}`, 'remote made-for-others');
    const { mismatches } = await compareTexts(ours, GATEWAY);
    expect(mismatches[0]?.title).toContain('that by which the other end proves itself is not the one that our end expects');
    const [before, text, left] = await corrected(
      router(`local ${SECRET}\n  pre-shared-key remote ${SECRET}`, `local ${SECRET}\n  pre-shared-key remote other`),
      GATEWAY,
    );
    expect(before).toEqual(['error config/psk-differs']);
    expect(text).toBe(ROUTER);
    expect(left).toEqual([]);
  });

  it('no profile in the entry: it speaks IKEv1 until it names one', async () => {
    const [before, text, left] = await corrected(router(' set ikev2-profile PROF\n', ''), GATEWAY);
    expect(before[0]).toBe('error config/ike-version');
    expect(text).toContain('crypto map m 10 ipsec-isakmp\n set ikev2-profile PROF\n');
    expect(left).toEqual([]);
  });

  it('a proposal more goes behind the others, not into the profile that has the lifetime', async () => {
    const [before, text, left] = await corrected(router(' group 14', ' group 19'), GATEWAY);
    expect(before).toEqual(['error config/ike-proposals']);
    expect(text).toContain(' group 19\ncrypto ikev2 proposal mended\n');
    expect(text).toContain(' lifetime 15840\n dpd 30');
    expect(left).toEqual([]);
  });

  it('dead peer detection goes into the profile', async () => {
    const ours = router(' dpd 30 5 on-demand\n', '');
    const compared = await compareTexts(ours, GATEWAY);
    expect(compared.mismatches.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['info config/dead-peer-one-sided']);
    const files = mended(compared, 'ours', ours, SECRET) ?? {};
    expect(files['run.txt']).toContain('crypto ikev2 profile PROF\n dpd 30 3 periodic\n');
    expect((await compareTexts(files, GATEWAY)).mismatches).toEqual([]);
  });

  it('a keyring that is not there', async () => {
    const [before] = await corrected(router('keyring local K', 'keyring local K2'), GATEWAY);
    expect(before).toEqual(['error config/unknown-reference']);
  });

  it('a peer whose address is mistyped wants no key under that address', async () => {
    const pix = `version 12.4
crypto isakmp policy 10
 encr aes
 authentication pre-share
 group 2
crypto isakmp key ${SECRET} address 198.51.100.2
crypto isakmp keepalive 30 periodic
crypto ipsec transform-set TS esp-aes esp-sha-hmac
crypto map m 10 ipsec-isakmp
 set peer 198.51.100.20
 set transform-set TS
 match address 100
interface GigabitEthernet1
 ip address 203.0.113.2 255.255.255.0
 crypto map m
access-list 100 permit ip 10.1.1.0 0.0.0.255 10.2.2.0 0.0.0.255
`;
    const gateway = {
      'swanctl.conf': (GATEWAY['swanctl.conf'] ?? '')
        .replace('version = 2', 'version = 1')
        .replace(/aes256-sha256-modp2048/, 'aes128-sha1-modp1024')
        .replace('aes256-sha256', 'aes128-sha1'),
    };
    const ours = { 'run.txt': pix };
    const [before, text] = await corrected(ours, gateway);
    expect(before[0]).toBe('error config/peer-address');
    expect(text).toBe(pix.replace('198.51.100.20', '198.51.100.2'));
  });

  it('commands of a dynamic entry go into the dynamic map', async () => {
    const asa = {
      'run.txt': `ASA Version 8.4(7)
interface GigabitEthernet0/0
 nameif outside
 ip address 203.0.113.2 255.255.255.0
crypto ipsec ikev1 transform-set T esp-aes esp-sha-hmac
crypto dynamic-map DYN 10 set ikev1 transform-set T
crypto map m 65535 ipsec-isakmp dynamic DYN
crypto map m interface outside
crypto ikev1 policy 10
 authentication pre-share
 encryption aes
 hash sha
 group 2
crypto ikev1 enable outside
tunnel-group DefaultL2LGroup ipsec-attributes
 ikev1 pre-shared-key ${SECRET}
`,
    };
    const gateway = {
      'swanctl.conf': (GATEWAY['swanctl.conf'] ?? '')
        .replace('version = 2', 'version = 1')
        .replace(/aes256-sha256-modp2048/, 'aes128-sha1-modp1024')
        .replace('aes256-sha256', 'aes128-sha1-modp1024'),
    };
    const [before, text] = await corrected(asa, gateway);
    expect(before[0]).toBe('error config/pfs');
    expect(text).toContain('\ncrypto dynamic-map DYN 10 set pfs group2\n');
    expect(text).not.toContain('65535 set');
  });

  it.each(['', ' tunnel mode gre ip\n'])('a tunnel interface that is GRE ("%s"), where the other end takes everything', async (mode) => {
    const map = /crypto map m 10[\s\S]*?match address 100\n/;
    const tunnel = ROUTER.replace(map, 'crypto ipsec profile IPS\n set transform-set TS\n set ikev2-profile PROF\n').replace(
      ' crypto map m\n',
      `interface Tunnel0\n ip address 169.254.1.1 255.255.255.252\n tunnel source GigabitEthernet1\n${mode} tunnel destination 198.51.100.2\n tunnel protection ipsec profile IPS\n`,
    );
    const gateway = { 'swanctl.conf': (GATEWAY['swanctl.conf'] ?? '').replace(/10\.[12]\.[12]\.0\/24/g, '0.0.0.0/0') };
    const [before, text, left] = await corrected({ 'run.txt': tunnel }, gateway);
    expect(before).toEqual(['error config/selectors']);
    expect(text).toContain(' tunnel mode ipsec ipv4\n');
    expect(text).not.toContain('gre');
    expect(left).toEqual([]);
  });
});
