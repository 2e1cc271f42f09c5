import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BundleAnswers } from '../../../src/host/bundle.js';
import { redactAnswers } from '../../../src/host/redaction/redact.js';
import { certificateFile } from '../../support/certificates.js';
import { cpuMilliseconds } from '../../support/cpu-time.js';

const none: BundleAnswers = { files: {}, directories: {}, links: {}, stats: {}, commands: {} };

function redactOne(path: string, text: string) {
  const redacted = redactAnswers({ ...none, files: { [path]: { value: text } } });
  const file = redacted.answers.files[path];
  return { ...redacted, text: file !== undefined && 'value' in file ? file.value : '' };
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const rsaPem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const ecPem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }) as string;
const encryptedPem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }) as string;
const staticKey = `-----BEGIN OpenVPN Static key V1-----\n${'0123456789abcdef0123456789abcdee\n'.repeat(16)}-----END OpenVPN Static key V1-----\n`;

/** Path, text, the secrets in it, what must still be there. */
const forms: readonly (readonly [string, string, string, readonly string[], readonly string[]])[] = [
  ['quoted PSK', '/etc/ipsec.secrets', '10.0.0.1 10.0.0.2 : PSK "S3cr3t-Word"\n', ['S3cr3t-Word'], ['10.0.0.1 10.0.0.2 : PSK "']],
  ['single-quoted PSK', '/etc/ipsec.secrets', ": PSK 'S3cr3t-Word'\n", ['S3cr3t-Word'], [": PSK '"]],
  ['unquoted PSK', '/etc/ipsec.secrets', '@gw %any: PSK S3cr3tWord\n', ['S3cr3tWord'], ['@gw %any: PSK ']],
  ['unquoted PSK of several words', '/etc/ipsec.secrets', ': PSK S3cret one2 three3\n', ['S3cret', 'one2', 'three3'], []],
  ['PSK without its closing quote', '/etc/ipsec.secrets', ': PSK "S3cr3t word\n: PSK "b"\n', ['S3cr3t', 'word'], []],
  ['PSK with escaped and odd characters', '/etc/ipsec.secrets', ': PSK "S3#;}{:=ü t"\n', ['S3#;}{:=ü t'], []],
  ['PSK with a CRLF', '/etc/ipsec.secrets', ': PSK "S3cr3t-Word"\r\n', ['S3cr3t-Word'], ['"\r\n']],
  ['lower case', '/etc/ipsec.secrets', ': psk "S3cr3t-Word"\n', ['S3cr3t-Word'], []],
  ['IPv6 selectors', '/etc/ipsec.secrets', '2001:db8::1 2001:db8::2 : PSK "S3cr3t-Word"\n', ['S3cr3t-Word'], ['2001:db8::2 : PSK']],
  ['hexadecimal', '/etc/ipsec.secrets', ': PSK 0xdeadbeefcafe0123\n', ['deadbeefcafe0123'], [': PSK 0x']],
  ['base64', '/etc/ipsec.secrets', ': PSK 0sU2VjcmV0IGtleSBmb3IgdGVzdHM=\n', ['U2VjcmV0IGtleSBmb3IgdGVzdHM'], [': PSK 0s', '=\n']],
  ['secret on the next line', '/etc/ipsec.secrets', '10.0.0.1 :\tPSK\n\t"S3cr3t-Word"\n', ['S3cr3t-Word'], []],
  ['an entry that is commented out', '/etc/ipsec.secrets', '# : PSK "0ld-S3cret"\n: PSK "n3w"\n', ['0ld-S3cret', 'n3w'], []],
  ['a comment in a file of secrets', '/etc/ipsec.secrets', ': PSK "n3w" # was 0ld-S3cret\n# or 0lder\n', ['0ld-S3cret', '0lder'], []],
  ['secrets under another name', '/etc/ipsec.d/berlin.inc', 'include x\n: PSK "S3cr3t-Word"\n', ['S3cr3t-Word'], []],
  ['a kind with a slip', '/etc/ipsec.secrets', '@a 2001:db8::1 : PKS "S3cr3t-Word" # S3cr3t-too\n', ['S3cr3t'], ['@a 2001:db8::1 : PKS "']],
  ['no kind at all', '/etc/ipsec.secrets', '@a : S3cr3tWord\n : "S3cret2"\n', ['S3cr3tWord', 'S3cret2'], ['@a : ']],
  ['a kind with a slip, under another name', '/etc/ipsec.d/x.inc', ': PSK "a1"\n: PKS\n\t"S3cr3t-Word"\n', ['S3cr3t-Word'], []],
  [
    'no file of secrets',
    '/etc/ipsec.conf',
    'conn a\n : PSK "S3cr3t-Word"\nb : rest of the line\n',
    ['S3cr3t-Word'],
    ['b : rest of the line'],
  ],
  ['XAuth', '/etc/ipsec.secrets', 'alice : XAUTH "S3cr3t-Word"\n', ['S3cr3t-Word'], ['alice : XAUTH']],
  ['EAP', '/etc/ipsec.secrets', '@alice : EAP "S3cr3t-Word"\n', ['S3cr3t-Word'], []],
  ['NTLM', '/etc/ipsec.secrets', 'alice : NTLM 0x00112233445566778899aabbccddeeff\n', ['00112233445566778899aabbccddeeff'], []],
  ['post-quantum', '/etc/ipsec.secrets', ': PPKS "id1" "S3cr3t-Word"\n', ['S3cr3t-Word'], ['"id1"']],
  ['passphrase of a key', '/etc/ipsec.secrets', ': RSA gwKey.pem "S3cr3t-Word"\n', ['S3cr3t-Word'], [': RSA gwKey.pem "']],
  ['passphrase at the prompt', '/etc/ipsec.secrets', ': RSA gwKey.pem %prompt\n', [], [': RSA gwKey.pem %prompt\n']],
  ['smartcard', '/etc/ipsec.secrets', ': PIN %smartcard1@opensc:45 4711\n', ['4711'], ['%smartcard1@opensc:45']],
  [
    'RSA key in the text',
    '/etc/ipsec.secrets',
    ': RSA\t{\n\t# RSA 2192 bits\n\tModulus: 0xc0ffee00c0ffee00\n\tPublicExponent: 0x03\n\tPrivateExponent: 0xdeadbeef0001\n\tPrime1: 0xdeadbeef0002\n\tPrime2: 0xdeadbeef0003\n\tExponent1: 0xdeadbeef0004\n\tExponent2: 0xdeadbeef0005\n\tCoefficient: 0xdeadbeef0006\n\t}\n',
    ['deadbeef'],
    ['Modulus: 0xc0ffee00c0ffee00', 'PublicExponent: 0x03', 'Coefficient: 0x'],
  ],
  [
    'swanctl',
    '/etc/swanctl/swanctl.conf',
    'secrets {\n  ike-1 {\n    id = gw\n    secret = "S3cr3t-Word"\n  }\n}\n',
    ['S3cr3t-Word'],
    ['id = gw', '  }\n}\n'],
  ],
  [
    'swanctl, keywords with a slip',
    '/etc/swanctl/swanctl.conf',
    'secrets {\n  ike-1 {\n    id-1 = gateway\n    secert = "S3cr3t-Word"\n    sercet = S3cr3tWord\n  }\n  token { slot = 17 }\n}\nx = after',
    ['S3cr3t-Word', 'S3cr3tWord'],
    ['id-1 = gateway', 'secert = "', 'slot = 17', 'x = after'],
  ],
  ['swanctl, unquoted', '/etc/swanctl/swanctl.conf', '    secret = S3cr3t Word with spaces\n', ['S3cr3t', 'spaces'], ['secret = ']],
  ['swanctl in one line', '/etc/swanctl/swanctl.conf', 'secrets { ike { secret = S3cr3tWord } }\n', ['S3cr3tWord'], [' }']],
  ['swanctl over two lines', '/etc/swanctl/swanctl.conf', 'secret = "S3cr3t\nWord9"\nid = x\n', ['S3cr3t', 'Word9'], ['\nid = x']],
  ['swanctl without closing quote', '/etc/swanctl/swanctl.conf', 'secret = "S3cr3t-Word\n', ['S3cr3t-Word'], []],
  ['swanctl, commented out', '/etc/swanctl/swanctl.conf', '# secret = 0ld-S3cret\n', ['0ld-S3cret'], []],
  ['swanctl base64', '/etc/swanctl/swanctl.conf', 'secret = 0sU2VjcmV0IGtleSBmb3IgdGVzdHM=\n', ['U2VjcmV0IGtleSBmb3Ig'], ['secret = 0s']],
  ['RADIUS', '/etc/strongswan.conf', 'servers { a { secret = S3cr3tWord\n address = 10.0.0.9 } }', ['S3cr3tWord'], ['address = 10.0.0.9']],
  [
    'database',
    '/etc/strongswan.conf',
    'database = mysql://vpn:S3cr3tWord@localhost/ipsec\n',
    ['S3cr3tWord'],
    ['mysql://vpn:', '@localhost/ipsec'],
  ],
  [
    'ASA',
    '/root/asa.cfg',
    'tunnel-group 192.0.2.1 ipsec-attributes\n ikev1 pre-shared-key S3cr3tWord\n',
    ['S3cr3tWord'],
    ['ikev1 pre-shared-key'],
  ],
  ['ASA IKEv2', '/root/asa.cfg', ' ikev2 remote-authentication pre-shared-key 0 S3cr3tWord\n', ['S3cr3tWord'], ['pre-shared-key 0 ']],
  ['ASA masked', '/root/asa.cfg', ' ikev1 pre-shared-key *****\n', [], ['pre-shared-key *****\n']],
  [
    'old ASA',
    '/root/pix.cfg',
    'crypto isakmp key S3cr3tWord address 192.0.2.1 netmask 255.255.255.255\n',
    ['S3cr3tWord'],
    ['address 192.0.2.1'],
  ],
  ['IOS keyring', '/root/ios.cfg', ' pre-shared-key address 192.0.2.1 key S3cr3tWord\n', ['S3cr3tWord'], ['address 192.0.2.1 key ']],
  [
    'ASA passwords',
    '/root/asa.cfg',
    'ASA Version 9.8\nenable password 8Ry2YjIyt7RRXU24 encrypted\nusername bob password P4tzW0rt encrypted privilege 15\nsnmp-server community c0mmun1ty\naaa-server R host 10.0.0.1\n key r4diusk3y\n',
    ['8Ry2YjIyt7RRXU24', 'P4tzW0rt', 'c0mmun1ty', 'r4diusk3y'],
    ['username bob password', 'encrypted privilege 15'],
  ],
  ['racoon', '/etc/racoon/psk.txt', '# id key\n192.0.2.1\tS3cr3t Word\n', ['S3cr3t', 'Word'], ['192.0.2.1\t']],
  ['OpenIKED', '/etc/iked.conf', 'ikev2 esp from a to b psk "S3cr3t-Word"\n', ['S3cr3t-Word'], ['from a to b psk "']],
  ['isakmpd', '/etc/isakmpd.conf', '[peer]\nPre-shared-key= S3cr3tWord\n', ['S3cr3tWord'], []],
  ['isakmpd, by address', '/etc/isakmpd.conf', '[peer]\nPhase=\t1\nAuthentication=\tS3cr3tWord\n', ['S3cr3tWord'], ['Authentication=\t']],
  ['PPP', '/etc/ppp/chap-secrets', 'alice\tl2tpd\t"S3cr3t-Word"\t*\n', ['S3cr3t-Word'], ['alice\tl2tpd\t"', '\t*\n']],
  ['NSS', '/etc/ipsec.d/nsspassword', 'NSS Certificate DB:S3cr3tWord\n', ['S3cr3tWord'], ['NSS Certificate DB:']],
  [
    'NetworkManager',
    '/etc/NetworkManager/system-connections/x',
    '[vpn-secrets]\nIPSec secret=S3cr3tWord\nXauth password=0therW0rd\n',
    ['S3cr3tWord', '0therW0rd'],
    [],
  ],
  ['WireGuard', '/etc/wireguard/wg0.conf', 'PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n', ['yAnz5TF'], ['PrivateKey = ']],
  ['RSA key in PEM', '/etc/ipsec.d/private/gw.pem', rsaPem, rsaPem.split('\n').slice(1, -2), ['PUBLIC KEY']],
  // Its last line is part of the public point.
  ['EC key in PEM', '/etc/swanctl/private/gw.pem', ecPem, ecPem.split('\n').slice(1, -3), ['PUBLIC KEY']],
  ['encrypted key', '/etc/swanctl/private/gw.pem', encryptedPem, encryptedPem.split('\n').slice(1, -2), ['BEGIN ENCRYPTED PRIVATE KEY']],
  [
    'a key that is cut',
    '/etc/swanctl/private/gw.pem',
    rsaPem.slice(0, 300),
    rsaPem.slice(0, 300).split('\n').slice(1),
    ['BEGIN PRIVATE KEY'],
  ],
  ['static key', '/etc/openvpn/ta.key', `# 2048 bit\n${staticKey}`, ['0123456789abcdef'], ['# 2048 bit', 'BEGIN OpenVPN Static key V1']],
  ['static key that is cut', '/etc/openvpn/ta.key', staticKey.slice(0, 100), ['0123456789abcdef'], []],
  [
    'tls-crypt-v2',
    '/etc/openvpn/v2.key',
    '-----BEGIN OpenVPN tls-crypt-v2 client key-----\nc0FFeeABCDefgh012345\n-----END OpenVPN tls-crypt-v2 client key-----\n',
    ['c0FFeeABCD'],
    [],
  ],
  [
    'keys inside an OpenVPN configuration',
    '/etc/openvpn/a.conf',
    `dev tun\n<key>\n${rsaPem}</key>\n<tls-auth>\n${staticKey}</tls-auth>\n<auth-user-pass>\nalice\nS3cr3tWord\n</auth-user-pass>\nverb 3\n`,
    [...rsaPem.split('\n').slice(1, -2), '0123456789abcdef', 'S3cr3tWord'],
    ['dev tun\n<key>\n', '</tls-auth>', '\nverb 3\n'],
  ],
  [
    'PKCS#12 inside',
    '/etc/openvpn/a.conf',
    '<pkcs12>\nMIIKCAIBAzCCCcIGCSqGSIb3DQEHAaCC\n</pkcs12>\n',
    ['MIIKCAIBAzCC'],
    ['<pkcs12>\n', '</pkcs12>'],
  ],
  ['environment', '/etc/openvpn/a.conf', 'dev tun\nsetenv RADIUS_PASSWORD S3cr3tWord\n', ['S3cr3tWord'], ['setenv RADIUS_PASSWORD']],
  [
    'arguments',
    '/proc/77/cmdline',
    'openvpn\0--config\0a.conf\0--proxy-password\0S3cr3tWord\0--psk=0ther\0',
    ['S3cr3tWord', '0ther'],
    ['a.conf\0'],
  ],
];

