import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/config/mend/apply-edits.js';
import type { Change } from '../../../src/config/mend/change.js';
import { mend } from '../../../src/config/mend/mend.js';
import { endOf } from '../../../src/config/read-config.js';
import { type EndFacts, type EndFiles, readEnd } from '../compare/compare-texts.js';
import { SEED_ASA } from '../seed-story.js';

/** The first file with the corrected lines for a change; undefined where none are offered. */
async function changed(files: EndFiles, change: Change, facts: EndFacts = {}): Promise<string | undefined> {
  const config = await readEnd(files, facts);
  const [connection] = config.connections;
  if (connection === undefined) throw new TypeError('no connection');
  const edits = mend(endOf(config, connection), change);
  const [file = ''] = Object.keys(files);
  return edits === undefined ? undefined : applyEdits(files[file] ?? '', file, edits);
}

const OFFER = { ciphers: [{ id: 12, keyLength: 256 }], hashes: [12], prfs: [], groups: [14] };
const ONE_LINE = {
  'swanctl.conf': 'connections { net {\n  remote_addrs = 192.0.2.1\n  children { net { local_ts = 10.1.0.0/24 } } } }\n',
};
const BLOCKS = {
  'swanctl.conf':
    'connections {\n  net {\n    # proposals = none of these\n    proposals = aes128-sha1-modp2048 # weak\n    children {\n      net {\n        esp_proposals = "aes128-sha1"\n      }\n    }\n  }\n}\n',
};
const INHERITED = {
  '/etc/ipsec.conf':
    'conn %default\n\tike=aes128-sha1;modp2048\n\nconn a\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\talso=more\n\nconn more\n\tauthby=secret\n',
};

describe('mend', () => {
  it.each<[string, EndFiles, Change, RegExp]>([
    [
      'an option that is there',
      BLOCKS,
      { kind: 'ike-proposals', offer: OFFER, version: 'ikev2' },
      /^ {4}proposals = aes256-sha256-modp2048 # weak$/m,
    ],
    ['an option in quotes', BLOCKS, { kind: 'esp-proposals', offer: OFFER, version: 'ikev2' }, /^ {8}esp_proposals = aes256-sha256$/m],
    ['a new option, under the head', BLOCKS, { kind: 'ike-version', value: 'ikev2' }, /^ {2}net \{\n {4}version = 2$/m],
    ['a new section', BLOCKS, { kind: 'remote-id', value: 'a@b' }, /^ {4}remote \{ id = a@b\n? *\}$/m],
    ['blocks in one line', ONE_LINE, { kind: 'remote-address', value: '192.0.2.9' }, /^ {2}remote_addrs = 192\.0\.2\.9$/m],
    [
      'a child in one line',
      ONE_LINE,
      { kind: 'compress', value: true },
      /children \{ net \{\n {4}ipcomp = yes\n {4}local_ts = 10\.1\.0\.0\/24 \} \} \} \}$/m,
    ],
  ])('swanctl.conf: %s', async (_, files, change, wanted) => {
    const text = await changed(files, change);
    expect(text).toMatch(wanted);
    // What was written can be read, and nothing else changed its meaning.
    const { remarks, connections } = await readEnd({ 'swanctl.conf': text ?? '' });
    expect([remarks, connections.length]).toEqual([[], 1]);
  });

  it.each<[string, Change, RegExp]>([
    [
      'overrules what %default says for all, in the connection',
      { kind: 'ike-proposals', offer: OFFER, version: 'ikev2' },
      /^conn a\n\tike=aes256-sha2_256;modp2048$/m,
    ],
    ['replaces what also= brings, where it stands', { kind: 'auth', value: 'pubkey', side: 'both' }, /^conn more\n\tauthby=rsasig$/m],
    ['adds under the name', { kind: 'compress', value: true }, /^conn a\n\tcompress=yes$/m],
    ['writes a name with @', { kind: 'local-id', value: 'gw.example.com' }, /^\tleftid=@gw\.example\.com$/m],
    ['writes lists in one value', { kind: 'selectors', pairs: [] }, /^conn a$/m],
  ])('ipsec.conf: %s', async (_, change, wanted) => {
    const text = await changed(INHERITED, change, { product: 'libreswan', addresses: ['192.0.2.1'] });
    expect(text ?? INHERITED['/etc/ipsec.conf']).toMatch(wanted);
  });

  it.each([
    ['4.10', 'ikev1', /^\tikev2=never$/m],
    ['4.10', 'ikev2', /^\tikev2=insist$/m],
    ['5.1', 'ikev1', /^\tkeyexchange=ikev1$/m],
    [undefined, 'ikev2', /^\tkeyexchange=ikev2$/m],
  ] as const)('ipsec.conf: libreswan %s is told of %s in its words', async (version, value, wanted) => {
    const facts = { product: 'libreswan', addresses: ['192.0.2.1'], ...(version !== undefined && { version }) } as const;
    expect(await changed(INHERITED, { kind: 'ike-version', value }, facts)).toMatch(wanted);
  });

  it.each<[NonNullable<EndFacts['product']>, string, boolean]>([
    ['strongswan', 'keyexchange=ikev2', false],
    ['strongswan', 'keyexchange=ike', false],
    ['strongswan', 'keyexchange=ikev1', true],
    ['libreswan', 'ikev2=insist', false],
    ['libreswan', 'ikev2=never', true],
    ['openswan', 'ikev2=insist', true],
  ])('dead peer detection of %s with %s: a time of its own to give up: %s', async (product, version, wanted) => {
    const files = { '/etc/ipsec.conf': `conn a\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\t${version}\n` };
    const text = await changed(files, { kind: 'dpd', delay: 10, timeout: 60 }, { product });
    expect(text).toMatch(/^\tdpddelay=10s?$/m);
    expect(/^\tdpdtimeout=60s?$/m.test(text ?? '')).toBe(wanted);
  });

  it('says nothing where a language has no word for it', async () => {
    const chacha = { ...OFFER, ciphers: [{ id: 28 }] };
    expect(await changed({ 'asa.txt': SEED_ASA }, { kind: 'ike-proposals', offer: chacha, version: 'ikev1' })).toBeUndefined();
    expect(await changed({ 'asa.txt': SEED_ASA }, { kind: 'ike-version', value: 'ikev2' })).toBeUndefined();
    expect(await changed(INHERITED, { kind: 'selectors', pairs: [] }, { product: 'libreswan' })).toBeUndefined();
  });

  it('takes a name for what it is, whatever is in it', async () => {
    // Found by mutation: the address went into a pattern.
    const text = SEED_ASA.replaceAll('192.0.2.10', '192.0.2[10').replace(/ pre-shared-key .*\n/, '');
    expect(await changed({ 'asa.txt': text }, { kind: 'secret' })).toContain(
      'tunnel-group 192.0.2[10 ipsec-attributes\n pre-shared-key <the-shared-secret>\n',
    );
  });
});
