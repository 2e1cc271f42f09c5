import { describe, expect, it } from 'vitest';
import { nameWithVersion } from '../../../src/config/effective/config-end.js';
import { compareTexts, type EndFiles, mended, problems } from '../compare/compare-texts.js';

/** A PIX 6.3 and a router as Cisco's own examples have them, in words of our own. Secrets are made for tests. */
const SECRET = 'made-for-tests-only-7Qx';

const PIX = `PIX Version 6.3(5)
nameif ethernet0 outside security0
nameif ethernet1 inside security100
hostname pix
access-list vpn permit ip 10.1.1.0 255.255.255.0 10.2.2.0 255.255.255.0
access-list nonat permit ip 10.1.1.0 255.255.255.0 10.2.2.0 255.255.255.0
ip address outside 192.0.2.1 255.255.255.0
ip address inside 10.1.1.1 255.255.255.0
global (outside) 1 interface
nat (inside) 0 access-list nonat
nat (inside) 1 0.0.0.0 0.0.0.0 0 0
sysopt connection permit-ipsec
crypto ipsec transform-set T esp-3des esp-sha-hmac
crypto map m 1 ipsec-isakmp
crypto map m 1 match address vpn
crypto map m 1 set peer 192.0.2.2
crypto map m 1 set transform-set T
crypto map m interface outside
isakmp enable outside
isakmp key ${SECRET} address 192.0.2.2 netmask 255.255.255.255
isakmp policy 1 authentication pre-share
isakmp policy 1 encryption 3des
isakmp policy 1 hash sha
isakmp policy 1 group 2
isakmp policy 1 lifetime 86400
: end
`;

const ROUTER: EndFiles = {
  'router.txt': `version 12.4
crypto isakmp policy 10
 encr 3des
 authentication pre-share
 group 2
crypto isakmp key ${SECRET} address 192.0.2.1
crypto ipsec security-association lifetime seconds 28800
crypto ipsec transform-set T esp-3des esp-sha-hmac
crypto map m 10 ipsec-isakmp
 set peer 192.0.2.1
 set transform-set T
 match address 100
interface Ethernet0
 ip address 192.0.2.2 255.255.255.0
 crypto map m
access-list 100 permit ip 10.2.2.0 0.0.0.255 10.1.1.0 0.0.0.255
end
`,
};

describe('a PIX 6.3', () => {
  const compare = (text: string) => compareTexts({ 'pix.txt': text }, ROUTER);

  it('is called by its name, and asks for no sign of life that nobody told it to ask for', async () => {
    const compared = await compare(PIX);
    expect(nameWithVersion(compared.ours)).toBe('Cisco PIX 6.3(5)');
    expect(problems(compared)).toEqual([]);
  });

  it.each([
    [
      'group 2',
      'group 5',
      'config/ike-proposals',
      'isakmp policy 11 authentication pre-share\nisakmp policy 11 encryption 3des\nisakmp policy 11 hash sha\nisakmp policy 11 group 2\n',
    ],
    ['isakmp policy 1 group 2\n', '', 'config/ike-proposals', 'isakmp policy 11 group 2\n'],
    ['isakmp policy 1 authentication pre-share\n', '', 'config/authentication', 'isakmp policy 1 authentication pre-share\n'],
    ['isakmp enable outside\n', '', 'config/ike-not-enabled', '\nisakmp enable outside\n'],
    [
      `isakmp key ${SECRET} address 192.0.2.2 netmask 255.255.255.255\n`,
      '',
      'config/psk-missing',
      `\nisakmp key ${SECRET} address 192.0.2.2 netmask 255.255.255.255\n`,
    ],
    [
      'access-list nonat permit ip 10.1.1.0 255.255.255.0 10.2.2.0 255.255.255.0\n',
      '',
      'config/no-nat-exemption',
      '\naccess-list nonat permit ip 10.1.1.0 255.255.255.0 10.2.2.0 255.255.255.0\n',
    ],
  ])('%s -> %s: %s', async (from, to, code, line) => {
    const ours = { 'pix.txt': PIX.replace(from, to) };
    const broken = await compareTexts(ours, ROUTER);
    expect(problems(broken)[0]).toBe(`error ${code}`);
    const files = mended(broken, 'ours', ours, SECRET) ?? {};
    expect(files['pix.txt']).toContain(line);
    expect(files['pix.txt']).not.toMatch(/tunnel-group|crypto isakmp|extended/);
    expect(problems(await compareTexts(files, ROUTER))).toEqual([]);
  });
});
