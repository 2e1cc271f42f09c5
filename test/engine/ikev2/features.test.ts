import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/bytes/secret.js';
import type { EapMethodName } from '../../../src/engine/eap/settings.js';
import type { ChildSettings, IkeSettings, LocalAuth, RemoteAuth } from '../../../src/engine/ike/settings.js';
import type { TlsInput, TlsOutput } from '../../../src/engine/step.js';
import { configurationLine } from '../../../src/wire/ike/configuration-text.js';
import { ID_TYPE } from '../../../src/wire/ike/tables/identities.js';
import { certificateFile } from '../../support/certificates.js';
import { childText, IkePair, type PairOptions } from '../../support/ike-pair.js';
import {
  ESP,
  fqdn,
  I4500,
  IKE,
  ITCP,
  initiatorSettings,
  proposal,
  pskRemote,
  responderSettings,
  secret,
  selector,
} from '../../support/ike-settings.js';

interface Case {
  readonly i?: Partial<IkeSettings>;
  readonly r?: Partial<IkeSettings>;
  readonly more?: Partial<PairOptions>;
  /** Looks at what came out besides an IKE SA and one CHILD_SA with the same keys at both ends. */
  readonly look?: (pair: IkePair) => void;
}

const child = (role: 'i' | 'r', change: Partial<ChildSettings>): ChildSettings => ({
  ...((role === 'i' ? initiatorSettings() : responderSettings()).child as ChildSettings),
  ...change,
});

const none: RemoteAuth = { ...pskRemote('x'), secrets: [] };
const certificate = (name: string) => new X509Certificate(certificateFile(name));
const signature = (key: string, certificates: readonly string[]): LocalAuth => ({
  method: 'signature',
  key: createPrivateKey(certificateFile(key)),
  certificates: certificates.map((name) => new Uint8Array(certificate(name).raw)),
});
const byCa: RemoteAuth = { ...none, authorities: [certificate('ca.pem')] };
const ed25519 = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')] as const;

const eap = (methods: readonly EapMethodName[], password = 'wonderland'): LocalAuth => ({
  method: 'eap',
  eap: { methods, username: 'alice', password: secret(password), tls: { key: '', certificates: '', authorities: '' } },
});
const eapServer = (methods: readonly EapMethodName[]): RemoteAuth => ({
  ...none,
  eap: {
    methods,
    users: [{ name: 'alice', password: secret('wonderland') }],
    tls: { key: '', certificates: '', authorities: '' },
  },
});

/** Says what a TLS 1.2 handshake would: four flights, and the same key at both ends. */
function fakeTls(_side: string, { conversation, records }: TlsInput): TlsOutput | undefined {
  const flight = records?.[0] ?? 0;
  const done = { state: 'done', version: 'TLSv1.2', exported: [new Uint8Array(128).fill(7)] } as const;
  const answer = (bytes: readonly number[], more: Partial<TlsOutput> = {}): TlsOutput => ({
    conversation,
    records: Uint8Array.from(bytes),
    state: 'handshaking',
    ...more,
  });
  return [answer([1]), answer([2]), answer([3]), answer([4], done), answer([], done)][flight];
}

/** The same, and the server shows this certificate. */
const tlsOf = (name: string) => (side: string, input: TlsInput) => {
  const output = fakeTls(side, input);
  return output?.state === 'done' ? { ...output, peerCertificates: [certificate(name)] } : output;
};

const many = (side: 'i' | 'r', words: string): Partial<IkeSettings> => ({
  ikeProposals: [proposal('IKE', words)],
  child: child(side, {}),
});
const esp = (words: string): Case => ({
  i: { child: child('i', { proposals: [proposal('ESP', words)] }) },
  r: { child: child('r', { proposals: [proposal('ESP', words)] }) },
});
const both = (settings: Partial<IkeSettings>): Case => ({ i: settings, r: settings });

