import { expect, it } from 'vitest';
import { correctionsOf } from '../../../src/config/compare/corrections.js';
import { applyEdits } from '../../../src/config/mend/apply-edits.js';
import { SEED_ASA, SEED_SECRETS } from '../seed-story.js';
import { compareTexts, type EndFacts, type EndFiles, problems } from './compare-texts.js';

/** Release 8.2: groups 1, 2 and 5. */
const ASA = SEED_ASA.replace(' encryption 3des', ' encryption aes-256')
  .replace(' hash md5', ' hash sha')
  .replace('esp-3des esp-md5-hmac', 'esp-aes-256 esp-sha-hmac');

const conf = (ike: string) => `conn asa
	authby=secret
	auto=start
	left=192.0.2.10
	leftsubnet=10.10.1.5/32
	right=198.51.100.20
	rightsubnet=172.20.30.0/24
	ikev2=never
	ike=${ike}
	esp=aes256-sha1
	pfs=no
	ikelifetime=86400s
	salifetime=28800s
	dpddelay=30
	dpdtimeout=120
	dpdaction=restart
`;

const FACTS: EndFacts = { addresses: ['192.0.2.10'], product: 'libreswan', version: '4.10' };

it.each([
  ['the group alone', 'aes256-sha1;modp2048'],
  ['the hash as well', 'aes256-sha2_256;modp2048'],
])('both ends move to what both have where neither can take what the other says: %s', async (_, ike) => {
  const [ours, theirs]: readonly [EndFiles, EndFiles] = [
    { '/etc/ipsec.conf': conf(ike), '/etc/ipsec.secrets': SEED_SECRETS },
    { 'show-run.txt': ASA },
  ];
  const found = await compareTexts(ours, theirs, FACTS);
  const [mismatch] = found.mismatches;
  expect(problems(found)).toEqual(['error config/ike-proposals']);
  expect(mismatch?.cause).toMatch(/Neither end can take what the other asks for; both have MODP_1536 \(group 5\), which is weak/);
  const corrections = mismatch === undefined ? [] : correctionsOf(found, mismatch);
  expect(corrections.map(({ end, together }) => [end, together])).toEqual([
    ['ours', true],
    ['theirs', true],
  ]);
  const edits = corrections.flatMap((one) => one.edits);
  expect(edits.map(({ text }) => text).join('\n')).toMatch(/ike=aes256-sha1;modp1536\n(.*\n)+ group 5\n/);
  const mended = (files: EndFiles): EndFiles =>
    Object.fromEntries(Object.entries(files).map(([file, text]) => [file, applyEdits(text, file, edits)]));
  expect(problems(await compareTexts(mended(ours), mended(theirs), FACTS))).toEqual([]);
});

it('one end is enough where it can take what the other says', async () => {
  const found = await compareTexts(
    { '/etc/ipsec.conf': conf('aes256-sha1;modp1536'), '/etc/ipsec.secrets': SEED_SECRETS },
    { 'show-run.txt': ASA },
    FACTS,
  );
  const [mismatch] = found.mismatches;
  expect(mismatch === undefined ? [] : correctionsOf(found, mismatch).map(({ end, together }) => [end, together])).toEqual([
    ['theirs', undefined],
  ]);
  expect(mismatch?.cause).not.toMatch(/Neither end/);
});
