// Keys of a recorded tunnel: from charon's private log (level 4 of ike and chd) or `ip xfrm state` to keys.json, and
// from keys.json to tshark's arguments.
//   keys.mjs [--nat] [--xfrm FILE] LOG…   prints keys.json
//   keys.mjs --tshark keys.json                         prints one tshark argument a line
import { readFileSync } from 'node:fs';

/**
 * What a log says of an IKE SA while it is read, and one entry of keys.json: fields by name.
 * @typedef {Record<string, any>} Fields
 * @typedef {{ikev2: Fields[], ikev1: Fields[], esp: Fields[]}} Keys
 * @typedef {{lines: string[], out: Keys, spis: Map<string, string[]>, claimed: Set<string>, ikeProposal?: string}} Log
 */

/** charon's names to Wireshark's: IKEv2 table, ESP table. Key lengths in bits complete the IKEv2 name. @type {Record<string, [string, string]>} */
const ENCR = {
  '3DES_CBC': ['3DES', 'TripleDES-CBC [RFC2451]'],
  AES_CBC: ['AES-CBC-%', 'AES-CBC [RFC3602]'],
  AES_CTR: ['AES-CTR-%', 'AES-CTR [RFC3686]'],
  AES_GCM_8: ['AES-GCM-% with 8 octet ICV', 'AES-GCM with 8 octet ICV [RFC4106]'],
  AES_GCM_12: ['AES-GCM-% with 12 octet ICV', 'AES-GCM with 12 octet ICV [RFC4106]'],
  AES_GCM_16: ['AES-GCM-% with 16 octet ICV', 'AES-GCM with 16 octet ICV [RFC4106]'],
  CHACHA20_POLY1305: ['CHACHA20_POLY1305', 'ChaCha20 with Poly1305 [RFC7634]'],
  NULL: ['NULL', 'NULL'],
};
/** @type {Record<string, [string, string]>} */
const INTEG = {
  HMAC_MD5_96: ['HMAC_MD5_96', 'HMAC-MD5-96 [RFC2403]'],
  HMAC_SHA1_96: ['HMAC_SHA1_96', 'HMAC-SHA-1-96 [RFC2404]'],
  HMAC_SHA2_256_96: ['HMAC_SHA2_256_96', 'HMAC-SHA-256-96 [draft-ietf-ipsec-ciph-sha-256-00]'],
  HMAC_SHA2_256_128: ['HMAC_SHA2_256_128', 'HMAC-SHA-256-128 [RFC4868]'],
  HMAC_SHA2_384_192: ['HMAC_SHA2_384_192', 'HMAC-SHA-384-192 [RFC4868]'],
  HMAC_SHA2_512_256: ['HMAC_SHA2_512_256', 'HMAC-SHA-512-256 [RFC4868]'],
};
/** @type {Record<string, number>} */
const SALT = { AES_CTR: 4, AES_GCM_8: 4, AES_GCM_12: 4, AES_GCM_16: 4, CHACHA20_POLY1305: 4 };
/** @type {[string, string]} */
const NONE = ['NONE', 'NULL'];
/** @type {Record<string, number>} */
const RFC = { '3DES': 2451, NONE: 4306, AES_CBC: 3602, AES_CTR: 5930, AES_GCM: 5282, HMAC_MD5_96: 2403, HMAC_SHA1_96: 2404 };
/** The kernel's names to charon's. @type {Record<string, string>} */
const XFRM_ENCR = {
  'cbc(des3_ede)': '3DES_CBC',
  'cbc(aes)': 'AES_CBC',
  'rfc4106(gcm(aes))': 'AES_GCM_16',
  'ecb(cipher_null)': 'NULL',
  'rfc7539esp(chacha20,poly1305)': 'CHACHA20_POLY1305',
};
/** @type {Record<string, string>} */
const XFRM_INTEG = {
  'hmac(md5)/96': 'HMAC_MD5_96',
  'hmac(sha1)/96': 'HMAC_SHA1_96',
  'hmac(sha256)/96': 'HMAC_SHA2_256_96',
  'hmac(sha256)/128': 'HMAC_SHA2_256_128',
  'hmac(sha384)/192': 'HMAC_SHA2_384_192',
  'hmac(sha512)/256': 'HMAC_SHA2_512_256',
};

/** @param {string} name @param {string} key */
function ikeName(name, key) {
  const bits = (key.length / 2 - (SALT[name] ?? 0)) * 8;
  return (ENCR[name] ?? [name])[0].replace('%', String(bits));
}

/** The hexadecimal dump under line `at`. @param {string[]} lines @param {number} at */
function dumpAt(lines, at) {
  let hex = '';
  for (let i = at + 1; i < lines.length && !/ => \d+ bytes/.test(lines[i] ?? ''); i++) {
    const bytes = /\s+\d+: ((?:[0-9A-F]{2} )+)/.exec(lines[i] ?? '')?.[1];
    if (!bytes) break;
    hex += bytes.replace(/ /g, '').toLowerCase();
  }
  return hex;
}

