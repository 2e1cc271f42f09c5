import type { Refusal } from '../../../engine/refusal.js';
import { addressIdentity } from '../../../wire/ike/address-identity.js';
import { probeFinding } from '../../shared/finding.js';
import type { ProbeContext } from '../probe.js';
import type { SettingsWithoutPaths, TunnelSettings } from '../target.js';
import { needsPresharedKey } from './authenticates.js';
import { beginAgain, exchangePatience } from './begin.js';
import { fixes, inDialect, productOf } from './dialect.js';
import { identityFlag, swanctlPsk } from './identity-lines.js';
import { peerOf } from './judge.js';
import type { Refused } from './refused.js';

/**
 * What phase 1 says when it is tried in another way, after main mode failed at the message that needs the secret: in aggressive mode the
 * peer's hash proves the secret before anything depends on the address; without NAT traversal everything stays on the port of IKE.
 */
type Opinion = { readonly kind: 'secret-right' | 'secret-wrong' | 'through' } | { readonly kind: 'nothing'; readonly text: string };

/** A question beside the matter is not worth the patience of the matter. */
export function fewTries(settings: SettingsWithoutPaths): SettingsWithoutPaths {
  const { retransmit } = settings;
  return { ...settings, retransmit: { ...retransmit, tries: Math.min(retransmit.tries, 3) } };
}

/** Tries phase 1 once more, with other settings; the facts are those of the new attempt afterwards. */
export async function tryAgain(context: ProbeContext, tunnel: TunnelSettings): Promise<Opinion> {
  const { target, facts, link } = context;
  const before = target.tunnel;
  target.tunnel = tunnel;
  beginAgain(context, tunnel.settings);
  const told = () => facts.peerAuth !== undefined || facts.ikeUp || facts.down !== undefined;
  await link.waitFor(told, exchangePatience(context));
  target.tunnel = before;
  const { peerAuth, down, ikeUp } = facts;
  if (peerAuth?.verdict === 'valid' || ikeUp) return { kind: tunnel.ikev1?.exchange === 'aggressive' ? 'secret-right' : 'through' };
  if (down?.refusal?.code === 'psk-mismatch') return { kind: 'secret-wrong' };
  return { kind: 'nothing', text: down?.refusal?.text ?? 'no answer' };
}

/**
 * Main mode failed at message 5 or 6, by silence or by what cannot be opened, and the path is known to be open: aggressive mode tells a
 * wrong secret from one that the peer has for another address. It is tried only with a pre-shared key. Who listens
 * on the way gets the hash that the peer shows to everybody who asks so, and may guess secrets with it (RFC 2409 §5.4).
 */
export async function inAggressiveMode(context: ProbeContext, refused: Refused, { code }: Refusal): Promise<Refused> {
  const { target, facts, link } = context;
  const { tunnel } = target;
  const { settings, ikev1 } = tunnel;
  const chosen = facts.proposal?.chosen;
  if (ikev1?.exchange !== 'main' || !needsPresharedKey(tunnel) || chosen === undefined || link.signal.aborted) return refused;
  const { vendorIds, source } = facts;
  const opinion = await tryAgain(context, {
    ...tunnel,
    settings: { ...fewTries(settings), ikeProposals: [chosen] },
    ikev1: { ...ikev1, exchange: 'aggressive' },
  });
  const peer = peerOf(target, facts);
  const us = source ?? 'our address';
  const asked = 'aggressive mode, asked with the same secret and name';
  switch (opinion.kind) {
    case 'secret-right':
    case 'through':
      return {
        ...refused,
        text: `${refused.text}; ${asked}: HASH_R fits, so that the peer has our secret, and main mode finds another one by our address`,
        findings: [
          probeFinding(target, facts, {
            slug: 'psk-by-address',
            severity: 'error',
            confidence: 0.95,
            title: `${peer} has our secret under our name, and another one for ${us}`,
            cause: `In main mode the peer looks the secret up by the address it sees, before it knows any name (RFC 2409 §5.4), and that one is not ours. In aggressive mode, where the name comes first, its hash fits our secret.`,
            evidence: [...(refused.findings[0]?.evidence ?? []), { text: `step auth-ours: ${asked}: HASH_R fits` }],
            fix: [
              ...fixes(
                'theirs',
                inDialect(
                  [
                    `swanctl.conf: take away the secret that stands for ${us} or for %any`,
                    swanctlPsk(us),
                    `ipsec.secrets: ${peer} ${us} : PSK "…"; the line that fits the addresses best wins`,
                    `Cisco ASA: tunnel-group ${us} ipsec-attributes / ikev1 pre-shared-key …; DefaultL2LGroup is what answers otherwise`,
                  ],
                  productOf(vendorIds),
                ),
              ),
              { end: 'ours', text: `the secret that the peer has for ${us}; behind NAT it sees another address than ours` },
            ],
            refs: ['RFC 2409 §5.4'],
          }),
        ],
      };
    case 'secret-wrong':
      return {
        ...refused,
        text: `${refused.text}; ${asked}: HASH_R is made of another secret`,
        findings: refused.findings.map((finding) => ({
          ...finding,
          code: 'probe/psk-mismatch',
          title: `${peer} has another pre-shared key than ours`,
          confidence: 0.98,
          cause: `Proved by aggressive mode: the peer's hash (HASH_R) covers what both ends have seen alike, and our secret does not make it. ${finding.cause}`,
          evidence: [...finding.evidence, { text: `step auth-ours: ${asked}: HASH_R does not fit` }],
        })),
      };
    case 'nothing': {
      const untold = {
        ...refused,
        findings: refused.findings.map((finding) => ({
          ...finding,
          cause: `${finding.cause}${code === 'psk-mismatch' ? '' : ` Aggressive mode, which would prove the secret, is not to be had there (${opinion.text}).`}`,
          evidence: [...finding.evidence, { text: `step auth-ours: ${asked}: ${opinion.text}` }],
        })),
      };
      return code === 'authentication-unanswered' ? withAddressAsIdentity(context, untold) : untold;
    }
  }
}