test.each(forms)('%s', (_, path, text, secrets, kept) => {
  const redacted = redactOne(path, text);
  // Placeholders are drawn by lot: three letters of a secret may stand in one.
  const withoutLots = (said: string) => said.replace(/redacted-\w+/g, '');
  for (const secret of secrets) expect(withoutLots(redacted.text)).not.toContain(secret);
  for (const part of kept) expect(redacted.text).toContain(part);
  expect(redacted.text.split('\n').length).toBe(text.split('\n').length);
  if (secrets.length > 0) expect(redacted.redactions[0]).toMatchObject({ source: path });
  // Nobody may learn it from what is said about it.
  for (const secret of secrets) expect(withoutLots(JSON.stringify([redacted.redactions, redacted.strengths]))).not.toContain(secret);
});

describe('what is no secret stays', () => {
  test.each([
    ['/etc/ipsec.conf', 'conn a\n\tauthby=secret\n\tleftauth=psk\n\tpfs=yes # secret of the trade\n\tikelifetime=8h\n\trightid="@gw"\n'],
    ['/etc/swanctl/swanctl.conf', 'connections { a { local { auth = psk\n id = gw } } }\nsecrets {\n}\n'],
    ['/etc/openvpn/a.conf', 'dev tun\nsecret static.key 1\nauth-user-pass up.txt\naskpass pw\ntls-auth ta.key 0\nkey gw.key\n'],
    ['/etc/racoon/racoon.conf', 'path pre_shared_key "/etc/racoon/psk.txt";\nauthentication_method pre_shared_key;\n'],
    ['/etc/strongswan.conf', 'charon {\n  plugins {\n    eap-radius {\n      secret_file = /x\n    }\n  }\n}\n'],
    ['/root/asa.cfg', 'crypto isakmp policy 10\n authentication pre-share\n encryption 3des\ncrypto map m 1 set pfs group2\n'],
    ['/etc/ipsec.secrets', 'include /etc/ipsec.d/*.secrets\n: RSA gw.pem\n'],
    ['/proc/77/cmdline', 'openvpn\0--secret\0static.key\0--askpass\0/etc/pw\0'],
  ])('%s', (path, text) => {
    const redacted = redactOne(path, text);
    expect(redacted.text).toBe(text);
    expect(redacted.redactions).toEqual([]);
  });
});

