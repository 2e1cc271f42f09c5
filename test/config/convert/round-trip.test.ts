import { describe, expect, it } from 'vitest';
import { type ConvertTarget, convert } from '../../../src/config/convert/convert.js';
import { counterpartOf } from '../../../src/config/convert/counterpart.js';
import type { Offer } from '../../../src/config/effective/offer.js';
import { selectorText } from '../../../src/config/effective/selectors.js';
import { endOf } from '../../../src/config/read-config.js';
import { SECRET_PLACEHOLDER } from '../../../src/config/secret-text.js';
import { compareTexts, type EndFacts, type EndFiles, problems, readEnd } from '../compare/compare-texts.js';
import { SEED_ASA, SEED_IPSEC_CONF, SEED_SECRETS } from '../seed-story.js';

const SECRET = 'made-for-tests-only-7Qx';

interface Source {
  readonly files: EndFiles;
  readonly facts: EndFacts;
}

const libreswan = (settings: string): Source => ({
  files: {
    '/etc/ipsec.conf': `conn net\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tauthby=secret\n\tauto=start\n${settings.replace(/^\s*/gm, '\t')}\n`,
    '/etc/ipsec.secrets': `192.0.2.1 198.51.100.1 : PSK "${SECRET}"\n@east @west : PSK "${SECRET}"\n`,
  },
  facts: { addresses: ['192.0.2.1'], product: 'libreswan', version: '4.10' },
});

const swanctl = (connection: string, child: string): Source => ({
  files: {
    'swanctl.conf': `connections {\n  net {\n    local_addrs = 192.0.2.1\n    remote_addrs = 198.51.100.1\n    ${connection}\n    local {\n      auth = psk\n    }\n    remote {\n      auth = psk\n    }\n    children {\n      net {\n        ${child}\n      }\n    }\n  }\n}\nsecrets {\n  ike-a {\n    secret = "${SECRET}"\n  }\n}\n`,
  },
  facts: { version: '5.9.8' },
});

const NAMED = 'libreswan, names and several networks';

const sources: Readonly<Record<string, Source>> = {
  'the seed story, Openswan': {
    files: { '/etc/ipsec.conf': SEED_IPSEC_CONF, '/etc/ipsec.secrets': SEED_SECRETS },
    facts: { addresses: ['192.0.2.10'], product: 'openswan', version: '2.6.37' },
  },
  'the seed story, ASA': { files: { 'show-run.txt': SEED_ASA }, facts: {} },
  'libreswan, IKEv2, written out': libreswan(
    `leftsubnet=10.1.0.0/16\nrightsubnet=10.2.0.0/16\nikev2=insist\nike=aes256-sha2_256;modp2048\nesp=aes256-sha2_256\npfs=yes\nikelifetime=4h\nsalifetime=1h\ndpddelay=30\ndpdtimeout=120\ndpdaction=restart`,
  ),
  'libreswan, IKEv2, defaults': libreswan('leftsubnet=10.1.0.0/16\nrightsubnet=10.2.0.0/16\nikev2=insist'),
  [NAMED]: libreswan(
    'leftid=@east\nrightid=@west\nleftsubnets={10.1.0.0/16 10.3.0.0/24}\nrightsubnet=10.2.0.0/16\nikev2=insist\nike=aes256-sha2_512;modp2048\nesp=aes_gcm256',
  ),
  'libreswan, IKEv1, no networks': libreswan('ikev2=no\nike=aes128-sha1;modp2048\nesp=aes128-sha1;modp2048\npfs=yes'),
  'libreswan, IKEv1, several networks': libreswan(
    'leftsubnets={10.1.0.0/16 10.3.0.0/24}\nrightsubnet=10.2.0.0/16\nikev2=no\nike=aes128-sha1;modp2048\nesp=aes128-sha1;modp2048\npfs=yes',
  ),
  'libreswan, transport': libreswan('type=transport\nikev2=insist\nike=aes256-sha2_256;dh19\nesp=aes256-sha2_256'),
  'libreswan, PFS of another group': libreswan(
    'leftsubnet=10.1.0.0/16\nrightsubnet=10.2.0.0/16\nikev2=insist\nike=aes256-sha2_256;modp2048\nesp=aes256-sha2_256;modp4096',
  ),
  'swanctl, IKEv2': swanctl(
    'version = 2\n    proposals = aes256-sha256-modp2048\n    dpd_delay = 30s',
    'local_ts = 10.1.0.0/16\n        remote_ts = 10.2.0.0/16\n        esp_proposals = aes256-sha256-modp2048\n        start_action = start',
  ),
  'swanctl, IKEv2, ECP and GCM': swanctl(
    'version = 2\n    proposals = aes256gcm16-prfsha384-ecp384\n    encap = yes',
    'local_ts = 10.1.0.0/16, 10.3.0.0/16\n        remote_ts = 10.2.0.0/16\n        esp_proposals = aes256gcm16-ecp384\n        start_action = start',
  ),
  'swanctl, IKEv1': swanctl(
    'version = 1\n    proposals = 3des-md5-modp1024',
    'local_ts = 10.1.0.0/16\n        remote_ts = 10.2.0.0/16\n        esp_proposals = 3des-md5\n        start_action = trap',
  ),
  'IOS, a tunnel interface': {
    files: {
      'router.txt': `version 15.9
crypto isakmp policy 10
 encr aes 256
 hash sha256
 authentication pre-share
 group 14
crypto isakmp key ${SECRET} address 198.51.100.1
crypto isakmp keepalive 10 periodic
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
crypto ipsec profile P
 set transform-set TS
 set pfs group14
interface Tunnel4
 ip address 10.255.0.1 255.255.255.252
 tunnel source 192.0.2.1
 tunnel mode ipsec ipv4
 tunnel destination 198.51.100.1
 tunnel protection ipsec profile P
end
`,
    },
    facts: {},
  },
  'swanctl, a tunnel interface': swanctl(
    'version = 2\n    proposals = aes256-sha256-modp2048',
    'local_ts = 0.0.0.0/0\n        remote_ts = 0.0.0.0/0\n        esp_proposals = aes256-sha256\n        if_id_in = 3\n        if_id_out = 3\n        start_action = start',
  ),
};