const cases: Readonly<Record<string, Case>> = {
  'a certificate at one end and a pre-shared key at the other': {
    i: { remoteAuth: { ...byCa, ids: [fqdn('gw.example.com')] } },
    r: { localAuth: signature('gw.key', ['gw.pem']), localId: fqdn('gw.example.com') },
    look: (pair) => {
      expect(pair.last('i', 'peer-auth')?.method).toContain('ECDSA');
      expect(pair.last('r', 'peer-auth')?.method).toBe('pre-shared key');
    },
  },
  'raw Ed25519 keys at both ends': {
    i: {
      localAuth: { method: 'signature', key: ed25519[0].privateKey, certificates: [], raw: true },
      remoteAuth: { ...none, rawKeys: [ed25519[1].publicKey] },
    },
    r: {
      localAuth: { method: 'signature', key: ed25519[1].privateKey, certificates: [], raw: true },
      remoteAuth: { ...none, rawKeys: [ed25519[0].publicKey] },
    },
  },
  'NULL authentication at both ends': {
    ...both({ localAuth: { method: 'null' }, remoteAuth: { ...none, allowNull: true } }),
    look: (pair) => expect(pair.last('r', 'peer-identity')?.id.type).toBe(ID_TYPE.ID_FQDN),
  },
  'a probe that cannot check the peer': {
    i: { remoteAuth: { ...none, acceptUnverified: true } },
    look: (pair) => expect(pair.all('i', 'peer-auth').map(({ verdict }) => verdict)).toEqual(['unverified']),
  },
  'EAP-MSCHAPv2 against a certificate': {
    i: { localAuth: eap(['mschapv2']), remoteAuth: byCa },
    r: { localAuth: signature('gw.key', ['gw.pem']), localId: fqdn('gw.example.com'), remoteAuth: eapServer(['mschapv2']) },
    look: (pair) => expect(pair.last('i', 'our-auth-accepted')?.method).toBe('EAP MSCHAPv2'),
  },
  'EAP-MD5, which makes no key': { i: { localAuth: eap(['md5']) }, r: { remoteAuth: eapServer(['md5']) } },
  'EAP-GTC after a Nak': { i: { localAuth: eap(['gtc']) }, r: { remoteAuth: eapServer(['md5', 'gtc']) } },
  'EAP-TLS alone (RFC 5998)': {
    i: { localAuth: eap(['tls']), remoteAuth: none },
    r: { localAuth: eap([]), remoteAuth: eapServer(['tls']) },
    more: { tls: fakeTls },
    look: (pair) => {
      expect(pair.trace()).toContain('N(EAP_ONLY_AUTHENTICATION)');
      expect(pair.all('i', 'peer-auth').map(({ verdict }) => verdict)).toEqual(['valid']);
    },
  },
  'EAP-TLS alone, with an authority: the certificate is that of the name': {
    i: { localAuth: eap(['tls']), remoteAuth: { ...byCa, ids: [fqdn('gw.example.com')] } },
    r: { localAuth: eap([]), localId: fqdn('gw.example.com'), remoteAuth: eapServer(['tls']) },
    more: { tls: tlsOf('gw.pem') },
    look: (pair) => {
      expect(pair.trace()).toContain('N(EAP_ONLY_AUTHENTICATION)');
      expect(pair.all('i', 'peer-auth').map(({ verdict, method }) => `${verdict} ${method}`)).toEqual(['valid EAP-TLS']);
    },
  },
  'a postquantum key': {
    ...both({ ppk: { id: 'ppk-1', secret: secret('postquantum'), mandatory: true } }),
    look: (pair) => expect(pair.trace()).toContain('N(PPK_IDENTITY)'),
  },
  'a postquantum key that the responder does not have': {
    i: { ppk: { id: 'ppk-1', secret: secret('postquantum'), mandatory: false } },
    r: { ppk: { id: 'ppk-2', secret: secret('another'), mandatory: false } },
    look: (pair) => expect(pair.trace()).toContain('N(NO_PPK_AUTH)'),
  },
  'a postquantum key with EAP': {
    i: { localAuth: eap(['mschapv2']), ppk: { id: 'ppk-1', secret: secret('postquantum'), mandatory: true } },
    r: { remoteAuth: eapServer(['mschapv2']), ppk: { id: 'ppk-1', secret: secret('postquantum'), mandatory: true } },
  },
  'ML-KEM as an additional key exchange': {
    i: many('i', `${IKE} ADDKE1:ML_KEM_768`),
    r: many('r', `${IKE} ADDKE1:ML_KEM_768`),
    look: (pair) => {
      expect(pair.trace()).toContain('IKE_INTERMEDIATE');
      pair.command('i', { kind: 'rekey-ike' });
      pair.run();
      expect(pair.all('r', 'ike-rekeyed').length, pair.trace()).toBe(1);
      pair.command('i', { kind: 'liveness' });
      pair.run();
      expect(pair.last('i', 'liveness')?.alive).toBe(true);
    },
  },
  'two additional key exchanges in fragments': {
    i: { ...many('i', `${IKE} ADDKE1:ML_KEM_512 ADDKE2:ECP_256`), fragmentSize: 576 },
    r: { ...many('r', `${IKE} ADDKE1:ML_KEM_512 ADDKE2:ECP_256`), fragmentSize: 576 },
    look: (pair) => expect(Math.max(...pair.all('i', 'sent').map(({ fragments }) => fragments))).toBeGreaterThan(1),
  },
  'additional key exchanges that one side does not know': {
    i: { ikeProposals: [proposal('IKE', `${IKE} ADDKE1:ML_KEM_768`), proposal('IKE', IKE)] },
  },
  'a virtual address, DNS and a subnet': {
    i: {
      request: { ipv4: true, ipv6: true, dns: true, subnets: true },
      child: child('i', { localSelectors: [selector('0.0.0.0/0')] }),
    },
    r: {
      pool: { pools: [{ first: '10.99.0.1', count: 2 }], dns: ['10.2.0.53'], subnets: ['10.2.0.0/16'] },
      child: child('r', { remoteSelectors: [selector('0.0.0.0/0')] }),
    },
    look: (pair) => {
      const lines = pair.last('i', 'configuration')?.cp.attributes.map((attribute) => configurationLine(attribute, 2));
      expect(lines).toEqual(['INTERNAL_IP4_ADDRESS 10.99.0.1', 'INTERNAL_IP4_DNS 10.2.0.53', 'INTERNAL_IP4_SUBNET 10.2.0.0/16']);
      expect(pair.last('i', 'child-up')?.child.localSelectors[0]?.start).toEqual(Buffer.from([10, 99, 0, 1]));
      pair.command('i', { kind: 'rekey-child', spiIn: pair.last('i', 'child-up')?.child.spiIn ?? 0 });
      pair.run();
      pair.command('r', { kind: 'rekey-ike' });
      pair.run();
      expect(pair.last('i', 'child-up')?.child.localSelectors[0]?.end).toEqual(Buffer.from([10, 99, 0, 1]));
      expect(pair.ends.r.registry.size.leases).toBe(1);
    },
  },
  'narrowing by the responder': {
    r: { child: child('r', { localSelectors: [selector('10.2.3.0/24 6 443'), selector('10.2.4.0/24')] }) },
    look: (pair) => expect(pair.last('i', 'child-up')?.child.remoteSelectors.length).toBe(2),
  },
  'transport mode': {
    i: {
      child: child('i', { mode: 'transport', localSelectors: [selector('192.0.2.1/32')], remoteSelectors: [selector('198.51.100.2/32')] }),
    },
    r: {
      child: child('r', { mode: 'transport', localSelectors: [selector('198.51.100.2/32')], remoteSelectors: [selector('192.0.2.1/32')] }),
    },
    look: (pair) =>
      expect([pair.last('i', 'child-up')?.child.mode, pair.last('r', 'child-up')?.child.mode]).toEqual(['transport', 'transport']),
  },
  IPComp: {
    i: { child: child('i', { compress: true }) },
    r: { child: child('r', { compress: true }) },
    look: (pair) => {
      const [own, theirs] = [pair.last('i', 'child-up')?.child.compression, pair.last('r', 'child-up')?.child.compression];
      expect(own?.cpiIn).toBe(theirs?.cpiOut);
      expect(own?.cpiOut).toBe(theirs?.cpiIn);
    },
  },
  'IPComp that only one side wants': {
    i: { child: child('i', { compress: true }) },
    look: (pair) => expect(pair.last('i', 'child-up')?.child.compression).toBeUndefined(),
  },
  ESN: { ...esp('AES_GCM_16_256 ESN'), look: (pair) => expect(pair.last('i', 'child-up')?.child.esn).toBe(true) },
  'ESP with AES-CBC and HMAC': esp('AES_CBC_128 AUTH_HMAC_SHA2_256_128 NO_ESN'),
  'ESP with the 96-bit quirk': esp('AES_CBC_128 AUTH_HMAC_SHA2_256_96 NO_ESN'),
  AH: {
    i: { child: child('i', { proposals: [proposal('AH', 'AUTH_HMAC_SHA2_256_128 NO_ESN')] }) },
    r: { child: child('r', { proposals: [proposal('AH', 'AUTH_HMAC_SHA2_256_128 NO_ESN')] }) },
    look: (pair) => {
      expect(pair.last('i', 'child-up')?.child.protocol).toBe('ah');
      pair.command('r', { kind: 'rekey-child', spiIn: pair.last('r', 'child-up')?.child.spiIn ?? 0 });
      pair.run();
      expect(pair.all('i', 'child-down').length, pair.trace()).toBe(1);
    },
  },
  'AH, though ESP would go in UDP': {
    i: { encapsulation: 'force', child: child('i', { proposals: [proposal('AH', 'AUTH_HMAC_SHA2_256_128 NO_ESN')] }) },
    r: { child: child('r', { proposals: [proposal('AH', 'AUTH_HMAC_SHA2_256_128 NO_ESN')] }) },
    look: (pair) =>
      expect([pair.last('i', 'child-up'), pair.last('r', 'child-up')].map((up) => up?.child.encapsulation)).toEqual(['none', 'none']),
  },
  'IKE with AES-CBC, HMAC and MODP': {
    i: many('i', 'AES_CBC_256 AUTH_HMAC_SHA2_512_256 PRF_HMAC_SHA2_512 MODP_2048'),
    r: many('r', 'AES_CBC_256 AUTH_HMAC_SHA2_512_256 PRF_HMAC_SHA2_512 MODP_2048'),
  },
  'IKE with AES-CTR, XCBC and a PRF of fixed keys': {
    i: many('i', 'AES_CTR_128 AUTH_AES_XCBC_96 PRF_AES128_XCBC ECP_256'),
    r: many('r', 'AES_CTR_128 AUTH_AES_XCBC_96 PRF_AES128_XCBC ECP_256'),
  },
  'IKE with 3DES and MD5': {
    i: many('i', '3DES AUTH_HMAC_MD5_96 PRF_HMAC_MD5 MODP_1024'),
    r: many('r', '3DES AUTH_HMAC_MD5_96 PRF_HMAC_MD5 MODP_1024'),
  },
  'another group that the responder wants': {
    i: { ikeProposals: [proposal('IKE', `${IKE} ECP_256`)] },
    r: { ikeProposals: [proposal('IKE', 'AES_GCM_16_256 PRF_HMAC_SHA2_256 ECP_256')] },
    look: (pair) => expect(pair.all('i', 'invalid-ke')).toMatchObject([{ offered: 31, wanted: 19 }]),
  },
  cookies: {
    more: { limits: { cookiesFrom: 0 } },
    look: (pair) => {
      expect(pair.all('r', 'cookie').map(({ direction }) => direction)).toEqual(['demanded']);
      expect(pair.all('i', 'cookie').map(({ direction }) => direction)).toEqual(['returned']);
    },
  },
  'cookies and another group': {
    i: { ikeProposals: [proposal('IKE', `${IKE} ECP_256`)] },
    r: { ikeProposals: [proposal('IKE', 'AES_GCM_16_256 PRF_HMAC_SHA2_256 ECP_256')] },
    more: { limits: { cookiesFrom: 0 } },
  },
  'IKE in fragments': {
    i: { fragmentSize: 200, localId: fqdn('x'.repeat(900)) },
    r: { fragmentSize: 200, localId: fqdn('y'.repeat(900)) },
    look: (pair) => {
      expect(pair.last('i', 'received')?.fragments).toBeGreaterThan(5);
      expect(Math.max(...pair.wire.slice(2).map(({ message }) => message.bytes.length))).toBeLessThanOrEqual(200 - 28);
    },
  },
  'no fragments for a peer without': {
    i: { fragmentSize: 200, localId: fqdn('x'.repeat(900)) },
    r: { fragmentSize: 0 },
    look: (pair) => expect(pair.all('i', 'sent').map(({ fragments }) => fragments)).toEqual([1, 1]),
  },
  'forced encapsulation': {
    i: { encapsulation: 'force' },
    look: (pair) => {
      expect(pair.last('i', 'child-up')).toMatchObject({ path: { channel: 'natt' }, child: { encapsulation: 'udp' } });
      expect(pair.last('r', 'child-up')).toMatchObject({ path: { channel: 'natt' }, child: { encapsulation: 'udp' } });
      expect(pair.last('r', 'nat')?.peerBehindNat).toBe(true);
    },
  },
  'no NAT': {
    look: (pair) => expect(pair.last('i', 'child-up')).toMatchObject({ path: { channel: 'ike' }, child: { encapsulation: 'none' } }),
  },
  'MOBIKE and a new address': {
    ...both({ mobike: true }),
    look: (pair) => {
      expect(pair.last('i', 'child-up')?.path.channel).toBe('natt');
      const path = { ...I4500, local: { address: '203.0.113.9', port: 4500 } };
      pair.command('i', { kind: 'update-addresses', path });
      pair.run();
      expect(pair.last('i', 'path-changed')?.path).toEqual(path);
      expect(pair.last('r', 'path-changed')?.path.remote.address).toBe('203.0.113.9');
      expect(pair.trace()).toContain('N(COOKIE2)');
    },
  },
  'TCP (RFC 9329)': {
    i: { paths: { tcp: ITCP } },
    look: (pair) => expect(pair.last('r', 'child-up')?.child.encapsulation).toBe('tcp'),
  },
  'vendor ids': {
    i: { vendorIds: [Uint8Array.of(1, 2, 3)] },
    look: (pair) => expect(pair.all('r', 'vendor-id').map(({ bytes }) => [...bytes])).toEqual([[1, 2, 3]]),
  },
};

