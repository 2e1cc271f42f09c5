import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, TunnelOrder } from './support/ikev2-agent.js';
import { Ikev2Agent } from './support/ikev2-agent-process.js';
import { Ikev2Scene, PEER } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/**
 * Every pair of algorithms that both ends have, in tunnels with strongSwan 5.9.8, echo through each: pairs rather than the whole product,
 * so that each algorithm of one kind meets each of the others. Prints the matrix.
 */
const lacking = lackingForPeers();
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;

/** Words of swanctl.conf, and names in `swanctl --list-algs` where these are other ones. */
const CIPHERS: Readonly<Record<string, string>> = {
  aes128: 'AES_CBC',
  aes192: 'AES_CBC',
  aes256: 'AES_CBC',
  aes128ctr: 'AES_CTR',
  aes192ctr: 'AES_CTR',
  aes256ctr: 'AES_CTR',
  '3des': '3DES_CBC',
  camellia128: 'CAMELLIA_CBC',
  camellia192: 'CAMELLIA_CBC',
  camellia256: 'CAMELLIA_CBC',
  camellia128ctr: 'CAMELLIA_CTR',
  camellia256ctr: 'CAMELLIA_CTR',
};
const COMBINED: Readonly<Record<string, string>> = {
  aes128gcm8: 'AES_GCM_8',
  aes256gcm8: 'AES_GCM_8',
  aes128gcm12: 'AES_GCM_12',
  aes256gcm12: 'AES_GCM_12',
  aes128gcm16: 'AES_GCM_16',
  aes192gcm16: 'AES_GCM_16',
  aes256gcm16: 'AES_GCM_16',
  aes128ccm8: 'AES_CCM_8',
  aes256ccm8: 'AES_CCM_8',
  aes128ccm12: 'AES_CCM_12',
  aes128ccm16: 'AES_CCM_16',
  aes256ccm16: 'AES_CCM_16',
  chacha20poly1305: 'CHACHA20_POLY1305',
  camellia128ccm16: 'CAMELLIA_CCM_16',
  camellia256ccm8: 'CAMELLIA_CCM_8',
};
const INTEGRITY: Readonly<Record<string, string>> = {
  md5: 'HMAC_MD5_96',
  sha1: 'HMAC_SHA1_96',
  sha256: 'HMAC_SHA2_256_128',
  sha384: 'HMAC_SHA2_384_192',
  sha512: 'HMAC_SHA2_512_256',
  aesxcbc: 'AES_XCBC_96',
  aescmac: 'AES_CMAC_96',
};
const PRFS: Readonly<Record<string, string>> = {
  prfmd5: 'PRF_HMAC_MD5',
  prfsha1: 'PRF_HMAC_SHA1',
  prfsha256: 'PRF_HMAC_SHA2_256',
  prfsha384: 'PRF_HMAC_SHA2_384',
  prfsha512: 'PRF_HMAC_SHA2_512',
  prfaesxcbc: 'PRF_AES128_XCBC',
  prfaescmac: 'PRF_AES128_CMAC',
};
const GROUPS: Readonly<Record<string, string>> = {
  modp768: 'MODP_768',
  modp1024: 'MODP_1024',
  modp1536: 'MODP_1536',
  modp2048: 'MODP_2048',
  modp3072: 'MODP_3072',
  modp4096: 'MODP_4096',
  modp6144: 'MODP_6144',
  modp8192: 'MODP_8192',
  modp1024s160: 'MODP_1024_160',
  modp2048s224: 'MODP_2048_224',
  modp2048s256: 'MODP_2048_256',
  ecp192: 'ECP_192',
  ecp224: 'ECP_224',
  ecp256: 'ECP_256',
  ecp384: 'ECP_384',
  ecp521: 'ECP_521',
  ecp224bp: 'ECP_224_BP',
  ecp256bp: 'ECP_256_BP',
  ecp384bp: 'ECP_384_BP',
  ecp512bp: 'ECP_512_BP',
  curve25519: 'CURVE_25519',
  curve448: 'CURVE_448',
};
/** Of ESP alone. */
const NULL_CIPHER = { null: 'NULL' };
/** We have it, strongSwan 5.9.8 with ESP in user space has not. */
const ABSENT = ['mlkem512', 'mlkem768', 'mlkem1024 (RFC 9370)', 'ESP aes128gmac (NULL_AUTH_AES_GMAC)', 'ESN'];

interface Row {
  readonly cipher: string;
  /** Empty with combined ciphers. */
  readonly integrity: string;
  readonly prf: string;
  readonly group: string;
  readonly esp: string;
}