/** An ASA has no AH. */
const AH: Source = libreswan(
  'leftsubnet=10.1.0.0/16\nrightsubnet=10.2.0.0/16\nikev2=insist\nike=aes256-sha2_256;modp2048\nphase2=ah\nphase2alg=sha2_512\npfs=yes',
);

const names: Readonly<Record<ConvertTarget, string>> = {
  'ipsec.conf': '/etc/ipsec.conf',
  swanctl: 'swanctl.conf',
  asa: 'asa.txt',
  openvpn: 'peer.conf',
};

/** The other end's files, the secret put in place, and what is known about them. */
async function converted(source: Source, to: ConvertTarget, product: 'openswan' | 'libreswan' | 'strongswan'): Promise<Source> {
  const config = await readEnd(source.files, source.facts);
  const result = convert(
    config.connections.map((connection) => endOf(config, connection)),
    to,
    product,
  );
  if (result === undefined) throw new TypeError('not converted');
  const folder = names[to].replace(/[^/]*$/, '');
  const files = Object.fromEntries(result.files.map(({ name, text }) => [`${folder}${name}`, text.replaceAll(SECRET_PLACEHOLDER, SECRET)]));
  const facts =
    to !== 'ipsec.conf'
      ? {}
      : {
          product,
          addresses: ['198.51.100.1', '198.51.100.20', '192.0.2.10'].filter((address) =>
            Object.values(files).join().includes(`left=${address}`),
          ),
        };
  return { files, facts };
}

/** ENCR_CHACHA20_POLY1305. */
const CHACHA20 = 28;

/** What an end says, whatever language it says it in: several connections that differ in their networks alone say what one can say. */
async function meaningOf({ files, facts }: Source, asa: boolean): Promise<unknown> {
  const config = await readEnd(files, facts);
  const meanings = config.connections.map((connection) => {
    const counterpart = counterpartOf(endOf(config, connection));
    if (counterpart === undefined) throw new TypeError('nothing is negotiated');
    const { ikeVersion, aggressive, localAddress, remoteAddress, auth, pfsGroups, pairs, mode, protocol, compress, truncated } =
      counterpart;
    const { ikeOffers, espOffers, ikeLifetime, childLifetime, dpd } = counterpart;
    const known = (list: Offer['ciphers']) => list.filter(({ id }) => !asa || id !== CHACHA20);
    return {
      ...{ ikeVersion, aggressive, localAddress, remoteAddress, auth, pfsGroups, mode, protocol, compress, truncated },
      ...{ ikeLifetime, childLifetime, dpd: dpd.delay },
      ike: ikeOffers.map(({ ciphers, hashes, prfs, groups }) => ({ ciphers: known(ciphers), hashes, prfs, groups })),
      esp: espOffers.map(({ ciphers, hashes }) => ({ ciphers: known(ciphers), hashes })),
      pairs: pairs.map(selectorText),
    };
  });
  const together = new Map<string, string[]>();
  for (const { pairs, ...rest } of meanings) {
    const key = JSON.stringify(rest);
    together.set(key, [...(together.get(key) ?? []), ...pairs]);
  }
  return [...together].map(([rest, pairs]) => ({ ...JSON.parse(rest), pairs }));
}