test('files that a configuration names as holding passwords', () => {
  const { answers } = redactAnswers({
    ...none,
    files: {
      '/etc/openvpn/a.conf': { value: 'client\nauth-user-pass up.txt\naskpass "/root/pw file"\n' },
      '/etc/openvpn/up.txt': { value: 'alice\nS3cr3t Word\n' },
      '/root/pw file': { value: 'An0ther\n' },
    },
  });
  const text = JSON.stringify(answers);
  expect(text).not.toMatch(/S3cr3t|Word|An0ther/);
});

test('a file that racoon is told to take its keys from', () => {
  const { answers } = redactAnswers({
    ...none,
    files: {
      '/etc/racoon/racoon.conf': { value: 'path pre_shared_key "/etc/keys";\n' },
      '/etc/keys': { value: '192.0.2.1 S3cr3tWord\n' },
    },
  });
  expect(JSON.stringify(answers)).not.toContain('S3cr3tWord');
  expect(JSON.stringify(answers)).toContain('192.0.2.1 redacted');
});

test('a secret is taken out wherever else it stands, in other clothes too', () => {
  const secret = 'S3cr3t-Word';
  const redacted = redactAnswers({
    files: {
      '/etc/ipsec.secrets': { value: `: PSK "${secret}"\n` },
      '/etc/ipsec.conf': { value: `conn a\n # key is ${secret}\n # ${Buffer.from(secret).toString('hex')}\n` },
      '/etc/other': { value: Buffer.from(secret).toString('base64') },
    },
    directories: { '/etc': { value: [`${secret}.txt`] } },
    links: { '/etc/x': { value: `/root/${secret}` } },
    stats: {},
    commands: { dmesg: { value: { stdout: `login ${secret}\n`, stderr: secret, status: 0 } } },
  });
  const text = JSON.stringify(redacted);
  for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')])
    expect(text).not.toContain(form);
});

