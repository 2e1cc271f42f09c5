import { describe, expect, it } from 'vitest';
import { compareTexts, type EndFiles, mended, problems, readEnd } from '../compare/compare-texts.js';
import { SEED_ASA } from '../seed-story.js';

/** The seed story's Linux end, had it been racoon. The secret is made for tests. */
const RACOON = `path pre_shared_key "/etc/racoon/psk.txt";

remote 198.51.100.20 {
	exchange_mode main;
	my_identifier address 192.0.2.10;
	nat_traversal force;
	dpd_delay 30;
	lifetime time 24 hour;
	proposal {
		encryption_algorithm 3des;
		hash_algorithm md5;
		authentication_method pre_shared_key;
		dh_group 2;
	}
}

sainfo address 10.10.1.5/32 any address 172.20.30.0/24 any {
	lifetime time 8 hour;
	encryption_algorithm 3des;
	authentication_algorithm hmac_md5;
	compression_algorithm deflate;
}
`;

const SETKEY = `#!/usr/sbin/setkey -f
flush;
spdflush;
spdadd 10.10.1.5/32 172.20.30.0/24 any -P out ipsec
	esp/tunnel/192.0.2.10-198.51.100.20/require;
spdadd 172.20.30.0/24 10.10.1.5/32 any -P in ipsec esp/tunnel/198.51.100.20-192.0.2.10/require;
`;

const FILES: EndFiles = {
  '/etc/racoon/racoon.conf': RACOON,
  '/etc/racoon/setkey.conf': SETKEY,
  '/etc/racoon/psk.txt': '# made for tests\n198.51.100.20 made-for-tests-only-7Qx\n',
};
const changed = (from: string | RegExp, to: string): EndFiles =>
  Object.fromEntries(Object.entries(FILES).map(([file, text]) => [file, text.replace(from, to)]));

describe('readRacoon', () => {
  it('reads remote, sainfo, psk.txt and the policies of setkey, every value with its line', async () => {
    const { connections, secrets, remarks, files, product } = await readEnd(FILES);
    expect([product, remarks, files]).toEqual([
      'racoon',
      [],
      ['/etc/racoon/racoon.conf', '/etc/racoon/setkey.conf', '/etc/racoon/psk.txt'],
    ]);
    expect(connections).toHaveLength(1);
    const [connection] = connections;
    expect(connection?.ikeProposals[0]).toMatchObject({
      value: '3des-md5-modp1024',
      line: 9,
      lifetime: { value: 86_400, line: 8 },
      auth: { value: 'psk', line: 12 },
    });
    expect(connection?.espProposals[0]).toMatchObject({ value: '3des-md5', line: 19 });
    expect(connection?.selectorPairs?.[0]).toMatchObject({
      local: { value: '10.10.1.5/32', file: '/etc/racoon/setkey.conf', line: 4 },
      remote: { value: '172.20.30.0/24' },
    });
    expect(connection?.local.addresses[0]?.value).toBe('192.0.2.10');
    expect(secrets?.map(({ line }) => line)).toEqual([2]);
  });

  it('is the same end of the seed story', async () => {
    expect(problems(await compareTexts(FILES, { 'asa.txt': SEED_ASA }))).toEqual([]);
  });

  it.each<[string | RegExp, string, string]>([
    ['hash_algorithm md5', 'hash_algorithm sha1', 'error config/ike-proposals'],
    ['encryption_algorithm 3des;\n\tauth', 'encryption_algorithm aes 256;\n\tauth', 'error config/esp-proposals'],
    ['lifetime time 8 hour;', 'lifetime time 8 hour;\n\tpfs_group 2;', 'error config/pfs'],
    ['lifetime time 24 hour', 'lifetime time 1 hour', 'warning config/ike-lifetime'],
    ['exchange_mode main', 'exchange_mode aggressive', 'error config/exchange-mode'],
    ['nat_traversal force', 'nat_traversal off', 'warning config/nat-traversal'],
    ['dpd_delay 30', 'dpd_delay 0', 'warning config/dead-peer-one-sided'],
    [/10\.10\.1\.5\/32/g, '10.10.1.0/24', 'error config/selectors'],
    ['tests-only', 'Tests-only', 'error config/psk-differs'],
    ['dh_group 2;', 'dh_group 2;\n\t\tfrobnicate on;', 'error config/unknown-keyword'],
    ['dh_group 2;\n\t}\n}', 'dh_group 2;\n', 'error config/syntax'],
  ])('%s -> %s: %s', async (from, to, finding) => {
    const broken = await compareTexts(changed(from, to), { 'asa.txt': SEED_ASA });
    expect(problems(broken)[0]).toBe(finding);
    // What is no matter of the other end is mended here, in the words of racoon.
    const text = mended(broken, 'ours', changed(from, to), 'made-for-tests-only-7Qx');
    expect(text !== undefined).toBe(!/syntax|unknown-keyword/.test(finding));
    if (text === undefined) return;
    const again = await compareTexts(text, { 'asa.txt': SEED_ASA });
    expect(problems(again), Object.values(text).join('\n')).toEqual([]);
  });

  it('takes the networks of each sainfo where setkey was not given, and has them compared', async () => {
    const files: EndFiles = { '/etc/racoon/racoon.conf': RACOON, '/etc/racoon/psk.txt': FILES['/etc/racoon/psk.txt'] ?? '' };
    const [connection] = (await readEnd(files)).connections;
    expect(connection?.selectorPairs?.[0]).toMatchObject({
      local: { value: '10.10.1.5/32', file: '/etc/racoon/racoon.conf', line: 17 },
      remote: { value: '172.20.30.0/24' },
    });
    const theirs = { 'asa.txt': SEED_ASA };
    expect(problems(await compareTexts(files, theirs))).toEqual([]);
    const wrong = { ...files, '/etc/racoon/racoon.conf': RACOON.replace('172.20.30.0', '172.20.31.0') };
    const found = await compareTexts(wrong, theirs);
    expect(problems(found)).toEqual(['error config/selectors']);
    expect(problems(await compareTexts(mended(found, 'ours', wrong, '') ?? {}, theirs))).toEqual([]);
  });

  it.each([
    ['another network', 'address 172.20.30.0/24 any {', 'address 172.20.31.0/24 any {', ['error config/no-sainfo']],
    ['anonymous at one side', 'address 172.20.30.0/24 any {', 'anonymous {', []],
    ['anonymous', 'sainfo address 10.10.1.5/32 any address 172.20.30.0/24 any {', 'sainfo anonymous {', []],
  ] as const)('a sainfo for %s', async (_, from, to, expected) => {
    const files = changed(from, to);
    const found = await compareTexts(files, { 'asa.txt': SEED_ASA });
    expect(problems(found)).toEqual(expected);
    if (expected.length > 0) expect(mended(found, 'ours', files, '')?.['/etc/racoon/racoon.conf']).toBe(RACOON);
  });

  it('never throws, whatever the text is cut to', async () => {
    for (let length = 0; length < RACOON.length; length += 5)
      await readEnd({ ...FILES, '/etc/racoon/racoon.conf': `remote a {${RACOON.slice(length)}` });
    for (let length = 0; length < SETKEY.length; length += 5) await readEnd({ ...FILES, '/etc/racoon/setkey.conf': SETKEY.slice(length) });
  });
});
