import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/bytes/secret.js';
import type { Refusal } from '../../../../src/engine/refusal.js';
import { diagnosisOf } from '../../../../src/probes/ike/shared/diagnosis.js';
import { ProbeFacts } from '../../../../src/probes/ike/shared/probe-facts.js';
import type { ProbeTarget } from '../../../../src/probes/ike/target.js';
import { initiatorSettings, proposal } from '../../../support/ike-settings.js';

const target: ProbeTarget = {
  host: 'gw.example.com',
  ports: { ike: 500, natt: 4500 },
  tunnel: {
    settings: initiatorSettings(),
    ikev1: { exchange: 'main' },
    proof: 'pre-shared key',
    canVerify: true,
    selectorsGiven: true,
    childGiven: true,
    proposals: { ike: '3des-md5-modp1024', child: '3des-md5' },
  },
  patience: { first: 500, patience: 8000 },
};

const MAIN = 'Identity Protection (Main Mode)';
const rows: readonly (readonly [Pick<Refusal, 'code' | 'exchange'> & Partial<Refusal>, string, RegExp])[] = [
  [{ code: 'no-proposal-chosen', exchange: MAIN }, 'no-ike-proposal', /cipher, hash, group and authentication method/],
  [{ code: 'no-proposal-chosen', exchange: 'Quick Mode', ours: 'ESP:3DES; without PFS' }, 'no-esp-proposal', /PFS/],
  [{ code: 'psk-mismatch', exchange: 'Aggressive', text: 'HASH_R is not the one' }, 'psk-mismatch', /the secret alone is left/],
  [{ code: 'psk-mismatch', exchange: MAIN, text: 'what our keys do not open' }, 'psk-mismatch', /by the address it sees/],
  [{ code: 'authentication-unanswered', exchange: MAIN, by: 'nobody' }, 'authentication-unanswered', /UDP 4500 is blocked/],
  [{ code: 'identity-mismatch', exchange: MAIN, theirs: '"other.example"' }, 'peer-identity-mismatch', /name is another one/],
  [{ code: 'timeout', exchange: 'Quick Mode', by: 'nobody' }, 'quick-mode-unanswered', /Asked for.*racoon says nothing when no sainfo/],
  [
    { code: 'authentication-failed', exchange: 'Aggressive', by: 'nobody', notify: 'INVALID-ID-INFORMATION' },
    'authentication-refused',
    /names us, and is refused before any secret comes into it/,
  ],
  [{ code: 'xauth-refused', exchange: 'Transaction' }, 'xauth-refused', /User name or password/],
  [{ code: 'authentication-failed', exchange: 'Informational' }, 'authentication-refused', /opened: the secret is right/],
  [
    { code: 'authentication-failed', exchange: 'Aggressive', notify: 'AUTHENTICATION-FAILED' },
    'authentication-refused',
    /before any secret comes into it \(N\(AUTHENTICATION-FAILED\)\).*main mode alone.*strongSwan takes no pre-shared key in aggressive mode/,
  ],
  [{ code: 'timeout', exchange: 'Quick Mode', by: 'nobody' }, 'quick-mode-unanswered', /libreswan when its kernel takes no such SA/],
  [{ code: 'ts-unacceptable', exchange: 'Quick Mode' }, 'selectors-refused', /crosswise/],
];

describe('refusals of IKEv1', () => {
  it.each(rows)('%o', (part, slug, cause) => {
    const diagnosis = diagnosisOf({ by: 'peer', text: 'refused', ...part }, target, new ProbeFacts());
    expect(diagnosis.slug).toBe(slug);
    expect(diagnosis.cause).toMatch(cause);
    expect(diagnosis.fix.length).toBeGreaterThan(0);
  });
});

