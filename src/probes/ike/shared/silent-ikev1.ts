import { nameOf } from '../../../bytes/registry.js';
import { keyExchangeByIkev1 } from '../../../crypto/key-exchange/key-exchanges.js';
import { offerPhase1 } from '../../../engine/ikev1/phase1-suite.js';
import type { Evidence, Finding } from '../../../model/finding.js';
import { addressIdentity } from '../../../wire/ike/address-identity.js';
import { PHASE1_AUTHENTICATION } from '../../../wire/ike/tables/attributes-v1.js';
import { probeFinding } from '../../shared/finding.js';
import type { ProbeContext } from '../probe.js';
import type { TunnelSettings } from '../target.js';
import { fixes, productOf, proposalLines } from './dialect.js';
import { identityFlag } from './identity-lines.js';
import { acceptsIkev1, aggressiveQuestion, chosenSuite, ikev1Question } from './ikev1-question.js';
import { type Ikev1Suite, METHOD, suiteOf, suiteOffer, suitesOfGroup, suiteText } from './ikev1-suite.js';
import { acceptsIkev2 } from './ikev2-question.js';
import { peerOf } from './judge.js';
import { ikev2Only } from './judge-ikev1.js';
import { askIkev2 } from './other-version.js';
import { ASKED_AGAIN } from './version-question.js';

/** Aggressive mode has to choose the group beforehand: what most have, and what old ones have alone. */
const GROUPS = [14, 2, 5];

interface Way {
  readonly words: string;
  /** None: what was asked already, but for the algorithms. */
  readonly flags?: string;
  readonly message: Uint8Array;
}

/**
 * Why a peer says nothing to our first message of IKEv1: it speaks IKEv2 alone, it wants other algorithms, another method or mode, or it has no connection
 * for us. libreswan and Openswan are silent in most of these cases, racoon in all, where others refuse.
 * @returns undefined where nothing at all is answered
 */
export async function whySilentInIkev1(
  context: ProbeContext,
  evidence: readonly Evidence[],
  patience: number,
): Promise<Finding | undefined> {
  const { target, facts, link } = context;
  const { ike } = link.paths;
  if (ike === undefined) return undefined;
  const [, ours, other] = await Promise.all([
    askIkev2(context, patience),
    link.ask(ike, ikev1Question(link.random, methodOf(target.tunnel)), patience),
    otherWayOfIkev1(context, target.tunnel, evidence, patience),
  ]);
  const suite = target.tunnel.ikev1?.exchange === 'aggressive' ? undefined : chosenSuite(ours);
  // One that was offered is no reason: it answers now, and did not want to before.
  if (suite !== undefined) {
    facts.side.set(ASKED_AGAIN, ours);
    return otherTransforms(context, suite, evidence);
  }
  const v2 = facts.side.get('v2');
  if (acceptsIkev2(v2)) return ikev2Only(target, facts, evidence);
  const peer = peerOf(target, facts);
  const us = facts.source ?? 'our address';
  if (other !== undefined) return other;
  if (v2?.kind !== 'answered') return undefined;
  const name = nameInClear(target.tunnel);
  return probeFinding(target, facts, {
    slug: 'no-ikev1-connection',
    severity: 'error',
    confidence: 0.85,
    title: `${peer} says nothing to ${name === undefined ? 'IKEv1' : `aggressive mode with the name ${name}`}, while its daemon is there`,
    cause: `An IKE_SA_INIT from the same port was refused, so that the path is open and a daemon listens. Most likely ${name === undefined ? '' : `${name} (--id) is not the identity configured there for us: aggressive mode names us in its first message, and libreswan says nothing to a name that it does not have; or `}it has no connection for ${us}: libreswan is silent then in IKEv1, where others refuse; or IKEv1 is switched off there altogether (libreswan 4 and later: ikev1-policy=drop).`,
    evidence: [...evidence, { text: 'an IKE_SA_INIT of IKEv2 from the same port was refused' }],
    fix: [
      ...(name === undefined
        ? []
        : [{ end: 'ours' as const, text: '--id as it is configured there: ipsec.conf rightid=@NAME, swanctl.conf remote { id = NAME }' }]),
      {
        end: 'theirs',
        text: `a connection for ${us}: ipsec.conf right=${us} (or %any), ikev2=no, auto=add, and config setup ikev1-policy=accept; swanctl.conf version = 1, remote_addrs = ${us}`,
      },
      { end: 'ours', text: 'send from the address that is configured there: --source; behind NAT it sees another one' },
    ],
    refs: ['RFC 2409 §5'],
  });
}

/**
 * Whether a peer that says nothing to our first message of IKEv1 answers one with another method or in another mode.
 * @param tunnel what that message was made of
 */
