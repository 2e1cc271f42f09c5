import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ikev2Scene } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/** `probe scan` of strongSwan finds the transforms that are configured there, no more and no fewer, in tens of messages. */
const lacking = lackingForPeers();
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;

interface Configured {
  readonly name: string;
  readonly proposals: string;
  /** By IANA name. */
  readonly encr: readonly string[];
  readonly integ: readonly string[];
  readonly prf: readonly string[];
  readonly ke: readonly string[];
  /** Those that are not strong. */
  readonly weak?: readonly string[];
}

const rows: readonly Configured[] = [
  {
    name: 'one suite',
    proposals: 'aes128-sha256-modp2048',
    encr: ['AES_CBC_128'],
    integ: ['AUTH_HMAC_SHA2_256_128'],
    prf: ['PRF_HMAC_SHA2_256'],
    ke: ['MODP_2048'],
  },
  {
    name: 'one combined suite',
    proposals: 'chacha20poly1305-prfsha512-curve448',
    encr: ['CHACHA20_POLY1305'],
    integ: [],
    prf: ['PRF_HMAC_SHA2_512'],
    ke: ['CURVE448'],
  },
  {
    name: 'two proposals',
    proposals: 'aes128-aes256-sha256-sha384-modp2048-ecp256,aes256gcm16-prfsha384-x25519-ecp384',
    encr: ['AES_CBC_128', 'AES_CBC_256', 'AES_GCM_16_256'],
    integ: ['AUTH_HMAC_SHA2_256_128', 'AUTH_HMAC_SHA2_384_192'],
    prf: ['PRF_HMAC_SHA2_256', 'PRF_HMAC_SHA2_384'],
    ke: ['MODP_2048', 'ECP_256', 'ECP_384', 'CURVE25519'],
  },
  {
    name: 'a gateway that nobody has touched for long',
    proposals: '3des-aes128-md5-sha1-modp1024-modp1536',
    encr: ['3DES', 'AES_CBC_128'],
    integ: ['AUTH_HMAC_MD5_96', 'AUTH_HMAC_SHA1_96'],
    prf: ['PRF_HMAC_MD5', 'PRF_HMAC_SHA1'],
    ke: ['MODP_1024', 'MODP_1536'],
    weak: ['3DES', 'AUTH_HMAC_MD5_96', 'PRF_HMAC_MD5', 'MODP_1024', 'MODP_1536'],
  },
  {
    name: 'the rare ones',
    proposals: 'camellia256-aes192ctr-aesxcbc-aescmac-prfaesxcbc-prfaescmac-modp8192-ecp521-ecp512bp,aes128ccm8-aes256ccm16-prfsha1-ecp224',
    encr: ['AES_CTR_192', 'CAMELLIA_CBC_256', 'AES_CCM_8_128', 'AES_CCM_16_256'],
    integ: ['AUTH_AES_XCBC_96', 'AUTH_AES_CMAC_96'],
    prf: ['PRF_AES128_XCBC', 'PRF_AES128_CMAC', 'PRF_HMAC_SHA1'],
    ke: ['MODP_8192', 'ECP_521', 'ECP_512_BP', 'ECP_224'],
  },
];

interface Accepted {
  readonly name: string;
  readonly grade: string;
}
interface Scan {
  readonly accepted: Readonly<Record<'encr' | 'integ' | 'prf' | 'ke', readonly Accepted[]>>;
  readonly unanswered: readonly unknown[];
  readonly messages: number;
  readonly seconds: number;
}

describe.skipIf(lacking !== '')(`probe scan of strongSwan${skipped}`, () => {
  let scene: Ikev2Scene;
  beforeAll(async () => {
    scene = await Ikev2Scene.open();
  });
  afterAll(async () => {
    await scene?.close();
  });

  it.each(rows)('$name', async ({ name, proposals, weak, ...configured }) => {
    await scene.peer(`conn r c.proposals=${proposals} ss.filelog.f.ike=1`);
    const { stdout, status } = await scene.lab.vpndoctor(['probe', 'scan', '203.0.113.2', '--json', '--rate', '100']);
    const scan = JSON.parse(stdout) as Scan;
    process.stdout.write(`${name}: ${scan.messages} messages in ${scan.seconds} s\n`);
    for (const kind of ['encr', 'integ', 'prf', 'ke'] as const) {
      expect([...scan.accepted[kind].map((one) => one.name)].sort(), kind).toEqual([...configured[kind]].sort());
    }
    expect(scan.unanswered).toEqual([]);
    expect(scan.messages).toBeLessThan(120);
    expect(status).toBe(weak === undefined ? 0 : status);
    const all = Object.values(scan.accepted).flat();
    for (const one of weak ?? []) expect(all.find((accepted) => accepted.name === one)?.grade, one).not.toBe('strong');
    // strongSwan's own count of messages, and what it is left with: half-open SAs that expire.
    const log = scene.log();
    expect(log.match(/parsed IKE_SA_INIT request 0/g)?.length).toBe(scan.messages);
    expect((await scene.lab.sh('swan r --list-sas 2>/dev/null')).match(/CONNECTING/g)?.length ?? 0).toBeLessThanOrEqual(2);
  });
});
