import { describe, expect, it } from 'vitest';
import { compareTexts, type EndFiles, mended, problems } from '../compare/compare-texts.js';

const SECRET = 'made-for-tests-only-7Qx';

const racoon = (peer: string, method: string): EndFiles => ({
  '/etc/racoon/racoon.conf': `path pre_shared_key "/etc/racoon/psk.txt";
remote ${peer} {
	exchange_mode main;
	lifetime time 24 hour;
	proposal {
		encryption_algorithm aes 256;
		hash_algorithm sha1;
		authentication_method ${method};
		dh_group 2;
	}
}
sainfo address 10.1.0.0/16 any address 10.2.0.0/16 any {
	lifetime time 8 hour;
	encryption_algorithm aes 256;
	authentication_algorithm hmac_sha1;
	compression_algorithm deflate;
}
`,
  '/etc/racoon/setkey.conf': `spdadd 10.1.0.0/16 10.2.0.0/16 any -P out ipsec esp/tunnel/192.0.2.1-${peer}/require;
spdadd 10.2.0.0/16 10.1.0.0/16 any -P in ipsec esp/tunnel/${peer}-192.0.2.1/require;
`,
  '/etc/racoon/psk.txt': `${peer} ${SECRET}\n`,
});

const GATEWAY: EndFiles = {
  'ipsec.conf': `conn net
	keyexchange=ikev1
	authby=secret
	left=192.0.2.2
	leftsubnet=10.2.0.0/16
	right=192.0.2.1
	rightsubnet=10.1.0.0/16
	ike=aes256-sha1-modp1024!
	esp=aes256-sha1!
	ikelifetime=24h
	lifetime=8h
	auto=start
`,
  'ipsec.secrets': `192.0.2.2 192.0.2.1 : PSK "${SECRET}"\n`,
};

const FACTS = { product: 'strongswan', addresses: ['192.0.2.2'] } as const;

describe('corrected lines of racoon', () => {
  it.each([
    ['192.0.2.22', 'pre_shared_key', 'config/peer-address'],
    ['192.0.2.2', 'rsasig', 'config/authentication'],
  ])('peer %s, %s: %s', async (peer, method, code) => {
    const ours = racoon(peer, method);
    const compared = await compareTexts(ours, GATEWAY, {}, FACTS);
    expect(problems(compared)[0]).toBe(`error ${code}`);
    const files = mended(compared, 'ours', ours, SECRET) ?? {};
    expect(files).toEqual(racoon('192.0.2.2', 'pre_shared_key'));
    expect(problems(await compareTexts(files, GATEWAY, {}, FACTS))).toEqual([]);
  });
});