test('a log that speaks of keys is no file of secrets', () => {
  const stdout = 'kernel: RSA self test passed\nkernel: PSK mode off\n';
  const { answers, redactions } = redactAnswers({ ...none, commands: { dmesg: { value: { stdout, stderr: '', status: 0 } } } });
  expect(answers.commands['dmesg']).toEqual({ value: { stdout, stderr: '', status: 0 } });
  expect(redactions).toEqual([]);
});

test('keys of SAs that slipped through', () => {
  const redacted = redactAnswers({
    ...none,
    commands: { 'ip -s xfrm state': { value: { stdout: 'src a dst b\n\tenc cbc(aes) 0xdeadbeef (32 bits)\n', stderr: '', status: 0 } } },
  });
  expect(JSON.stringify(redacted)).not.toContain('deadbeef');
});

test('equal secrets stay equal, different ones different, and another bundle has others', () => {
  const text = ': PSK "S3cr3t-Word"\n@b : PSK "S3cr3t-Word"\n@c : PSK "An0ther-Word"\n';
  const values = (redacted: string) => [...redacted.matchAll(/"([^"]*)"/g)].map(([, value]) => value);
  const first = values(redactOne('/etc/ipsec.secrets', text).text);
  expect(first[0]).toBe(first[1]);
  expect(first[0]).not.toBe(first[2]);
  expect(values(redactOne('/etc/ipsec.secrets', text).text)[0]).not.toBe(first[0]);
});

