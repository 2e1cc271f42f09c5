import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ChildSettings, IkeSettings, LocalAuth, RemoteAuth } from '../../../src/engine/ike/settings.js';
import { encodeInner, openMessage, sealMessage } from '../../../src/engine/ikev2/message-crypt.js';
import { out } from '../../../src/engine/ikev2/payloads.js';
import type { SecuredSa } from '../../../src/engine/ikev2/state.js';
import type { Refusal } from '../../../src/engine/refusal.js';
import type { Message } from '../../../src/engine/step.js';
import { decodeChain } from '../../../src/wire/ike/chain.js';
import { decodeMessage } from '../../../src/wire/ike/message.js';
import { EXCHANGE } from '../../../src/wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../../src/wire/ike/tables/notify.js';
import { certificateFile } from '../../support/certificates.js';
import { IkePair } from '../../support/ike-pair.js';
import { ESP, fqdn, IKE, initiatorSettings, proposal, pskRemote, responderSettings, secret, selector } from '../../support/ike-settings.js';

const none: RemoteAuth = { ...pskRemote('x'), secrets: [] };
const child = (role: 'i' | 'r', change: Partial<ChildSettings>): ChildSettings => ({
  ...((role === 'i' ? initiatorSettings() : responderSettings()).child as ChildSettings),
  ...change,
});
const gateway: LocalAuth = {
  method: 'signature',
  key: createPrivateKey(certificateFile('gw.key')),
  certificates: [new Uint8Array(new X509Certificate(certificateFile('gw.pem')).raw)],
};
const eap = (password: string): Partial<IkeSettings> => ({
  localAuth: { method: 'eap', eap: { methods: ['mschapv2'], username: 'alice', password: secret(password) } },
});
const eapServer: Partial<IkeSettings> = {
  remoteAuth: { ...none, eap: { methods: ['mschapv2'], users: [{ name: 'alice', password: secret('right') }] } },
};
const ppk = (id: string) => ({ ppk: { id, secret: secret('postquantum'), mandatory: true } });

interface Row {
  readonly i?: Partial<IkeSettings>;
  readonly r?: Partial<IkeSettings>;
  /** What each end says: code, whose word, and some words of the text or values. */
  readonly says: { readonly i?: readonly [string, Refusal['by'], ...string[]]; readonly r?: readonly [string, Refusal['by'], ...string[]] };
  /** Where it is said. */
  readonly where?: 'ike-down' | 'child-refused';
}

