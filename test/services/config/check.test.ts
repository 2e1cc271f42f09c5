import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { configCheck } from '../../../src/services/config/check.js';
import { SEED_ASA, SEED_IPSEC_CONF, SEED_SECRETS } from '../../config/seed-story.js';
import { runConfig } from '../../support/run-config.js';

const check = (
  files: Readonly<Record<string, string>>,
  flags: { verbose?: boolean; json?: boolean; product?: 'openswan' | 'libreswan' | 'strongswan'; productVersion?: string } = {},
) =>
  runConfig(
    (io) =>
      configCheck(
        Object.keys(files).filter((name) => !name.endsWith('.secrets')),
        { local: [], color: false, ...flags },
        io,
      ),
    files,
  );

const CONN = 'conn a\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tleftsubnet=10.1.0.0/24\n\trightsubnet=10.2.0.0/24\n\tauthby=secret\n';

describe('config check', () => {
  it.each([
    ['an unknown keyword', `${CONN}\tphase2=esp\n\tfrobnicate=yes\n`, 'unknown-keyword'],
    ['an obsolete one', `${CONN}\tforceencaps=yes\n\tikev2=yes\n`, 'deprecated-keyword'],
    ['weak algorithms', `${CONN}\tike=3des-md5;modp1536\n`, 'weak-algorithm'],
    ['algorithms of nobody', `${CONN}\tike=aes128-nothing;modp2048\n`, 'unknown-algorithm'],
    ['algorithms that are gone', `${CONN}\tesp=twofish128-sha1\n`, 'removed-algorithm'],
    ['aggressive mode with a preshared key', `${CONN}\taggrmode=yes\n\tikev2=no\n`, 'aggressive-psk'],
    ['a source address outside of the network', `${CONN}\tleftsourceip=10.9.0.1\n`, 'contradiction'],
    ['PFS off with a group', `${CONN}\tpfs=no\n\tesp=aes128-sha1;modp2048\n`, 'contradiction'],
    ['networks of the ends that overlap', CONN.replace('10.2.0.0/24', '10.1.0.0/16'), 'overlapping-ends'],
    [
      'two peers for one network',
      `${CONN}${CONN.replace('conn a', 'conn b').replace('198.51.100.1', '198.51.100.2')}`,
      'overlapping-connections',
    ],
    ['one address at both ends', CONN.replace('198.51.100.1', '192.0.2.1'), 'contradiction'],
  ])('finds %s', async (_, text, code) => {
    const { status, text: out } = await check({ '/etc/ipsec.conf': text }, { product: 'libreswan', json: true });
    const { findings } = JSON.parse(out) as { findings: { code: string; evidence: { file: string; line: number }[] }[] };
    expect(findings.map((finding) => finding.code)).toContain(`config/${code}`);
    for (const { evidence } of findings) expect(evidence[0]).toMatchObject({ file: '/etc/ipsec.conf', line: expect.any(Number) });
    expect(status).toBe(1);
  });

  it.each([
    [
      'two networks behind one peer',
      `${CONN}\tike=aes256-sha2_256;modp2048\n${CONN.replace('conn a', 'conn b').replace('10.2.0', '10.3.0')}`,
    ],
    ['everything through the tunnel', CONN.replace('10.2.0.0/24', '0.0.0.0/0')],
  ])('has nothing against %s', async (_, text) => {
    const { status, text: out } = await check({ '/etc/ipsec.conf': text }, { product: 'libreswan', productVersion: '4.10' });
    expect(out).toContain('Verdict: nothing wrong found');
    expect(status).toBe(0);
  });

  it('names the defaults that a reader may not know are in force', async () => {
    const { text } = await check({ '/etc/ipsec.conf': CONN }, { product: 'libreswan', productVersion: '4.10' });
    expect(text.replace(/\s+/g, ' ')).toMatch(
      /a: defaults in force: IKE version IKEv2; IKE proposal AES_GCM_16_256.*; IKE lifetime 28800 s/,
    );
  });

  it('shows the normalised connections with -v, and no secret', async () => {
    const { text } = await check({ '/a.conf': SEED_IPSEC_CONF, '/a.secrets': SEED_SECRETS, '/asa.txt': SEED_ASA }, { verbose: true });
    expect(text).toMatch(/^asa {2}\/a\.conf:9$/m);
    expect(text).toMatch(/^ {2}remote address +198\.51\.100\.20 {2}:17$/m);
    expect(text).toMatch(/^outside_map 1 {2}\/asa\.txt:30$/m);
    expect(text).toMatch(/^ {2}networks +172\.20\.30\.0\/24 - 10\.10\.1\.5\/32 {2}:22$/m);
    expect(text).not.toContain('7Qx');
  });

  it('says where policies of setkey are read', async () => {
    const setkey = 'flush;\nspdflush;\nspdadd 10.1.0.0/24 10.2.0.0/24 any -P out ipsec esp/tunnel/192.0.2.1-198.51.100.1/require;\n';
    await expect(check({ '/etc/ipsec-tools.conf': setkey })).rejects.toThrow('holds policies of setkey');
  });

  it('does not call an empty file healthy', async () => {
    await expect(check({ '/etc/ipsec.conf': '\n' })).rejects.toThrow('/etc/ipsec.conf is empty');
  });

  it('refuses what is no configuration at all', async () => {
    await expect(check({ '/package.json': '{\n  "name": "x"\n}\n' })).rejects.toBeInstanceOf(UsageError);
  });
});