export async function otherWayOfIkev1(
  context: ProbeContext,
  tunnel: TunnelSettings,
  evidence: readonly Evidence[],
  patience: number,
): Promise<Finding | undefined> {
  const { target, facts, link } = context;
  const { ike } = link.paths;
  if (ike === undefined) return undefined;
  const ways = otherWays(context, tunnel);
  const answers = await Promise.all(ways.map(({ message }) => link.ask(ike, message, patience)));
  const suite = answers.flatMap((answer, i) => (ways[i]?.flags === undefined ? (chosenSuite(answer) ?? []) : []))[0];
  if (suite !== undefined) return otherTransforms(context, suite, evidence);
  const taken = ways.filter((_, i) => acceptsIkev1(answers[i]));
  if (taken.length === 0) return undefined;
  const words = taken.map((way) => way.words).join(', ');
  return probeFinding(target, facts, {
    slug: 'ikev1-other-method',
    severity: 'error',
    confidence: 0.9,
    title: `${peerOf(target, facts)} says nothing to our first message of IKEv1, and answers one with ${words}`,
    cause: `It has a connection for ${facts.source ?? 'our address'} with another authentication or mode than ours: libreswan and Openswan say nothing then, where others refuse.`,
    evidence: [...evidence, { text: `answered: a first message with ${words}` }],
    fix: [
      { end: 'ours', text: [...new Set(taken.flatMap(({ flags }) => flags ?? []))].join('; or ') },
      {
        end: 'theirs',
        text: 'or ours there: ipsec.conf authby=secret, aggressive=no, leftxauthserver=no; swanctl.conf remote { auth = psk }, aggressive = no',
      },
    ],
    refs: ['RFC 2409 §5'],
  });
}

/** Our own method and mode are taken with other algorithms: racoon says nothing to those it does not have. */
function otherTransforms({ target, facts }: ProbeContext, suite: Ikev1Suite, evidence: readonly Evidence[]): Finding | undefined {
  const peer = peerOf(target, facts);
  const { settings } = target.tunnel;
  const offered = offerPhase1(settings.ikeProposals, { methods: [suite.method], lifetime: 0, oneGroup: false });
  const ours = (offered?.proposals[0]?.transforms ?? []).flatMap((transform) => suiteOf(transform) ?? []).map(suiteText);
  if (ours.includes(suiteText(suite))) return undefined;
  return probeFinding(target, facts, {
    slug: 'no-ike-proposal',
    severity: 'error',
    confidence: 0.93,
    title: `${peer} says nothing to our proposals for phase 1, and takes ${suiteText(suite)}`,
    cause: `The same first message with other algorithms was answered at once, so that the path is open and it has a connection for ${facts.source ?? 'our address'}. Asked for: ${ours.join(', ')}. racoon says nothing to transforms that it does not have, where others refuse.`,
    evidence: [...evidence, { text: `answered: a first message with ${suiteText(suite)} among others` }],
    fix: [
      { end: 'ours', text: `offer what it takes: --ike with ${suiteText(suite)}; all of it: vpndoctor probe scan ${target.host} --ikev1` },
      ...fixes('theirs', proposalLines(settings.ikeProposals, 'ike', productOf(facts.vendorIds), 1), 'accept what was offered, '),
    ],
    refs: ['RFC 2409 §5'],
  });
}

/** Who we say we are in clear, in aggressive mode. */
function nameInClear({ ikev1, settings: { localId } }: TunnelSettings): string | undefined {
  return ikev1?.exchange === 'aggressive' && localId !== undefined ? identityFlag(localId) : undefined;
}

function methodOf(tunnel: TunnelSettings): number {
  if (tunnel.ikev1?.hybrid === true) return METHOD.hybridRsa;
  return tunnel.settings.localAuth.method === 'signature' ? METHOD.rsa : tunnel.ikev1?.xauth === undefined ? METHOD.psk : METHOD.xauthPsk;
}

/** Methods and modes that are not those of this tunnel. */
function otherWays({ facts, link }: ProbeContext, tunnel: TunnelSettings): readonly Way[] {
  const { random } = link;
  const own = methodOf(tunnel);
  const aggressive = tunnel.ikev1?.exchange === 'aggressive';
  const flags: Readonly<Record<number, string>> = {
    [METHOD.psk]: '--ikev1 --psk-file',
    [METHOD.rsa]: '--ikev1 --cert and --key',
    [METHOD.xauthPsk]: '--xauth-user and --xauth-password-file',
    [METHOD.hybridRsa]: '--hybrid --ca, --xauth-user and --xauth-password-file',
  };
  const main = Object.values(METHOD)
    .filter((method) => aggressive || method !== own)
    .map((method) => ({
      words: `${nameOf(PHASE1_AUTHENTICATION, method)} in main mode`,
      flags: flags[method] ?? '',
      message: ikev1Question(random, method),
    }));
  const id = tunnel.settings.localId ?? addressIdentity((facts.source ?? '0.0.0.0').replace(/%.*$/, ''));
  if (id === undefined) return main;
  return [
    ...main,
    ...GROUPS.flatMap((group) => {
      const publicValue = keyExchangeByIkev1(group)?.initiate(random).publicValue;
      if (publicValue === undefined) return [];
      return {
        words: `${nameOf(PHASE1_AUTHENTICATION, own)} in aggressive mode with group ${group}`,
        ...(aggressive ? {} : { flags: '--aggressive' }),
        message: aggressiveQuestion(suiteOffer(suitesOfGroup(group, own), true), publicValue, id, random),
      };
    }),
  ];
}
