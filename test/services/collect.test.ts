import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { EnvironmentError, UsageError } from '../../src/bytes/errors.js';
import type { Check } from '../../src/checks/check.js';
import { checks as registered } from '../../src/checks/index.js';
import { runChecks } from '../../src/checks/run-checks.js';
import { openBundle } from '../../src/host/bundle-file.js';
import type { Host } from '../../src/host/host.js';
import { HostFacts } from '../../src/host/host-facts.js';
import { LiveHost } from '../../src/host/live.js';
import { type CollectFlags, collect } from '../../src/services/collect.js';
import { healthyHost } from '../support/healthy-host.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const path = temporaryFolder();
const flags: CollectFlags = { capture: [], config: [] };
const checks: readonly Check[] = registered;

/** Every secret in them, one a line of the list below. */
const secretFiles = {
  '/etc/ipsec.conf':
    'config setup\n\nconn berlin\n\tleft=192.0.2.1\n\tleftsubnet=10.1.0.0/24\n\tright=gw.acme-berlin.test\n\trightid=@gw.acme-berlin.test\n\trightsubnet=10.77.0.0/16\n\tike=3des-md5-modp1024\n\tauthby=secret\n\tauto=start\n\t# key was Comm3nt-Secret\n',
  '/etc/ipsec.secrets':
    '192.0.2.1 @gw.acme-berlin.test : PSK "Quot3d-Secret"\n: PSK 0xc0ffeec0ffee4711\n: PSK "test"\n# : PSK "Comm3nt-Secret"\nalice : XAUTH "Xauth-S3cret"\n: RSA gw.pem "Passphrase-4711"\ninclude /etc/ipsec.d/*.secrets\n',
  '/etc/ipsec.d/more.secrets': '@x : EAP "Included-S3cret"\n',
  '/etc/swanctl/swanctl.conf':
    'connections {\n  paris {\n    version = 2\n    remote_addrs = 81.2.69.7\n    local {\n      auth = psk\n    }\n    remote {\n      auth = psk\n      id = paris\n    }\n    children {\n      net {\n        local_ts = 10.1.0.0/24\n        remote_ts = 10.88.0.0/16\n      }\n    }\n  }\n}\nsecrets {\n  ike-paris {\n    id = paris\n    secret = "Swanctl-S3cret"\n  }\n}\n',
  '/etc/openvpn/client.conf':
    'client\ndev tun\nremote vpn.acme-berlin.test 1194\nauth-user-pass up.txt\ncipher BF-CBC\n<tls-auth>\n-----BEGIN OpenVPN Static key V1-----\nabcdef0123456789abcdef0123450000\n-----END OpenVPN Static key V1-----\n</tls-auth>\n',
  '/etc/openvpn/up.txt': 'alice\nOpenvpn-S3cret\n',
  '/etc/racoon/racoon.conf':
    'path pre_shared_key "/etc/racoon/psk.txt";\nremote 81.2.69.8 {\n\texchange_mode main;\n\tproposal { encryption_algorithm aes 256; hash_algorithm sha1; authentication_method pre_shared_key; dh_group 14; }\n}\n',
  '/etc/racoon/psk.txt': '81.2.69.8 Racoon-S3cret\n',
  '/etc/isakmpd/isakmpd.conf':
    '[Phase 1]\n81.2.69.9= peer\n[Phase 2]\nConnections= net\n[peer]\nAddress= 81.2.69.9\nAuthentication= Isakmpd-S3cret\n[net]\nISAKMP-peer= peer\nConfiguration= quick\n[quick]\nSuites= QM-ESP-AES-SHA-SUITE\n',
};

const secrets = [
  'Quot3d-Secret',
  'c0ffeec0ffee4711',
  'Comm3nt-Secret',
  'Xauth-S3cret',
  'Passphrase-4711',
  'Included-S3cret',
  'Swanctl-S3cret',
  'abcdef0123456789',
  'Openvpn-S3cret',
  'Racoon-S3cret',
  'Isakmpd-S3cret',
  'deadbeefdeadbeef',
];

const brokenHost = () =>
  healthyHost({
    files: { ...secretFiles, '/proc/sys/net/ipv4/conf/all/rp_filter': '1\n', '/proc/sys/net/ipv4/ip_forward': '0\n' },
    stats: { '/etc/ipsec.secrets': { mode: 0o644 } },
    commands: {
      'ip -s xfrm state':
        'src 192.0.2.1 dst 81.2.69.7\n\tproto esp spi 0xc1234567 reqid 1 mode tunnel\n\tenc cbc(aes) 0xdeadbeefdeadbeefdeadbeefdeadbeef\n',
    },
  });

async function run(more: Partial<CollectFlags>, host: Host = brokenHost(), its: readonly Check[] = [...checks, readsAll]) {
  let out = '';
  const warnings: string[] = [];
  const io = { print: (text: string) => (out += text), warn: (line: string) => warnings.push(line), host: () => host, checks: its };
  expect(await collect({ ...flags, ...more }, io)).toBe(0);
  return { out, warnings };
}

/** Asks for more than any check does. */
const readsAll: Check = {
  id: 'reads-all',
  group: 'system',
  title: 'everything',
  reads: [],
  refs: [],
  facts: async (facts) => {
    for (const file of Object.keys(secretFiles)) await facts.host.readFile(file);
    await Promise.all([facts.xfrmStates(), facts.xfrmPolicies(), facts.sockets(), facts.routes(), facts.routingRules(), facts.firewall()]);
    return undefined;
  },
  judge: () => [{ status: 'pass', label: 'everything', detail: '' }],
};