/** IKE SA number -> its SPIs (initiator, responder), as the log's manager names them. @param {string[]} lines */
function readSpis(lines) {
  const spis = new Map();
  for (const line of lines) {
    const m = /check(?:in|out) IKEv[12] SA \S*\[(\d+)\] with SPIs ([0-9a-f]{16})_i ([0-9a-f]{16})_r/.exec(line);
    if (m && m[3] !== '0'.repeat(16)) spis.set(m[1], [m[2], m[3]]);
  }
  return spis;
}

/**
 * What to do with a line of the log: pattern, then (match, what this IKE SA said so far, line number).
 * @type {[RegExp, (m: any, sa: Fields, log: Log, at: number) => void][]}
 */
const patterns = [
  // who began the exchange decides whose keys are whose
  [/\[ENC\].* (generating|parsed) \S+ (request|response)/, (m, sa) => (sa.initiator = (m[1] === 'parsed') === (m[2] === 'response'))],
  [/selected proposal: IKE:(\S+)/, (m, sa, log) => (sa.ikeProposal = log.ikeProposal = m[1])],
  [/using (\S+) for encryption/, (m, sa) => Object.assign(sa, { encryption: m[1], integrity: undefined })],
  [/using (\S+) for integrity/, (m, sa) => (sa.integrity = m[1])],
  [/((?:encryption|integrity) (?:initiator|responder)) key => \d+ bytes/, (m, sa, log, at) => (sa[m[1]] = dumpAt(log.lines, at))],
  [/(?:adding|registering) (inbound|outbound) (ESP|AH) SA/, (m, sa) => (sa.direction = m[2] === 'ESP' ? m[1] : undefined)],
  [
    /SPI (0x[0-9a-f]+), src (\S+) dst (\S+)/,
    (m, sa, log) => {
      if (!sa.direction) return;
      const sender = (sa.direction === 'outbound') === sa.initiator ? 'initiator' : 'responder';
      const integKey = sa.integrity ? sa[`integrity ${sender}`] : '';
      log.out.esp.push(espEntry(m[2], m[3], m[1], sa.encryption, sa[`encryption ${sender}`] ?? '', sa.integrity, integKey));
    },
  ],
  [
    /(Sk_ai|Sk_ar|Sk_ei|Sk_er) secret => \d+ bytes/,
    (m, sa, log, at) => {
      sa[m[1]] = dumpAt(log.lines, at);
      if (m[1] === 'Sk_er') finishIkev2(sa, log, at);
    },
  ],
  // What KEYMAT of quick modes comes from: for those who check that.
  [/SKEYID_d => \d+ bytes/, (_, sa, log, at) => (sa.skeyidD = dumpAt(log.lines, at))],
  [
    /encryption key Ka => \d+ bytes/,
    (_, sa, log, at) => {
      const pair = log.spis.get(sa.number);
      if (pair) log.out.ikev1.push({ cookie_i: pair[0], cookie_r: pair[1], key: dumpAt(log.lines, at), skeyid_d: sa.skeyidD });
    },
  ],
];

/** @param {Fields} sa @param {Log} log @param {number} at */
function finishIkev2(sa, log, at) {
  let number = sa.number;
  if (log.claimed.has(number)) {
    // a rekeyed IKE SA: its keys are derived in the old one's name, its number follows
    const later = log.lines
      .slice(at)
      .map((l) => /IKE_SA \S*\[(\d+)\] (?:rekeyed between|state change: CONNECTING => ESTABLISHED)/.exec(l)?.[1]);
    number = later.find((n) => n && n !== sa.number);
  }
  const pair = log.spis.get(number);
  if (pair) {
    log.claimed.add(number);
    // The responder of a rekeying derives in the new one's name what was chosen in the old one's.
    const [encr = '', integ = ''] = (sa.ikeProposal ?? log.ikeProposal ?? '').split('/');
    log.out.ikev2.push({
      spi_i: pair[0],
      spi_r: pair[1],
      sk_ei: sa.Sk_ei,
      sk_er: sa.Sk_er,
      encr: ikeName(encr.replace(/_(128|192|256)$/, ''), sa.Sk_ei),
      sk_ai: sa.Sk_ai ?? '',
      sk_ar: sa.Sk_ar ?? '',
      integ: (INTEG[integ] ?? NONE)[0],
    });
  }
  sa.Sk_ai = sa.Sk_ar = undefined; // an AEAD has none
}

/** One private log to keys. @param {string} text @param {Keys} out */
function readLog(text, out) {
  const lines = text.split('\n');
  /** @type {Log} */
  const log = { lines, out, spis: readSpis(lines), claimed: new Set() };
  const said = new Map();
  for (const [at, line] of lines.entries()) {
    const number = /<(?:[^|>]*\|)?(\d+)>/.exec(line)?.[1];
    if (!number) continue;
    if (!said.has(number)) said.set(number, { number });
    for (const [pattern, act] of patterns) {
      const m = pattern.exec(line);
      if (m) act(m, said.get(number), log, at);
    }
  }
}

