import { count } from '../bytes/count.js';
import type { SecretStrength } from './secret-entry.js';

/** Words that manuals, tutorials and people in a hurry write as a secret; compared in lower case, without digits and signs at the ends. */
const commonWords: ReadonlySet<string> = new Set(
  `secret secretkey mysecret mysecretkey verysecret topsecret supersecret thisisasecret sharedsecret presharedsecret password passwort
   passw0rd mypassword pass passphrase changeme changethis change replaceme default example examplekey sample test testing testtest
   testkey testpsk key mykey psk mypsk yourpsk yourkey yoursecret yourpassword yourpresharedkey presharedkey preshared sharedkey vpn
   myvpn vpnkey vpnpsk vpnsecret vpnpassword vpntest tunnel ipsec ipseckey ipsecsecret ikev ike cisco ciscocisco admin administrator root
   user guest welcome letmein qwerty qwertyuiop asdf asdfgh asdfghjkl zxcvbnm abc abcd abcdef abcdefgh foo foobar foobarbaz bar hello
   helloworld monkey dragon strongswan libreswan openswan freeswan racoon openvpn router firewall gateway office company server client
   secretpassword insertyourpskhere yourpskhere putyourpskhere enteryourpskhere pskgoeshere todo xxx none null`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** The secrets in the manuals and test suites of the products, word for word (as written, without quotes and prefix). */
const publicSecrets: ReadonlySet<string> = new Set([
  'secret shared by two hosts',
  'secret shared by two IPv6 hosts',
  'shared secret with many roadwarriors',
  'secret shared by 5 systems',
  'post-quantum preshared key for extra security',
  'v+NkxY9LLZvwj4qCC2o/gGrWDF2d21jL',
  'FpZAZqEN6Ti9sqt4ZP5EWcqx',
  'jVzONCF02ncsgiSlmIXeqhGN',
  'Ar3etTnp',
  'W7R0g3do',
  'nH5ZQEWtku0RJEZ6',
  'This is a strong password',
  'jxTR1lnmSjuj33n4W51uW3kTR55luUmSmnlRUuWnkjRj3UuTV4T3USSu23Uk55nWu5TkTUnjT',
]);

/** What else may be known to somebody who tries. */
export interface SecretSurroundings {
  /** Identities, names of hosts and connections beside it. */
  readonly nearby?: readonly string[];
}

/**
 * Judges a secret that a person may have chosen. `written` is what stands in the file (for public examples), `bytes` what the
 * product uses. The entropy is an upper bound from alphabet, repetitions and sequences: a low one is a fact, a high one is a hope.
 */
export function judgeSecret(bytes: Uint8Array, written: string, { nearby = [] }: SecretSurroundings = {}): SecretStrength {
  const text = Buffer.from(bytes).toString('utf8');
  const reasons: string[] = [];
  const word = text.toLowerCase().replace(/[^a-z]/g, '');
  if (publicSecrets.has(written) || publicSecrets.has(text))
    reasons.push('stands in the manual or the tests of a product: everybody has it');
  else if (commonWords.has(text.toLowerCase()) || (word !== '' && word.length >= text.length / 2 && commonWords.has(word)))
    reasons.push('is a word that every list of passwords has');
  const lower = text.toLowerCase();
  if (text !== '' && nearby.some((name) => plainName(name) === lower)) reasons.push('is the same as an identity or name beside it');
  const guessable = reasons.length > 0;
  const entropyBits = guessable ? 0 : entropyOf(bytes, text, reasons);
  if (bytes.length === 0) reasons.push('is empty');
  else if (bytes.length < SHORTEST) reasons.push(`is ${count(bytes.length, 'byte')} long`);
  const grade = guessable || entropyBits < 28 ? 'guessable' : entropyBits < 60 ? 'weak' : entropyBits < 112 ? 'fair' : 'strong';
  return { bytes: bytes.length, entropyBits: Math.round(entropyBits), grade, reasons };
}

/** libreswan warns about fewer. */
const SHORTEST = 8;

function plainName(name: string): string {
  return name.toLowerCase().replace(/^@#?/, '');
}

function entropyOf(bytes: Uint8Array, text: string, reasons: string[]): number {
  if (bytes.length === 0) return 0;
  const printable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  const period = periodOf(bytes);
  const length = Math.min(bytes.length, period);
  if (period === 1 && bytes.length > 1) reasons.push('is one character repeated');
  else if (period <= bytes.length / 2) reasons.push(`repeats after ${period} characters`);
  let steps = 1;
  for (let i = 1; i < length; i++) {
    const difference = (bytes[i] ?? 0) - (bytes[i - 1] ?? 0);
    if (difference !== 0 && Math.abs(difference) !== 1) steps++;
  }
  if (length >= 6 && steps <= length / 2) reasons.push('runs through the alphabet or the digits');
  return steps * Math.log2(printable ? alphabetOf(text) : 256);
}

/** Characters to choose from, by the kinds that occur. */
function alphabetOf(text: string): number {
  if (/^[0-9]+$/.test(text)) return 10;
  if (/^[0-9a-f]+$/.test(text) || /^[0-9A-F]+$/.test(text)) return 16;
  let size = 0;
  if (/[a-z]/.test(text)) size += 26;
  if (/[A-Z]/.test(text)) size += 26;
  if (/[0-9]/.test(text)) size += 10;
  if (/[^a-zA-Z0-9]/.test(text)) size += 20;
  return Math.max(size, 2);
}

/** A secret longer than this is not searched for repetitions. */
const LONGEST_SEARCHED = 1024;

/** After how many bytes it repeats itself to the end; its length when it does not (Knuth-Morris-Pratt). */
function periodOf(bytes: Uint8Array): number {
  const n = Math.min(bytes.length, LONGEST_SEARCHED);
  const borders = new Array<number>(n).fill(0);
  for (let i = 1, k = 0; i < n; i++) {
    while (k > 0 && bytes[i] !== bytes[k]) k = borders[k - 1] ?? 0;
    if (bytes[i] === bytes[k]) k++;
    borders[i] = k;
  }
  const period = n - (borders[n - 1] ?? 0);
  return n === bytes.length && period <= n / 2 ? period : bytes.length;
}