test('of a private key the public half remains, so that it can be held against a certificate', () => {
  const { text } = redactOne('/etc/swanctl/private/gw.pem', rsaPem);
  expect(() => createPrivateKey(text)).toThrow();
  expect(createPublicKey(text).equals(publicKey)).toBe(true);
});

test('a certificate beside its private key stays whole, whatever lines of the key hold its public half', () => {
  const certificate = certificateFile('gw.pem');
  for (let offset = 0; offset < 64; offset++) {
    // The same bytes, with the lines broken elsewhere: at some offset a line of the key stands in the certificate.
    const body = certificate.replace(/-----.*|\n/g, '');
    const lines = [body.slice(0, offset), ...(body.slice(offset).match(/.{1,64}/g) ?? [])].filter((line) => line !== '');
    const text = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
    const { answers } = redactAnswers({
      ...none,
      files: { '/c.pem': { value: text }, '/k.pem': { value: certificateFile('gw.key') } },
    });
    expect(answers.files['/c.pem']).toEqual({ value: text });
    expect(JSON.stringify(answers)).not.toContain(certificateFile('gw.key').split('\n')[1]);
  }
});

test('strength is judged before the secret goes', () => {
  const strength = { bytes: 4, entropyBits: 10, grade: 'guessable' as const, reasons: ['short'] };
  const redacted = redactAnswers({ ...none, files: { '/etc/ipsec.secrets': { value: ': PSK "test"\n' } } }, (secret) =>
    secret === 'test' ? strength : undefined,
  );
  const [placeholder] = Object.keys(redacted.strengths);
  expect(redacted.strengths[placeholder ?? '']).toEqual(strength);
  expect(JSON.stringify(redacted.answers)).toContain(placeholder);
});