type Kind = 'cipher' | 'integrity' | 'prf' | 'group';
const KINDS: readonly Kind[] = ['cipher', 'integrity', 'prf', 'group'];
const isCombined = (cipher: string) => cipher in COMBINED;

/** Rows in which every pair of two kinds stands at least once, chosen greedily; costly groups no more often than needed. */
function pairwise(choices: Readonly<Record<Kind, readonly string[]>>): readonly Omit<Row, 'esp'>[] {
  const open = new Set<string>();
  const key = (a: Kind, x: string, b: Kind, y: string) => `${a} ${x} ${b} ${y}`;
  for (const [n, a] of KINDS.entries())
    for (const b of KINDS.slice(n + 1))
      for (const x of choices[a])
        for (const y of choices[b]) if (!(a === 'cipher' && b === 'integrity' && isCombined(x) !== (y === ''))) open.add(key(a, x, b, y));
  // No combined cipher has an integrity algorithm, so that nothing else can stand with none.
  const rows: Omit<Row, 'esp'>[] = [];
  while (open.size > 0) {
    const [first] = open;
    const row = { cipher: '', integrity: '?', prf: '', group: '' };
    const [a, x, b, y] = (first ?? '').split(' ') as [Kind, string, Kind, string];
    row[a] = x;
    row[b] = y;
    const gain = (kind: Kind, value: string) =>
      KINDS.filter((other) => other !== kind && row[other] !== '' && row[other] !== '?').reduce((sum, other) => {
        const [one, two] = KINDS.indexOf(kind) < KINDS.indexOf(other) ? [kind, other] : [other, kind];
        return sum + (open.has(key(one, one === kind ? value : row[one], two, two === kind ? value : row[two])) ? 1 : 0);
      }, 0);
    const fits = (kind: Kind, value: string) =>
      kind === 'cipher'
        ? row.integrity === '?' || isCombined(value) === (row.integrity === '')
        : kind === 'integrity'
          ? row.cipher === '' || isCombined(row.cipher) === (value === '')
          : true;
    for (const kind of KINDS) {
      if (row[kind] !== '' && row[kind] !== '?' && !(kind === 'integrity' && row.integrity === '')) continue;
      if (kind === 'integrity' && row.integrity === '') continue;
      const possible = choices[kind].filter((value) => fits(kind, value));
      row[kind] = possible.reduce((best, value) => (gain(kind, value) > gain(kind, best) ? value : best), possible[0] ?? '');
    }
    for (const [n, one] of KINDS.entries()) for (const two of KINDS.slice(n + 1)) open.delete(key(one, row[one], two, row[two]));
    open.delete(first ?? '');
    rows.push(row);
  }
  return rows;
}

/** A table of two kinds: what came of the rows in which both stand. */
function matrix(rows: readonly Row[], passed: readonly boolean[], down: (row: Row) => string, across: (row: Row) => string): string {
  const left = [...new Set(rows.map(down))];
  const head = [...new Set(rows.map(across))];
  const width = Math.max(...left.map(({ length }) => length));
  const cell = (a: string, b: string) => {
    const found = rows.flatMap((row, n) => (down(row) === a && across(row) === b ? [passed[n]] : []));
    return found.length === 0 ? '·' : found.every((one) => one === true) ? '✓' : '✗';
  };
  const lines = left.map((a) => `${a.padEnd(width)} ${head.map((b) => cell(a, b).padEnd(b.length)).join(' ')}`);
  return [`${' '.repeat(width)} ${head.join(' ')}`, ...lines].join('\n');
}

