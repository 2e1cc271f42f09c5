import { describe, expect, it } from 'vitest';
import type { Ikev2Happening } from '../../src/engine/ikev2/happenings.js';
import { happeningText, serveLine } from '../../src/report/serve-line.js';
import { fqdn, proposal } from '../support/ike-settings.js';
import { plainStyle } from '../support/plain-style.js';
import { runLab } from '../support/probe-lab.js';

const AT = { sa: { spiI: '5a64e0edca3a3614', spiR: '0000000000000000' }, at: 0 };
const PATH = { channel: 'ike', local: { address: '192.0.2.1', port: 500 }, remote: { address: '198.51.100.2', port: 500 } } as const;
type Without<H> = H extends Ikev2Happening ? Omit<H, 'sa' | 'at'> : never;
const text = (news: Without<Ikev2Happening>) => happeningText({ ...AT, ...news } as Ikev2Happening)?.text;

describe('happeningText', () => {
  it.each<[Without<Ikev2Happening>, string | undefined]>([
    [
      {
        kind: 'received',
        exchange: 'IKE_AUTH',
        messageId: 1,
        response: false,
        payloads: ['SK', 'IDi'],
        path: PATH,
        length: 1500,
        fragments: 2,
      },
      'received IKE_AUTH request 1, 1500 bytes in 2 fragments: SK IDi',
    ],
    [{ kind: 'cookie', direction: 'demanded' }, 'cookie demanded'],
    [{ kind: 'ignored', reason: 'a message of IKE 1.0', path: PATH }, 'ignored: a message of IKE 1.0 (serve --ikev1 answers those)'],
    [{ kind: 'ignored', reason: 'IKE version 2.0', path: PATH }, 'ignored: IKE version 2.0 (serve without --ikev1 answers those)'],
    [{ kind: 'ignored', reason: 'a message of IKE 3.0', path: PATH }, 'ignored: a message of IKE 3.0'],
    [{ kind: 'invalid-ke', offered: 31, wanted: 14 }, 'group CURVE25519 refused for MODP_2048'],
    [
      { kind: 'ike-proposal', chosen: proposal('IKE', 'AES_CBC_256 PRF_HMAC_SHA1'), offered: [] },
      'IKE SA: chosen AES_CBC_256, PRF_HMAC_SHA1',
    ],
    [{ kind: 'nat', usBehindNat: false, peerBehindNat: true, supported: true }, 'NAT: the peer is behind NAT, or forces UDP'],
    [{ kind: 'peer-identity', id: fqdn('gw') }, 'it calls itself gw'],
    [
      { kind: 'peer-auth', verdict: 'invalid', method: 'psk', text: 'the MAC does not fit' },
      'authentication of the peer invalid: the MAC does not fit',
    ],
    [
      {
        kind: 'ike-down',
        by: 'us',
        refusal: { code: 'x', by: 'us', exchange: 'IKE_AUTH', text: 'no', ours: 'a', theirs: 'b', notify: 'AUTHENTICATION_FAILED' },
      },
      'IKE SA ended: no (AUTHENTICATION_FAILED); ours: a; theirs: b',
    ],
    [{ kind: 'ike-down', by: 'peer' }, 'IKE SA deleted by the peer'],
    [{ kind: 'child-down', spiIn: 0xabc, by: 'us' }, 'CHILD_SA 0x00000abc deleted by us'],
    [{ kind: 'liveness', alive: false, milliseconds: 0 }, 'no sign of life'],
  ])('%j', (news, wanted) => expect(text(news)).toBe(wanted));

  it('has words, or deliberately none, for everything that happens in a whole run, and never a key', async () => {
    const { facts } = await runLab();
    expect(facts.sent.length).toBeGreaterThan(5);
    for (const happening of [...facts.sent, ...facts.received]) expect(happeningText(happening)?.text).toBeTruthy();
  });
});

it('a line has time, peer, SPI and words', () => {
  const line = serveLine(
    new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 67)),
    '198.51.100.2:500',
    AT.sa.spiI,
    { text: 'IKE SA up', tone: 'good' },
    plainStyle(),
  );
  expect(line).toBe('03:04:05.067  198.51.100.2:500  5a64e0ed  IKE SA up');
});