const rows: Readonly<Record<string, Row>> = {
  'no common IKE proposal': {
    i: { ikeProposals: [proposal('IKE', 'AES_CBC_128 AUTH_HMAC_SHA1_96 PRF_HMAC_SHA1 MODP_1024')] },
    says: {
      i: ['no-proposal-chosen', 'peer', 'AES_CBC_128/'],
      r: ['no-proposal-chosen', 'us', 'ENCR: we allow AES_GCM_16_256, the peer offers AES_CBC_128', 'KE: we allow CURVE25519'],
    },
  },
  'a group that was not offered': {
    i: { ikeProposals: [proposal('IKE', `${IKE} ECP_256`)] },
    r: { ikeProposals: [proposal('IKE', 'AES_GCM_16_256 PRF_HMAC_SHA2_256 MODP_2048')] },
    says: {
      i: ['no-proposal-chosen', 'peer'],
      r: ['no-proposal-chosen', 'us', 'KE: we allow MODP_2048, the peer offers CURVE25519 or ECP_256'],
    },
  },
  'another pre-shared key': {
    r: { remoteAuth: pskRemote('another') },
    says: {
      i: ['authentication-failed', 'peer', 'IDi "initiator.example", pre-shared key'],
      r: ['psk-mismatch', 'us', 'initiator.example'],
    },
  },
  'a pre-shared key that only the initiator finds wrong': {
    i: { remoteAuth: pskRemote('another') },
    says: { i: ['psk-mismatch', 'us', 'responder.example'], r: ['authentication-failed', 'peer'] },
  },
  'an identity that the responder does not accept': {
    r: { remoteAuth: pskRemote('test-psk', { ids: [fqdn('somebody.example')] }) },
    says: { i: ['authentication-failed', 'peer'], r: ['identity-mismatch', 'us', '"somebody.example"', '"initiator.example"'] },
  },
  'an identity that the initiator does not accept': {
    i: { remoteAuth: pskRemote('test-psk', { ids: [fqdn('gateway.example')] }), askedId: fqdn('gateway.example') },
    says: { i: ['identity-mismatch', 'us', '"gateway.example"', '"responder.example"'], r: ['authentication-failed', 'peer'] },
  },
  'a certificate that nobody trusts': {
    i: { remoteAuth: { ...none, authorities: [new X509Certificate(certificateFile('mail.pem'))] } },
    r: { localAuth: gateway },
    says: { i: [expect.stringContaining('certificate') as unknown as string, 'us'], r: ['authentication-failed', 'peer'] },
  },
  'a method that is not allowed': {
    r: { remoteAuth: { ...none, allowNull: true } },
    says: { i: ['authentication-failed', 'peer'], r: ['method-not-allowed', 'us', 'Shared Key'] },
  },
  'EAP where there is none': {
    i: eap('right'),
    says: { i: ['authentication-failed', 'peer'], r: ['eap-not-allowed', 'us', 'sent no AUTH'] },
  },
  'a wrong EAP password': {
    i: eap('wrong'),
    r: eapServer,
    says: {
      i: [expect.stringMatching(/^eap/) as unknown as string, 'peer'],
      r: [expect.stringMatching(/^eap/) as unknown as string, 'us'],
    },
  },
  'a postquantum key of one side only': {
    i: ppk('ppk-1'),
    says: { i: ['ppk-not-supported', 'us', 'PPK "ppk-1"'] },
  },
  'two postquantum keys': {
    i: ppk('ppk-1'),
    r: ppk('ppk-2'),
    says: { i: ['authentication-failed', 'peer'], r: ['ppk-mismatch', 'us', 'PPK "ppk-2"', 'PPK "ppk-1"'] },
  },
  'no common ESP proposal': {
    i: { child: child('i', { proposals: [proposal('ESP', 'AES_CBC_128 AUTH_HMAC_SHA1_96 NO_ESN')] }) },
    where: 'child-refused',
    says: {
      i: ['no-proposal-chosen', 'peer', 'AES_CBC_128'],
      r: ['no-proposal-chosen', 'us', 'ENCR: we allow AES_GCM_16_256', ESP.replace(' ', '/')],
    },
  },
  'AH for ESP': {
    i: { child: child('i', { proposals: [proposal('AH', 'AUTH_HMAC_SHA2_256_128 NO_ESN')] }) },
    where: 'child-refused',
    says: { r: ['no-proposal-chosen', 'us', 'no proposal is for the same protocol'] },
  },
  'selectors without anything in common': {
    i: { child: child('i', { remoteSelectors: [selector('10.9.0.0/16')] }) },
    where: 'child-refused',
    says: { i: ['ts-unacceptable', 'peer', 'TSr 10.9.0.0/16'], r: ['ts-unacceptable', 'us', 'TSr 10.2.0.0/16', 'TSr 10.9.0.0/16'] },
  },
  'transport mode for tunnel mode': {
    i: { child: child('i', { mode: 'transport' }) },
    where: 'child-refused',
    says: { i: ['mode-mismatch', 'us', 'transport', 'tunnel'] },
  },
  'an address where there is no pool': {
    i: { request: { ipv4: true, ipv6: false, dns: false, subnets: false } },
    where: 'child-refused',
    says: { i: ['internal-address-failure', 'peer'], r: ['internal-address-failure', 'us', 'no pool'] },
  },
  'a CHILD_SA where there shall be none': {
    r: { child: undefined as unknown as ChildSettings },
    where: 'child-refused',
    says: { i: ['no-additional-sas', 'peer'], r: ['no-additional-sas', 'us'] },
  },
};

