import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedCaptures, skipReason } from '../../support/shared-captures.js';
import { followCapture, ownCaptures } from './follow-capture.js';

/** Without keys the wire does not tell: then a refusal must not be claimed, nor success. */
const ONLY_WITH_KEYS: ReadonlySet<string> = new Set(['ikev1-xauth-wrong-password']);

const captures = ownCaptures().filter(({ expect: { ike_versions } }) => ike_versions.length > 0);

describe('captures of our own: outcome and version', () => {
  for (const { slug, path, keysPath, expect: wanted } of captures) {
    const judge = (keys: string | undefined) => {
      const { sessions } = followCapture(path, keys);
      if (sessions.length === 0) return; // recorded from one end of an SA that was already there
      expect([...new Set(sessions.map(({ protocol }) => protocol))].sort()).toEqual([...wanted.ike_versions].sort());
      const outcomes = sessions.map(({ outcome }) => outcome);
      if (keys === undefined && ONLY_WITH_KEYS.has(slug)) expect(outcomes).toEqual(['incomplete']);
      else expect(new Set(outcomes)).toEqual(new Set([wanted.outcome]));
      // A healthy tunnel shows nothing that looks like a refusal.
      if (wanted.healthy) for (const session of sessions) expect([session.hiddenError, session.stop]).toEqual([undefined, undefined]);
    };
    it(slug, () => judge(undefined));
    if (keysPath !== undefined) it(`${slug} with keys`, () => judge(keysPath));
  }

  it('there are some', () => expect(captures.length).toBeGreaterThan(10));
});

/** File, protocol, messages, outcome, NAT verdicts of initiator and responder. */
const KNOWN: readonly (readonly [string, string, number, string, string, string])[] = [
  ['OISF+suricata-verify__tests__ikev1-rules__ikev1-isakmp-main-mode.pcap', 'ikev1', 9, 'established', 'none', 'none'],
  ['cisco+joy__test__pcaps__ikev2.pcap', 'ikev2', 6, 'established', 'none', 'none'],
  ['the-tcpdump-group+tcpdump__tests__ISAKMP_sa_setup.pcap', 'ikev1', 9, 'established', 'none', 'none'],
  ['the-tcpdump-group+tcpdump__tests__ikev2four.pcap', 'ikev2', 20, 'established', 'unknown', 'unknown'],
  ['ntop+nDPI__tests__cfgs__default__pcap__esp.pcapng', 'ikev2', 4, 'established', 'none', 'none'],
  ['derived__ikev2_tcp_rfc8229_cbc_segmented.pcap', 'ikev2', 10, 'established', 'unknown', 'unknown'],
  ['corelight+zeek-spicy-ipsec__tests__traces__ipsec-ikev1-isakmp-aggressive-mode.pcap', 'ikev1', 6, 'established', 'unknown', 'unknown'],
];

describe.skipIf(sharedCaptures === undefined)(`public captures${skipReason}`, () => {
  const folder = join(sharedCaptures ?? '', 'pcap');

  it.each(KNOWN)('%s', (file, protocol, messages, outcome, initiator, responder) => {
    const [session] = followCapture(join(folder, file)).sessions;
    expect(session).toMatchObject({ protocol, outcome, nat: { initiator, responder } });
    expect(session?.messages).toHaveLength(messages);
  });

  it('all of them: no exception, every message in one session', () => {
    for (const file of sharedCaptures === undefined ? [] : readdirSync(folder)) {
      const { sessions, observed } = followCapture(join(folder, file));
      const placed = observed.filter(({ session }) => session !== undefined);
      expect(sessions.reduce((sum, { messages }) => sum + messages.length, 0)).toBe(placed.length);
    }
  });
});