describe('what mends a refusal of IKEv1', () => {
  const named = initiatorSettings({ localId: { type: 2, data: new TextEncoder().encode('client.example') } });
  const judged = (tunnel: Partial<ProbeTarget['tunnel']>, part: Pick<Refusal, 'code' | 'exchange'> & Partial<Refusal>) => {
    const { cause, fix } = diagnosisOf(
      { by: 'peer', text: 'refused', ...part },
      { ...target, tunnel: { ...target.tunnel, settings: named, ...tunnel } },
      new ProbeFacts(),
    );
    return [cause, ...fix.map(({ end, text }) => `${end}: ${text}`)].join('\n');
  };
  const user = { name: 'anna', password: new Secret(new Uint8Array(1)) };
  const rows: readonly (readonly [string, string, readonly RegExp[], RegExp])[] = [
    [
      'a name that aggressive mode does not know, in clear',
      judged(
        { ikev1: { exchange: 'aggressive' } },
        { code: 'authentication-failed', exchange: 'Aggressive', notify: 'AUTHENTICATION-FAILED' },
      ),
      [
        /client\.example \(--id\)/,
        /\n +version = 1\n +aggressive = yes\n +remote \{\n +id = @client\.example\n +\}\n.*\n +charon \{\n +i_dont_care\w+ = yes\n +\}\n/,
        /rightid=@client\.example/,
      ],
      /secrets \{|ikev2|keys differ/,
    ],
    [
      'another secret, in aggressive mode: found by name',
      judged({ ikev1: { exchange: 'aggressive' } }, { code: 'psk-mismatch', exchange: 'Aggressive', text: 'HASH_R is not the one' }),
      [/ike-probe \{\n +id = @client\.example\n +secret = "…"\n/, /ipsec\.secrets: gw\.example\.com @client\.example : PSK/],
      /by address, not by name/,
    ],
    [
      'several groups in aggressive mode, of which one was offered',
      judged(
        {
          ikev1: { exchange: 'aggressive' },
          settings: {
            ...named,
            ikeProposals: ['MODP_1536', 'MODP_2048'].map((group) => proposal('IKE', `3DES AUTH_HMAC_MD5_96 PRF_HMAC_MD5 ${group}`)),
          },
        },
        { code: 'no-proposal-chosen', exchange: 'Aggressive' },
      ),
      [
        /one group, and that was MODP_1536.*: MODP_2048 was not asked for/,
        /ours: each group first.*probe scan gw\.example\.com --ikev1 --id client\.example/,
      ],
      /IKEv2 or aggressive mode only/,
    ],
    [
      'an offer with IPComp, malformed as libreswan has it',
      judged(
        {},
        { code: 'bad-proposal-syntax', exchange: 'Quick Mode', notify: 'BAD-PROPOSAL-SYNTAX', suspected: ['libreswan refuses IPComp so'] },
      ),
      [/libreswan refuses IPComp so/, /ours: without --ipcomp/, /theirs: or with it there: ipsec\.conf compress=yes/],
      /undefined/,
    ],
    [
      'a certificate',
      judged(
        { settings: { ...named, localAuth: { ...named.localAuth, method: 'signature' } as typeof named.localAuth } },
        { code: 'authentication-failed', exchange: 'Informational', ours: 'identity "client.example", main mode' },
      ),
      [/remote \{ id = @client\.example \}/, /debug crypto ikev1 127/],
      /ikev2|RFC 7296/,
    ],
    [
      'a user who has not asked for his address',
      judged({ ikev1: { exchange: 'main', xauth: user } }, { code: 'timeout', exchange: 'Quick Mode', by: 'nobody' }),
      [/Most likely first: it gives addresses to users/, /ours: --virtual-ip/],
      /nothing else/,
    ],
    [
      'a user who has not asked for his address, refused',
      judged({ ikev1: { exchange: 'main', xauth: user } }, { code: 'ts-unacceptable', exchange: 'Quick Mode' }),
      [/most likely gives us an address and takes no other/, /there\. It asks[\s\S]*\nours: --virtual-ip/],
      /undefined/,
    ],
    [
      'an address that nobody pushes',
      judged({ ikev1: { exchange: 'main', modeConfig: 'push' } }, { code: 'timeout', exchange: 'Transaction', by: 'nobody' }),
      [/ours: --mode-config pull/],
      /--pfs/,
    ],
  ];
  it.each(rows)('%s', (_, text, says, not) => {
    for (const words of says) expect(text).toMatch(words);
    expect(text).not.toMatch(not);
  });
});