test.each([
  ['quotes', '"'.repeat(20000)],
  ['names', 'secret = '.repeat(5000)],
  ['entries', ': PSK '.repeat(5000)],
  ['entry of quotes', `: PSK ${'"'.repeat(20001)}`],
  ['frames', '-----BEGIN RSA PRIVATE KEY-----\n'.repeat(2000)],
  ['tags', '<key>\n'.repeat(5000)],
  ['hyphens', 'a-'.repeat(20000)],
  ['spaces', ' '.repeat(50000)],
  ['spaces before a value', `secret = ${' '.repeat(20000)}x${' '.repeat(20000)}y`],
  ['pre-shared-key', 'pre-shared-key '.repeat(3000)],
  ['lines', ': PSK "x"\n'.repeat(5000)],
])('a text full of %s takes no time', (_, text) => {
  const before = cpuMilliseconds();
  redactOne('/etc/ipsec.secrets', text);
  expect(cpuMilliseconds() - before).toBeLessThan(1500);
});

describe('any secret in any form', () => {
  /** What people and generators choose: printable, with spaces, brackets, hashes, letters beyond ASCII. */
  const printable = fc.string({ unit: fc.constantFrom(...'abcXYZ0189 !#$%&()*+,-./:;<=>?@[]^_`{|}~äß€'), minLength: 8, maxLength: 40 });
  const quotable = printable.filter((secret) => secret.trim().length >= 8 && !/^[%*]/.test(secret.trim()));
  const word = quotable.map((secret) => secret.replace(/[\s"']/g, 'x'));
  /** Not even a part of it may stay behind. */
  const partsOf = (secret: string) =>
    Array.from({ length: secret.length - 5 }, (_, at) => secret.slice(at, at + 6)).filter((part) => part.trim().length > 4);

  /** Without what begins a comment, a section or a list in that language. */
  const plainWord = word.map((secret) => secret.replace(/[#{}=,;:]/g, 'y'));

  test.each<[string, string, fc.Arbitrary<string>, (secret: string) => string]>([
    ['quoted in ipsec.secrets', '/etc/ipsec.secrets', quotable, (secret) => `a b : PSK "${secret}"\n`],
    ['quoted with a comment', '/etc/ipsec.secrets', quotable, (secret) => `a b : PSK "${secret}" # x\n: RSA y\n`],
    ['a word of ipsec.secrets', '/etc/ipsec.secrets', plainWord, (secret) => `a b : XAUTH ${secret}\n`],
    [
      'quoted in swanctl.conf',
      '/etc/swanctl/swanctl.conf',
      quotable,
      (secret) => `secrets {\n ike { secret = "${secret.replaceAll('\\', '')}"\n id = x } }\n`,
    ],
    ['a word of swanctl.conf', '/etc/swanctl/swanctl.conf', plainWord, (secret) => `  secret = ${secret}\n  id = x\n`],
    ['an assignment', '/etc/x.ini', quotable, (secret) => `password=${secret.trim()}\nuser=x\n`],
    ['an ASA', '/root/asa.cfg', word, (secret) => `tunnel-group x\n ikev1 pre-shared-key ${secret}\n`],
    ['a line of psk.txt', '/etc/racoon/psk.txt', quotable, (secret) => `192.0.2.1 ${secret.trim()}\n`],
    ['chap-secrets', '/etc/ppp/chap-secrets', quotable, (secret) => `alice * "${secret}" *\n`],
  ])('%s', (_, path, secrets, text) => {
    fc.assert(
      fc.property(secrets, (secret) => !partsOf(secret.trim()).some((part) => redactOne(path, text(secret)).text.includes(part))),
      { numRuns: 300 },
    );
  });
});