describe('a refusal in words at both ends:', () => {
  it.each(Object.entries(rows))('%s', (_, { i, r, says, where = 'ike-down' }) => {
    const pair = new IkePair({ initiator: initiatorSettings(i), responder: responderSettings(r) }).up();
    for (const side of ['i', 'r'] as const) {
      const expected = says[side];
      if (expected === undefined) continue;
      const refusal = pair.last(side, where)?.refusal;
      const [code, by, ...words] = expected;
      expect(refusal, `${side}: ${pair.trace()}`).toMatchObject({ code, by });
      const all = [refusal?.text, refusal?.ours, refusal?.theirs].join(' | ');
      for (const word of words) expect(all).toContain(word);
      expect(all).not.toContain('undefined');
      if (where === 'ike-down') expect(pair.ends[side].registry.size).toEqual({ timers: 0, childSpis: 0, leases: 0 });
    }
    if (where === 'ike-down') {
      expect(pair.timers).toEqual(says.r === undefined ? ['r:ike/1/half-open'] : []);
      return;
    }
    expect(pair.last('i', 'ike-up')).toBeDefined();
    pair.command('i', { kind: 'delete-ike' });
    pair.run();
    for (const side of ['i', 'r'] as const) expect(pair.ends[side].registry.size).toEqual({ timers: 0, childSpis: 0, leases: 0 });
    expect(pair.timers).toEqual([]);
  });

  it('nobody answers', () => {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings(), network: () => [] }).up();
    pair.run(60_000);
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({
      code: 'timeout',
      by: 'nobody',
      exchange: 'IKE_SA_INIT',
      text: 'no answer within 15.5 s, sent 5 times',
    });
    expect(pair.timers).toEqual([]);
  });

  it('the peer is gone', () => {
    let cut = false;
    const pair = new IkePair({
      initiator: initiatorSettings({ dpdDelay: 30 }),
      responder: responderSettings(),
      network: (message) => (cut ? [] : [{ message, delay: 1 }]),
    }).up();
    pair.run(100_000);
    expect(pair.all('i', 'liveness').map(({ alive }) => alive)).toEqual([true, true, true]);
    cut = true;
    pair.run(100_000);
    expect(pair.last('i', 'liveness')?.alive).toBe(false);
    expect(pair.last('i', 'ike-down')?.refusal?.code).toBe('timeout');
    expect(pair.ends.i.registry.size).toEqual({ timers: 0, childSpis: 0, leases: 0 });
  });

  it('our own certificate is looked at when the peer does not say what it has against it', () => {
    const initiator = initiatorSettings({ localAuth: gateway, localId: fqdn('other.example') });
    const pair = new IkePair({ initiator, responder: responderSettings() }).up();
    const refusal = pair.last('i', 'ike-down')?.refusal;
    expect(refusal).toMatchObject({ code: 'authentication-failed', by: 'peer' });
    expect(refusal?.suspected?.join('; ')).toContain('we call ourselves "other.example", our certificate is for');
  });

  it('INVALID_SYNTAX behind a valid AUTH: strongSwan that wants no CHILD_SA yet has deleted the IKE SA by then', () => {
    const pair: IkePair = new IkePair({
      initiator: initiatorSettings(),
      responder: responderSettings(),
      network: (message, from) => [{ message: from === 'r' ? withInvalidSyntax(message, pair) : message, delay: 1 }],
    });
    pair.up();
    expect(pair.last('i', 'peer-auth')?.verdict).toBe('valid');
    expect(pair.last('i', 'ike-up')).toBeUndefined();
    expect(pair.last('i', 'ike-down')).toMatchObject({ by: 'peer', refusal: { code: 'invalid-syntax', by: 'peer', exchange: 'IKE_AUTH' } });
    expect(pair.ends.i.registry.size).toEqual({ timers: 0, childSpis: 0, leases: 0 });
  });
});

/** The answer to IKE_AUTH, with the notify in place of the CHILD_SA. */
function withInvalidSyntax(message: Message, pair: IkePair): Message {
  const { header, payloads } = decodeMessage(message.bytes);
  const [sk] = payloads;
  if (header.exchangeType !== EXCHANGE.IKE_AUTH || sk?.kind !== 'sk') return message;
  const keys = (side: 'i' | 'r') => ([...pair.ends[side].table.values()][0] as SecuredSa).protection;
  const inner = openMessage(keys('i'), message.bytes, sk.offset, false) as Uint8Array;
  const kept = decodeChain(inner, sk.next, 2).payloads.filter(({ kind }) => kind === 'id' || kind === 'auth');
  const bytes = sealMessage(
    keys('r'),
    header,
    encodeInner([...kept, out.notify(NOTIFY.INVALID_SYNTAX)]),
    (length) => new Uint8Array(length),
  );
  return { ...message, bytes };
}
