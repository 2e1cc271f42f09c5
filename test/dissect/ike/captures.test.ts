import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IkeSession } from '../../../src/model/ike-session.js';
import { sharedCaptures, skipReason } from '../../support/shared-captures.js';
import { followCapture, ownCaptures } from './follow-capture.js';

/** Without keys the wire does not tell: then a refusal must not be claimed, nor success. */
const ONLY_WITH_KEYS: ReadonlySet<string> = new Set(['ikev1-xauth-wrong-password']);

/** `vpndoctor probe` asks with an offer that nobody has whether a message gets there at all: to be refused is all it wants. */
const onlyAsks = ({ offered }: IkeSession) => offered.some(({ transforms }) => transforms.some(({ name }) => name === 'PRF_HMAC_TIGER'));

const captures = ownCaptures().filter(({ expect: { ike_versions } }) => ike_versions.length > 0);

describe('captures of our own: outcome and version', () => {
  for (const { slug, path, keysPath, expect: wanted } of captures) {
    const judge = (keys: string | undefined) => {
      const { sessions: all } = followCapture(path, keys);
      const sessions = all.filter((session) => !onlyAsks(session));
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

  // NSS gives no IKE keys away, and manual SAs have no IKE.
  const readable = captures.filter(({ slug, keysPath }) => keysPath !== undefined && !slug.includes('libreswan'));

  it.each(readable.filter(({ expect: { healthy } }) => healthy).map(({ slug, path, keysPath }) => [slug, path, keysPath] as const))(
    '%s with keys: every ESP and AH SPI was negotiated',
    (_, path, keysPath) => {
      const { sessions, sas } = followCapture(path, keysPath);
      if (sessions.length === 0) return;
      const negotiated = new Set(sessions.flatMap(({ children }) => children.flatMap((child) => [child.spiInitiator, child.spiResponder])));
      expect(sas.map(({ spi }) => spi).filter((spi) => !negotiated.has(spi))).toEqual([]);
    },
  );

  const details: readonly (readonly [string, (session: IkeSession | undefined) => void])[] = [
    [
      'ikev2-cert-fragmentation',
      (session) => {
        expect(session?.certificates.map(({ fromInitiator }) => fromInitiator)).toContain(false);
        expect(session?.certificates[0]?.validTo).toMatch(/^\d{4}-\d\d-\d\dT/);
        expect(session?.messages.filter(({ whole }) => whole !== undefined).map(({ whole }) => whole?.frames.length)).toEqual([2, 2]);
        expect(session?.fragmentation).toEqual({ initiator: true, responder: true });
      },
    ],
    ['ikev2-eap-mschapv2', (session) => expect(session?.eap).toEqual({ method: 'EAP-MSCHAPv2', outcome: 'success' })],
    ['ikev2-mobike', (session) => expect(session?.mobike).toMatchObject({ initiator: true, responder: true, updateFrames: [17] })],
    ['ikev1-dpd-timeout', (session) => expect(session?.liveness).toMatchObject({ probes: 4, answered: 0 })],
    [
      'ikev1-proxy-id-mismatch',
      (session) =>
        expect(session?.children[0]).toMatchObject({
          refusal: { name: 'INVALID-ID-INFORMATION' },
          selectorsResponder: [{ text: '10.77.9.0/24' }],
        }),
    ],
    ['ikev2-rekey', (session) => expect(session?.rekeyedTo).toMatchObject({ certain: true })],
    [
      'kernel-natt',
      (session) => expect(session?.nat).toMatchObject({ initiator: 'nat', responder: 'none', initiatorBehindNat: true, floated: true }),
    ],
    ['kernel-ah-ikev1', (session) => expect(session?.children[0]).toMatchObject({ protocol: 'AH', outcome: 'established' })],
  ];
  for (const [slug, check] of details) {
    const capture = captures.find((candidate) => candidate.slug === slug);
    it.skipIf(capture === undefined)(`${slug} with keys: details`, () => {
      if (capture !== undefined) check(followCapture(capture.path, capture.keysPath).sessions[0]);
    });
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