async function judged(host: Host) {
  const results = await runChecks([...checks, readsAll], new HostFacts(host));
  return results.map(({ check, lines }) => ({ id: check.id, lines }));
}

test('the bundle is one readable object, for its owner alone', async () => {
  const file = path('a.json.gz');
  const { out } = await run({ output: file });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const bundle = JSON.parse(gunzipSync(readFileSync(file)).toString());
  expect(bundle).toMatchObject({ schema: 'vpndoctor/bundle/1', made: '2026-01-02T03:04:05.000Z', isRoot: true, anonymised: false });
  expect(bundle.files['/etc/ipsec.conf'].value).toContain('ike=3des-md5-modp1024');
  expect(out).toContain(`vpndoctor verify --bundle ${file}`);
});

test('no secret of the host is in it', async () => {
  const file = path('secrets.json.gz');
  await run({ output: file });
  const text = gunzipSync(readFileSync(file)).toString();
  for (const secret of secrets) expect(text, secret).not.toContain(secret);
  for (const secret of secrets) expect(text, secret).not.toContain(Buffer.from(secret).toString('base64').slice(0, -3));
});

test('the same findings as on the host itself', async () => {
  const file = path('same.json.gz');
  await run({ output: file });
  expect(await judged(await openBundle(file))).toEqual(await judged(brokenHost()));
});

test('anonymised: no address or name of the host, and the same verdicts', async () => {
  const file = path('anonymised.json.gz');
  const { out } = await run({ output: file, anonymise: true });
  const text = gunzipSync(readFileSync(file)).toString();
  expect(text).not.toMatch(/81\.2\.69\.7\b|10\.77\.|10\.88\.|acme|alice|berlin|paris/);
  expect(out).toMatch(/\d+ addresses and names replaced/);
  const codes = (results: Awaited<ReturnType<typeof judged>>) =>
    results.map(({ id, lines }) => [id, lines.map(({ status, finding }) => `${status} ${finding?.code ?? ''}`)]);
  expect(codes(await judged(await openBundle(file)))).toEqual(codes(await judged(brokenHost())));
});

test('configuration that was named is found again in the bundle', async () => {
  const file = path('named.json.gz');
  const host = () => healthyHost({ files: { '/root/gw.acme.test.conf': secretFiles['/etc/ipsec.conf'] } });
  await run({ output: file, config: ['/root/gw.acme.test.conf'] }, host());
  const live = new HostFacts(host(), { configPaths: ['/root/gw.acme.test.conf'] });
  expect((await live.configurations()).connections.map(({ name }) => name)).toEqual(['berlin']);
  expect(await new HostFacts(await openBundle(file)).configurations()).toEqual(await live.configurations());
});

test('what would be taken out is shown, and nothing is written', async () => {
  const file = path('none.json.gz');
  const { out } = await run({ output: file, showRedactions: true, anonymise: true });
  expect(existsSync(file)).toBe(false);
  expect(out).toContain('/etc/ipsec.secrets:1  preshared key, 13 characters');
  expect(out).toContain('/etc/openvpn/up.txt:2  password');
  expect(out).toMatch(/81\.2\.69\.7 -> \d/);
  expect(out).toContain('Nothing was written.');
  for (const secret of secrets) expect(out).not.toContain(secret);
});

test('as JSON', async () => {
  const file = path('record.json.gz');
  const record = JSON.parse((await run({ output: file, json: true })).out);
  expect(record).toMatchObject({ schema: 'vpndoctor/collect/1', file, root: true, findings: [] });
  expect(record.bytes).toBe(statSync(file).size);
});

test('a check that fails us does not take the bundle with it', async () => {
  const file = path('failing.json.gz');
  const failing: Check = {
    ...readsAll,
    id: 'failing',
    facts: async () => {
      throw new EnvironmentError('no');
    },
  };
  const { warnings } = await run({ output: file }, brokenHost(), [failing, readsAll]);
  expect(warnings).toEqual([expect.stringContaining('failing')]);
  expect(existsSync(file)).toBe(true);
});

describe('captures', () => {
  test('go in as they are', async () => {
    const capture = path('a.pcap');
    writeFileSync(capture, Buffer.from([0xd4, 0xc3, 0xb2, 0xa1]));
    const file = path('capture.json.gz');
    await run({ output: file, capture: [capture] });
    const bundle = JSON.parse(gunzipSync(readFileSync(file)).toString());
    expect(bundle.captures).toEqual([{ name: 'a.pcap', base64: '1MOyoQ==' }]);
  });

  test('are not anonymised', async () => {
    await expect(run({ capture: ['x.pcap'], anonymise: true })).rejects.toThrow(UsageError);
  });

  test('must be there', async () => {
    await expect(run({ capture: [path('nowhere.pcap')] })).rejects.toThrow(UsageError);
  });
});

test('a file that cannot be written', async () => {
  await expect(run({ output: path('no/such/folder') })).rejects.toThrow(UsageError);
});

test('this machine: the same findings live and from its bundle', async () => {
  const file = path('live.json.gz');
  const host = new LiveHost();
  await run({ output: file }, host);
  const [bundle, live] = [await judged(await openBundle(file)), await judged(host)];
  const verdicts = (results: typeof live) => results.map(({ id, lines }) => [id, lines.map(({ status }) => status)]);
  expect(verdicts(bundle)).toEqual(verdicts(live));
});

test('the command line', () => {
  const bin = new URL('../../bin/run.js', import.meta.url).pathname;
  const help = execFileSync(process.execPath, [bin, 'collect', '--help'], { encoding: 'utf8' });
  expect(help).toContain('--show-redactions');
});
