import { describe, expect, it } from 'vitest';
import { SEED_ASA, SEED_IPSEC_CONF, SEED_SECRETS } from '../../seed-story.js';
import { compareTexts, type EndFiles, mended } from '../compare-texts.js';

const ASA = { 'asa.txt': SEED_ASA };
const OPENSWAN = { addresses: ['192.0.2.10'], product: 'openswan', version: '2.6.37' } as const;
const conf = (dpd: string): EndFiles => ({
  '/etc/ipsec.conf': SEED_IPSEC_CONF.replace('\tdpddelay=30\n\tdpdtimeout=120\n\tdpdaction=restart\n', dpd),
  '/etc/ipsec.secrets': SEED_SECRETS,
});
/** The other end of the ASA, with the networks of it. */
const router = (keepalive: string): EndFiles => ({
  'router.txt': `version 15.2
hostname rtr
crypto isakmp policy 10
 encr 3des
 hash md5
 authentication pre-share
 group 2
crypto isakmp key made-for-tests-only-7Qx address 198.51.100.20
${keepalive}crypto ipsec transform-set TS esp-3des esp-md5-hmac
crypto map CM 10 ipsec-isakmp
 set peer 198.51.100.20
 set security-association lifetime seconds 28800
 set transform-set TS
 match address VPN
interface GigabitEthernet0/1
 ip address 192.0.2.10 255.255.255.0
 crypto map CM
ip access-list extended VPN
 permit ip host 10.10.1.5 172.20.30.0 0.0.0.255
end
`,
});

describe('dead peer detection of one end alone', () => {
  it.each<[string, EndFiles, readonly string[], 'yes' | 'perhaps']>([
    ['nothing written, as ipsec.conf is by default', conf(''), ['info config/dead-peer-one-sided'], 'yes'],
    ['switched off', conf('\tdpddelay=0\n\tdpdtimeout=120\n'), ['warning config/dead-peer-one-sided'], 'perhaps'],
    ['a router without a keepalive', router(''), ['info config/dead-peer-one-sided'], 'yes'],
    ['at both', router('crypto isakmp keepalive 30 periodic\n'), [], 'yes'],
  ])('%s', async (_, ours, wanted, staysUp) => {
    const found = await compareTexts(ours, ASA, OPENSWAN);
    expect(found.mismatches.map(({ severity, code }) => `${severity} ${code}`)).toEqual(wanted);
    expect(found.verdict).toEqual({ comesUp: 'yes', staysUp, passesTraffic: 'yes' });
    expect(found.rows.find(({ label }) => label === 'dead peer detection')?.agrees).toBe(staysUp === 'yes');
    if (wanted.length === 0) return;
    // The lines that switch it on are there for whoever wants them.
    const files = mended(found, 'ours', ours, '');
    expect((await compareTexts(files ?? {}, ASA, OPENSWAN)).mismatches).toEqual([]);
  });

  it('warns where an ASA, which has it by default, was told to do without', async () => {
    const off = { 'asa.txt': SEED_ASA.replace('isakmp keepalive threshold 30 retry 2', 'isakmp keepalive disable') };
    const found = await compareTexts(router('crypto isakmp keepalive 30 periodic\n'), off);
    expect(found.mismatches.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['warning config/dead-peer-one-sided']);
  });
});