const compare = (a: Source, b: Source) => compareTexts(a.files, b.files, a.facts, b.facts);

type Way = readonly [to: ConvertTarget, product: 'openswan' | 'libreswan' | 'strongswan'];

/** Over what language, and into which one back. */
const ways: readonly (readonly [there: Way, back: Way])[] = [
  [
    ['swanctl', 'strongswan'],
    ['ipsec.conf', 'libreswan'],
  ],
  [
    ['swanctl', 'strongswan'],
    ['swanctl', 'strongswan'],
  ],
  [
    ['swanctl', 'strongswan'],
    ['asa', 'libreswan'],
  ],
  [
    ['ipsec.conf', 'strongswan'],
    ['ipsec.conf', 'libreswan'],
  ],
  [
    ['ipsec.conf', 'libreswan'],
    ['swanctl', 'strongswan'],
  ],
  [
    ['asa', 'libreswan'],
    ['ipsec.conf', 'libreswan'],
  ],
  [
    ['asa', 'libreswan'],
    ['ipsec.conf', 'strongswan'],
  ],
  [
    ['asa', 'libreswan'],
    ['swanctl', 'strongswan'],
  ],
];

describe('convert', () => {
  const withoutAsa = ways.filter((way) => way.every(([to]) => to !== 'asa'));
  it.each([
    ...Object.entries(sources).flatMap(([name, source]) => ways.map(([there, back]) => [name, there, back, source] as const)),
    ...withoutAsa.map(([there, back]) => ['libreswan, AH', there, back, AH] as const),
  ])('%s over %s and back as %s: nothing to complain of', async (name, there, back, source) => {
    const asa = there[0] === 'asa' || back[0] === 'asa';
    const other = await converted(source, ...there);
    const first = await compare(source, other);
    expect(problems(first), Object.values(other.files).join('\n')).toEqual([]);
    expect(first.rows.length).toBeGreaterThan(8);
    // The other end of the other end is the end that we began with, in whatever language.
    const again = await converted(other, ...back);
    const texts = [...Object.values(other.files), ...Object.values(again.files)].join('\n');
    expect(problems(await compare(again, other)), texts).toEqual([]);
    const third = await converted(again, 'swanctl', 'strongswan');
    // An ASA does not say whom it expects: the name of that end is lost on the way.
    expect(problems(await compare(source, third)), texts).toEqual(asa && name === NAMED ? ['error config/identity'] : []);
    // An ASA knows no ChaCha20, of which a note speaks.
    expect(await meaningOf(again, asa), texts).toEqual(await meaningOf(source, asa));
  });

  it.each<[ConvertTarget, 'openswan' | 'libreswan' | 'strongswan', RegExp, RegExp]>([
    ['swanctl', 'strongswan', /if_id_in = 1\n\s*if_id_out = 1/, /ip link add ipsec1 type xfrm/],
    ['ipsec.conf', 'libreswan', /ipsec-interface=1\n/, /dev ipsec1/],
    ['ipsec.conf', 'strongswan', /mark=1\n/, /install_routes = no/],
    ['ipsec.conf', 'openswan', /auto=add\n/, /takes all traffic/],
    ['asa', 'libreswan', /^interface Tunnel1\n nameif vti1\n(?!.*(permit ip|crypto map))/ms, /Tunnel1 wants an address/],
  ])('never writes a policy for all traffic where there is a tunnel interface: %s of %s', async (to, product, text, note) => {
    const source = sources['IOS, a tunnel interface'] as Source;
    const config = await readEnd(source.files, source.facts);
    const result = convert(
      config.connections.map((connection) => endOf(config, connection)),
      to,
      product,
    );
    expect(result?.files[0]?.text).toMatch(text);
    expect(result?.notes.join('\n')).toMatch(note);
    expect(result?.notes.join('\n')).not.toMatch(/tunnel mode/);
  });

  it('says what is not carried over, and writes no secret', async () => {
    const source = libreswan('leftsubnet=10.1.0.0/16\nrightsubnet=10.2.0.0/16\nnarrowing=yes\nleftid=@east\nrightid=%any');
    const config = await readEnd(source.files, source.facts);
    const result = convert(
      config.connections.map((connection) => endOf(config, connection)),
      'asa',
      'libreswan',
    );
    expect(result?.notes.join('\n')).toMatch(/narrowing yes of libreswan is not carried over/);
    expect(result?.notes.join('\n')).toMatch(/the secret is not written/);
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });
});
