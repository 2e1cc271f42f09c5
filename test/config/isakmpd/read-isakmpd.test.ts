import { describe, expect, it } from 'vitest';
import { compareTexts, problems, readEnd } from '../compare/compare-texts.js';
import { SEED_ASA } from '../seed-story.js';

/** The seed story's Linux end, had it been isakmpd. The secret is made for tests. */
const ISAKMPD = `# made for tests
[General]
Listen-on=		192.0.2.10
DPD-check-interval=	30
Default-phase-2-lifetime= 28800,60:86400

[Phase 1]
198.51.100.20=		asa

[Phase 2]
Connections=		linux-asa

[asa]
Phase=			1
Address=		198.51.100.20
Configuration=		asa-main-mode
Authentication=		made-for-tests-only-7Qx

[asa-main-mode]
EXCHANGE_TYPE=		ID_PROT
Transforms=		own-transform

[own-transform]
ENCRYPTION_ALGORITHM=	3DES_CBC
HASH_ALGORITHM=		MD5
AUTHENTICATION_METHOD=	PRE_SHARED
GROUP_DESCRIPTION=	MODP_1024
Life=			LIFE_86400_SECS

[linux-asa]
Phase=			2
ISAKMP-peer=		asa
Configuration=		asa-quick-mode
Local-ID=		host-here
Remote-ID=		net-there

[host-here]
ID-type=		IPV4_ADDR
Address=		10.10.1.5

[net-there]
ID-type=		IPV4_ADDR_SUBNET
Network=		172.20.30.0
Netmask=		255.255.255.0

[asa-quick-mode]
EXCHANGE_TYPE=		QUICK_MODE
Suites=			QM-ESP-3DES-MD5-SUITE
`;

describe('readIsakmpd', () => {
  it('reads peers, transforms, suites and networks', async () => {
    const { connections, remarks, product, secrets } = await readEnd({ 'isakmpd.conf': ISAKMPD });
    expect([product, remarks, secrets?.length]).toEqual(['isakmpd', [], 1]);
    expect(
      connections.map(({ name, ikeProposals, espProposals, local, remote }) => [
        name,
        ikeProposals[0]?.value,
        espProposals[0]?.value,
        local.subnets[0]?.value,
        remote.subnets[0]?.value,
        remote.addresses[0]?.value,
      ]),
    ).toEqual([['linux-asa', '3des-md5-modp1024', '3des-md5', '10.10.1.5', '172.20.30.0/24', '198.51.100.20']]);
  });

  it('is the same end of the seed story', async () => {
    expect(problems(await compareTexts({ 'isakmpd.conf': ISAKMPD }, { 'asa.txt': SEED_ASA }))).toEqual([]);
  });

  it.each([
    ['own-transform\n\n', '3DES-SHA-GRP2\n\n', 'error config/ike-proposals'],
    ['QM-ESP-3DES-MD5-SUITE', 'QM-ESP-AES-256-SHA2-256-PFS-GRP14-SUITE', 'error config/esp-proposals'],
    ['QM-ESP-3DES-MD5-SUITE', 'QM-ESP-3DES-MD5-PFS-SUITE', 'error config/pfs'],
    ['LIFE_86400_SECS', 'LIFE_3600_SECS', 'warning config/ike-lifetime'],
    ['255.255.255.0', '255.255.0.0', 'error config/selectors'],
    ['tests-only', 'Tests-only', 'error config/psk-differs'],
    ['EXCHANGE_TYPE=		ID_PROT', 'EXCHANGE_TYPE=		AGGRESSIVE', 'error config/exchange-mode'],
    ['[Phase 2]', 'nonsense\n[Phase 2]', 'error config/syntax'],
  ])('%s -> %s: %s', async (from, to, finding) => {
    expect(ISAKMPD).toContain(from);
    expect(problems(await compareTexts({ 'isakmpd.conf': ISAKMPD.replace(from, to) }, { 'asa.txt': SEED_ASA }))[0]).toBe(finding);
  });
});