/**
 * @param {string} src @param {string} dst @param {string} spi @param {string | undefined} encr @param {string} encrKey
 * @param {string} [integ] @param {string} [integKey]
 */
function espEntry(src, dst, spi, encr, encrKey, integ, integKey) {
  return {
    src,
    dst,
    spi: `0x${spi.slice(2).padStart(8, '0')}`,
    encr: (ENCR[encr ?? 'NULL'] ?? [encr, encr])[1],
    encr_key: encrKey,
    integ: integ ? (INTEG[integ] ?? [integ, integ])[1] : NONE[1],
    integ_key: integKey,
  };
}

/** `ip -d xfrm state` to ESP entries. @param {string} text @param {Keys} out */
function readXfrm(text, out) {
  for (const block of text.split(/\n(?=src )/)) {
    /** @type {any} */
    const head = /src (\S+) dst (\S+)\s+proto esp spi (0x[0-9a-f]+)/.exec(block);
    if (!head) continue;
    const hex = (/** @type {string | undefined} */ s) => (s ?? '').replace(/^0x/, '');
    /** @type {any} */
    const aead = /aead (\S+) (?:0x)?([0-9a-f]+) (\d+)/.exec(block);
    /** @type {any} */
    const enc = /enc (\S+) ?((?:0x)?[0-9a-f]*)/.exec(block);
    /** @type {any} */
    const auth = /auth-trunc (\S+) (?:0x)?([0-9a-f]+) (\d+)/.exec(block);
    if (aead) out.esp.push(espEntry(head[1], head[2], head[3], XFRM_ENCR[aead[1]] ?? aead[1], hex(aead[2])));
    else if (enc)
      out.esp.push(
        espEntry(
          head[1],
          head[2],
          head[3],
          XFRM_ENCR[enc[1]] ?? enc[1],
          hex(enc[2]),
          auth && (XFRM_INTEG[`${auth[1]}/${auth[3]}`] ?? auth[1]),
          hex(auth?.[2]),
        ),
      );
  }
}

const args = process.argv.slice(2);
if (args[0] === '--tshark') {
  const keys = JSON.parse(readFileSync(args[1] ?? '', 'utf8'));
  const rfc = (/** @type {string} */ n) =>
    `${n} [RFC${RFC[n] ?? RFC[Object.keys(RFC).find((k) => n.replaceAll('-', '_').startsWith(k)) ?? ''] ?? 4868}]`;
  const name = (/** @type {string} */ v) => `"${v}"`; // tshark wants names quoted and IKE's hexadecimal bare
  const uat = (/** @type {string} */ table, /** @type {string[]} */ values) => {
    console.log('-o');
    console.log(`uat:${table}:${values.join(',')}`);
  };
  for (const k of keys.ikev2 ?? [])
    if (!k.encr.startsWith('CHACHA'))
      uat('ikev2_decryption_table', [k.spi_i, k.spi_r, k.sk_ei, k.sk_er, name(rfc(k.encr)), k.sk_ai, k.sk_ar, name(rfc(k.integ))]);
  for (const k of keys.ikev1 ?? []) uat('ikev1_decryption_table', [k.cookie_i, k.key]);
  const hex = (/** @type {string} */ s) => (s ? `0x${s}` : '');
  for (const k of keys.esp ?? [])
    if (!k.encr.startsWith('ChaCha'))
      uat(
        'esp_sa',
        [k.src.includes(':') ? 'IPv6' : 'IPv4', k.src, k.dst, k.spi, k.encr, hex(k.encr_key), k.integ, hex(k.integ_key)].map(name),
      );
  if (keys.esp?.length)
    for (const o of ['esp.enable_encryption_decode:TRUE', 'esp.enable_authentication_check:TRUE']) {
      console.log('-o');
      console.log(o);
    }
} else {
  /** @type {Keys} */
  const out = { ikev2: [], ikev1: [], esp: [] };
  let nat = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--nat') nat = true;
    else if (args[i] === '--xfrm') readXfrm(readFileSync(args[++i] ?? '', 'utf8'), out);
    else readLog(readFileSync(args[i] ?? '', 'utf8'), out);
  }
  if (nat) for (const e of out.esp) e.src = e.dst = '*'; // the path changes them
  /** @type {Partial<Keys>} */
  const kept = {};
  for (const k of /** @type {(keyof Keys)[]} */ (Object.keys(out))) {
    const seen = new Set(); // an SA is registered, then installed: the first mention has its own keys
    const once = out[k].filter((e) => {
      const t = e.spi ?? JSON.stringify(e);
      return !seen.has(t) && seen.add(t);
    });
    if (once.length > 0) kept[k] = once;
  }
  if (Object.keys(kept).length === 0) {
    console.error('no keys found');
    process.exit(1);
  }
  console.log(JSON.stringify(kept, null, 2));
}
