import { describe, expect, it } from 'vitest';
import type { ChildFacts } from '../../src/model/ike-session.js';
import { proposalText, sessionText } from '../../src/report/session-text.js';
import { INIT, MAIN, proposal, session, transform, UP, V2_SUITE } from '../support/facts.js';
import { plainStyle } from '../support/plain-style.js';

const text = (...given: Parameters<typeof session>) => sessionText(session(...given), plainStyle()).join('\n');

const child: ChildFacts = {
  frame: 3,
  protocol: 'ESP',
  offered: [],
  selectorsInitiator: [],
  selectorsResponder: [],
  lifetimes: [],
  outcome: 'established',
};

describe('sessionText', () => {
  it('begins with version, SPIs and outcome', () => {
    expect(text(UP, { outcome: 'established' }).split('\n')[0]).toBe('IKEv2 SA 0x1111111122222222 0x3333333344444444  established');
    expect(text(MAIN, { outcome: 'failed' }).split('\n')[0]).toBe('IKEv1 Main SA 0x1111111122222222 0x3333333344444444  failed');
  });

  it('says where it stopped and whether the beginning is missing, before the ladder', () => {
    const lines = text(INIT, { stoppedAt: 'IKE_AUTH unanswered', startsMidway: true }).split('\n');
    expect(lines.slice(1, 3)).toEqual(['  stopped at      IKE_AUTH unanswered', '  the capture begins in the middle of this SA']);
  });

  it('shows what was chosen, otherwise what was offered', () => {
    expect(text(UP)).toContain('\n  chosen          IKE: AES_CBC_256, HMAC_SHA2_256, HMAC_SHA2_256_128, MODP_2048');
    expect(text(UP)).not.toContain('offer');
    expect(text([INIT[0] as (typeof INIT)[number]])).toContain('\n  offer 1         IKE: AES_CBC_256,');
  });

  it('wraps an offer of a hundred transforms', () => {
    const offered = [proposal(...Array.from({ length: 120 }, (_, i) => transform('ENCR', i, `ENCR_NUMBER_${i}`)))];
    const lines = sessionText(session([INIT[0] as (typeof INIT)[number]], { offered }), plainStyle());
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    for (let i = 0; i < 120; i++) expect(lines.join(' ')).toMatch(new RegExp(`\\bENCR_NUMBER_${i}\\b`));
  });

  it('has a line for everything that was seen', () => {
    const whole = text(UP, {
      lifetimes: ['86400 s'],
      identityInitiator: { type: 'ID_FQDN', value: 'moon' },
      identityResponder: { type: 'ID_IPV4_ADDR', value: '203.0.113.2' },
      authMethods: { initiator: 'PSK', responder: 'RSA' },
      certificates: [{ frame: 4, fromInitiator: false, subject: 'CN=sun', issuer: 'CN=CA', validFrom: '2026', validTo: '2027' }],
      vendorIds: { initiator: ['strongSwan'], responder: ['Cisco Unity', 'XAUTH'] },
      children: [
        {
          ...child,
          spiInitiator: '0x00000001',
          mode: 'tunnel',
          chosen: V2_SUITE,
          pfsGroup: 'MODP_2048',
          selectorsInitiator: [{ text: '10.1.0.0/16' }],
          selectorsResponder: [{ text: '10.2.0.0/16' }],
          rekeys: '0x00000009',
          lifetimes: ['3600 s'],
        },
      ],
      deletes: [{ frame: 9, fromInitiator: true, protocol: 'ESP', spis: ['0x00000001'] }],
    });
    for (const line of [
      '  lifetime        86400 s',
      '  identities      initiator moon (ID_FQDN), responder 203.0.113.2 (ID_IPV4_ADDR)',
      '  authentication  PSK / RSA',
      '  certificate     packet 4: CN=sun, by CN=CA, valid 2026 to 2027',
      '  NAT             no NAT',
      '  initiator       strongSwan',
      '  responder       Cisco Unity, XAUTH',
      '  delete          packet 9: ESP 0x00000001',
    ]) {
      expect(whole.split('\n')).toContain(line);
    }
    expect(whole.replace(/\n +/g, ' ')).toContain(
      'packet 3: ESP; SPI 0x00000001 / ?; tunnel; AES_CBC_256, HMAC_SHA2_256, HMAC_SHA2_256_128, MODP_2048; PFS MODP_2048; 10.1.0.0/16 === 10.2.0.0/16; rekeys 0x00000009; 3600 s; established',
    );
  });

  it.each<[Partial<ChildFacts>, string]>([
    [{ protocol: 'hidden', outcome: 'hidden' }, 'packet 3: encrypted'],
    [{ protocol: 'hidden', outcome: 'unanswered' }, 'packet 3: encrypted; unanswered'],
    [{ protocol: 'ESP', outcome: 'hidden' }, 'packet 3: ESP; outcome encrypted'],
    [{ protocol: 'AH', outcome: 'refused' }, 'packet 3: AH; refused'],
  ])('child %j', (more, wanted) => {
    expect(text(UP, { children: [{ ...child, ...more }] }).split('\n')).toContain(`  child           ${wanted}`);
  });
});

it('proposalText names the SPI where there is one', () => {
  expect(proposalText({ ...proposal(transform('ENCR', 12, 'AES_CBC_128')), protocol: 'ESP', spi: '0x01020304' })).toBe(
    'ESP 0x01020304: AES_CBC_128',
  );
});