describe('two endpoints come up with', () => {
  it.each(Object.entries(cases))('%s', (_, { i, r, more, look }) => {
    const pair = new IkePair({ initiator: initiatorSettings(i), responder: responderSettings(r), ...more }).up();
    const why = () =>
      `${pair.trace()}\n${JSON.stringify([...pair.all('i', 'ike-down'), ...pair.all('r', 'ike-down'), ...pair.all('i', 'child-refused'), ...pair.all('r', 'child-refused'), ...pair.all('i', 'ignored')], null, 1)}`;
    const [own, theirs] = [pair.last('i', 'child-up')?.child, pair.last('r', 'child-up')?.child];
    if (own === undefined || theirs === undefined) throw new TypeError(`no CHILD_SA: ${why()}`);
    expect(childText(own, true)).toBe(childText(theirs, false));
    expect(childText(own, false)).toBe(childText(theirs, true));
    look?.(pair);
    pair.command('i', { kind: 'delete-ike' });
    pair.run();
    for (const side of ['i', 'r'] as const) {
      expect(pair.ends[side].table.size).toBe(0);
      expect(pair.ends[side].registry.size).toEqual({ timers: 0, childSpis: 0, leases: 0 });
    }
    expect(pair.timers).toEqual([]);
  });

  it('no CHILD_SA at all (RFC 6023)', () => {
    const { child: _, ...settings } = initiatorSettings();
    const pair = new IkePair({ initiator: settings, responder: responderSettings() }).up();
    expect(pair.last('r', 'ike-up'), pair.trace()).toBeDefined();
    expect(pair.all('i', 'child-up')).toEqual([]);
  });

  it('PFS and ML-KEM for a CHILD_SA', () => {
    const proposals = [proposal('ESP', `${ESP} CURVE25519 ADDKE1:ML_KEM_512`)];
    const pair = new IkePair({
      initiator: initiatorSettings({ child: child('i', { proposals }) }),
      responder: responderSettings({ child: child('r', { proposals }) }),
    }).up();
    for (const side of ['i', 'r'] as const) {
      pair.command(side, { kind: 'rekey-child', spiIn: pair.last(side, 'child-up')?.child.spiIn ?? 0 });
      pair.run();
    }
    expect(pair.all('i', 'child-down').length, pair.trace()).toBe(2);
    const [own, theirs] = [pair.last('i', 'child-up')?.child, pair.last('r', 'child-up')?.child];
    if (own === undefined || theirs === undefined) throw new TypeError('no CHILD_SA');
    expect(childText(own, true)).toBe(childText(theirs, false));
    expect(pair.trace()).toContain('IKE_FOLLOWUP_KE');
  });

  it('keys that never print', () => {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings() }).up();
    const keys = pair.last('i', 'ike-keys')?.keys.skD;
    expect(keys).toBeInstanceOf(Secret);
    expect(JSON.stringify(pair.last('i', 'ike-keys'))).toContain('[secret');
  });
});