describe.skipIf(lacking !== '')(`algorithms that we and strongSwan have${skipped}`, () => {
  let scene: Ikev2Scene;
  let agent: Ikev2Agent;
  beforeAll(async () => {
    scene = await Ikev2Scene.open();
  });
  afterAll(async () => {
    agent?.close();
    await scene?.close();
  });

  it('in every pair', async () => {
    const words = (table: Readonly<Record<string, string>>) => Object.keys(table);
    const esp = [
      ...words({ ...CIPHERS, ...NULL_CIPHER }).flatMap((cipher) => words(INTEGRITY).map((integrity) => `${cipher}-${integrity}`)),
      ...words(COMBINED),
    ];
    const rows: Row[] = pairwise({
      cipher: [...words(CIPHERS), ...words(COMBINED)],
      integrity: [...words(INTEGRITY), ''],
      prf: words(PRFS),
      group: words(GROUPS),
    }).map((row, n) => ({ ...row, esp: esp[n % esp.length] as string }));
    expect(new Set(rows.map((row) => row.esp)).size).toBe(esp.length);
    for (const cipher of words(CIPHERS))
      for (const group of words(GROUPS)) expect(rows.some((row) => row.cipher === cipher && row.group === group)).toBe(true);
    const all = [...words(CIPHERS), ...words(INTEGRITY), ...words(PRFS), ...words(GROUPS)].join('-');
    const combined = [...words(COMBINED), ...words(PRFS), ...words(GROUPS)].join('-');
    // Short exponents, as other daemons take them: modp8192 is slow enough.
    await scene.peer(`conn r c.proposals=${all},${combined} c.unique=never k.remote_ts=10.78.0.0/16 ss.dh_exponent_ansi_x9_42=no \\
      k.esp_proposals=${[...words({ ...CIPHERS, ...NULL_CIPHER }), ...words(INTEGRITY)].join('-')},${words(COMBINED).join('-')} \\
      ss.filelog.f.ike=1 ss.filelog.f.chd=1 ss.filelog.f.mgr=0`);
    const known = await scene.lab.sh('swan r --list-algs');
    for (const name of Object.values({ ...CIPHERS, ...COMBINED, ...INTEGRITY, ...PRFS, ...GROUPS })) expect(known).toContain(`${name}[`);
    agent = await Ikev2Agent.start(scene.lab);
    const started = performance.now();
    const answers: readonly Answer[] = await agent.many(
      rows.map((row, n): TunnelOrder => {
        const inner = `10.78.${1 + (n >> 7)}.${2 + (n & 127)}`;
        const ike = [row.cipher, row.integrity, row.prf, row.group].filter((word) => word !== '').join('-');
        return {
          address: PEER,
          source: '198.51.100.1',
          inner: [inner, '10.77.0.1'],
          flags: {
            ike,
            esp: row.esp,
            pskFile: `${scene.lab.folder}/psk`,
            id: 'client.example',
            peerId: 'gateway.example',
            localTs: [`${inner}/32`],
            remoteTs: ['10.77.0.0/24'],
          },
        };
      }),
      2,
    );
    const seconds = (performance.now() - started) / 1000;
    const passed = answers.map(({ ok }) => ok);
    const cell = ({ esp: suite }: Row) => suite.split('-') as [string, string?];
    process.stdout.write(
      `\n${rows.length} tunnels with strongSwan 5.9.8, ${passed.filter(Boolean).length} with echo, in ${seconds.toFixed(1)} s\n` +
        `IKE: ✓ in every tunnel, ✗ not, · no such pair\n\n${matrix(
          rows,
          passed,
          ({ cipher }) => cipher,
          ({ integrity }) => integrity || 'combined',
        )}\n\n` +
        `${matrix(
          rows,
          passed,
          ({ cipher }) => cipher,
          ({ prf }) => prf,
        )}\n\n${matrix(
          rows,
          passed,
          ({ cipher }) => cipher,
          ({ group }) => group,
        )}\n\n` +
        `${matrix(
          rows,
          passed,
          ({ prf }) => prf,
          ({ group }) => group,
        )}\n\n${matrix(
          rows,
          passed,
          ({ integrity }) => integrity || 'combined',
          ({ group }) => group,
        )}\n\n` +
        `ESP\n\n${matrix(
          rows,
          passed,
          (row) => cell(row)[0],
          (row) => cell(row)[1] ?? 'combined',
        )}\n\n` +
        `not supported by the peer: ${ABSENT.join(', ')}\n`,
    );
    const failed = rows.flatMap((row, n) => (passed[n] === true ? [] : [`${JSON.stringify(row)}: ${answers[n]?.text}`]));
    expect(failed).toEqual([]);
    // strongSwan's word for it: each suite chosen, each tunnel with bytes in both directions.
    const log = scene.log();
    expect(log.match(/IKE_SA lab\[\d+\] established/g)?.length).toBe(rows.length);
    expect(log.match(/CHILD_SA net\{\d+\} established/g)?.length).toBe(rows.length);
    const distinct = (lines: readonly string[] | null) => new Set(lines).size;
    const suites = rows.map(({ cipher, integrity, prf, group }) => `${cipher} ${integrity} ${prf} ${group}`);
    expect(distinct(log.match(/selected proposal: IKE:\S+/g))).toBe(distinct(suites));
    expect(distinct(log.match(/selected proposal: ESP:\S+/g))).toBe(distinct(rows.map((row) => row.esp)));
    expect(await scene.established()).toBe(0);
  });
});