/**
 * Aggressive mode told nothing: with a pre-shared key racoon takes no other identity in main mode than an address, and drops the rest
 * without a word, as it drops what another secret has encrypted. The same with our address tells the two apart.
 */
async function withAddressAsIdentity(context: ProbeContext, refused: Refused): Promise<Refused> {
  const { target, facts, link } = context;
  const { tunnel } = target;
  const { settings, ikev1 } = tunnel;
  const { localId } = settings;
  const us = (facts.source ?? '').replace(/%.*$/, '');
  const address = addressIdentity(us);
  if (ikev1?.exchange !== 'main' || settings.localAuth.method !== 'psk' || link.signal.aborted) return refused;
  if (localId === undefined || address === undefined || localId.type === address.type) return refused;
  const chosen = facts.proposal?.chosen;
  const opinion = await tryAgain(context, {
    ...tunnel,
    settings: {
      ...fewTries(settings),
      localId: address,
      ...(chosen === undefined ? {} : { ikeProposals: [chosen] }),
    },
  });
  if (opinion.kind !== 'through') {
    const told = { text: `step auth-ours: nor with our address ${us} as identity` };
    return { ...refused, findings: refused.findings.map((finding) => ({ ...finding, evidence: [...finding.evidence, told] })) };
  }
  const named = identityFlag(localId);
  const peer = peerOf(target, facts);
  const text = `the same with our address ${us} as identity is accepted`;
  return {
    ...refused,
    text: `${refused.text}; ${text}`,
    findings: [
      probeFinding(target, facts, {
        slug: 'identity-not-address',
        severity: 'error',
        confidence: 0.97,
        title: `${peer} does not take "${named}" as our identity in main mode, but our address`,
        cause: `It says nothing to message 5 with "${named}", and accepts the same secret with the identity ${us}: the secret is right. racoon refuses every identity but an address in main mode with a pre-shared key, and tells only its log ("Expecting IP address type in main mode"); others have ${us} configured for us.`,
        evidence: [...(refused.findings[0]?.evidence ?? []), { text: `step auth-ours: ${text}` }],
        fix: [
          {
            end: 'ours',
            text: `without --id, or --id ${us}; racoon.conf: my_identifier address; ipsec.conf leftid=${us}; swanctl.conf local { id = ${us} }`,
          },
          {
            end: 'either',
            text: 'or aggressive mode, where names work with a pre-shared key: --aggressive; racoon.conf: exchange_mode aggressive',
          },
        ],
        refs: ['RFC 2409 §5.4', 'racoon.conf(5): my_identifier'],
      }),
    ],
  };
}

/** UDP 4500 is silent: without NAT traversal message 5 stays on the port that is answered, and tells whether anything else is wrong. */
export async function withoutNatTraversal(context: ProbeContext): Promise<string> {
  const { target, link } = context;
  const { tunnel } = target;
  if (link.signal.aborted) return 'not tried';
  const opinion = await tryAgain(context, { ...tunnel, settings: { ...tunnel.settings, encapsulation: 'never' } });
  switch (opinion.kind) {
    case 'secret-right':
    case 'through':
      return `over UDP ${target.ports.ike} alone, without NAT traversal, phase 1 gets through: secret and identity are right`;
    case 'secret-wrong':
      return `over UDP ${target.ports.ike} alone, without NAT traversal, the peer answers with what our keys do not open: the pre-shared key is another one too`;
    case 'nothing':
      return `over UDP ${target.ports.ike} alone, without NAT traversal: ${opinion.text}`;
  }
}
