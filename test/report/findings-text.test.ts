import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.js';
import { findingsText } from '../../src/report/findings-text.js';
import { plainStyle } from '../support/plain-style.js';

const finding: Finding = {
  code: 'ike/no-proposal-chosen',
  severity: 'error',
  confidence: 0.954,
  title: 'Nothing that was offered fits',
  cause: 'Both ends list other algorithms.',
  evidence: [
    { frame: 2, field: 'N(NO_PROPOSAL_CHOSEN)', text: 'the answer' },
    { file: '/etc/ipsec.conf', line: 7, text: 'ike=aes128' },
    { file: '/proc/net/xfrm_stat', text: 'counts' },
    { text: 'net.ipv4.ip_forward = 0' },
  ],
  fix: [
    { end: 'ours', text: 'ike=aes256' },
    { end: 'theirs', text: 'the same' },
    { end: 'either', text: 'or that' },
    { end: 'path', text: 'let it through' },
  ],
  retest: 'try again',
  dependsOn: [],
  refs: ['RFC 7296 §2.7', 'RFC 8247'],
  subject: '192.0.2.1 - 203.0.113.2',
};

describe('findingsText', () => {
  it('is good news when there are none', () => expect(findingsText([], plainStyle())).toBe('No problem found.\n'));

  it('says what, why, by what evidence, what to do, how to see that it is gone', () => {
    expect(findingsText([finding], plainStyle())).toBe(`[ERROR] ike/no-proposal-chosen  192.0.2.1 - 203.0.113.2  confidence 95 %
  Nothing that was offered fits
  why        Both ends list other algorithms.
  evidence   packet 2, N(NO_PROPOSAL_CHOSEN): the answer
             /etc/ipsec.conf:7: ike=aes128
             /proc/net/xfrm_stat: counts
             net.ipv4.ip_forward = 0
  fix        initiator: ike=aes256
             responder: the same
             either end: or that
             the path: let it through
  retest     try again
  see        RFC 7296 §2.7, RFC 8247
`);
  });

  it('gives the subject a line of its own where it does not fit', () => {
    const [first, second] = findingsText([{ ...finding, subject: '2001:db8:1:2::1 - 2001:db8:3:4::2' }], plainStyle()).split('\n');
    expect(first).toBe('[ERROR] ike/no-proposal-chosen');
    expect(second).toBe('  2001:db8:1:2::1 - 2001:db8:3:4::2  confidence 95 %');
  });

  it('breaks no line of a fix behind the first: commands and lines of files are copied', () => {
    const command = `iptables-nft -I DOCKER-USER 1 ${'-m policy --dir out --pol ipsec '.repeat(3)}-j ACCEPT`;
    expect(findingsText([{ ...finding, fix: [{ end: 'ours', text: `as root:\n${command}\n\tleft=%any` }] }], plainStyle())).toContain(
      `fix        initiator: as root:\n             ${command}\n             \tleft=%any\n`,
    );
  });

  it('calls the ends as the reader does', () => {
    const ends = { ours: 'here', theirs: 'there', either: 'both', path: 'between' };
    expect(findingsText([finding], plainStyle(), ends)).toContain('fix        here: ike=aes256\n             there: the same');
  });

  it('puts what it explains under it', () => {
    const text = findingsText([{ ...finding, consequences: [{ ...finding, code: 'esp/one-way', title: 'no answer' }] }], plainStyle());
    expect(text).toContain('  explains   esp/one-way: no answer\n');
  });

  it('leaves out what there is not', () => {
    const text = findingsText([{ ...finding, evidence: [], fix: [], refs: [] }], plainStyle());
    for (const label of ['evidence', 'fix', 'see']) expect(text).not.toMatch(new RegExp(`^ {2}${label}`, 'm'));
  });

  it('keeps a blank line between two', () => {
    expect(findingsText([finding, finding], plainStyle()).split('\n\n')).toHaveLength(2);
  });

  it.each([40, 80, 100])('wraps long fixes within %d columns', (width) => {
    const long = 'ipsec.conf: phase2alg=aes_gcm256 and more words '.repeat(30).trim();
    const text = findingsText([{ ...finding, cause: long, fix: [{ end: 'ours', text: long }] }], plainStyle(width));
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  });
});
