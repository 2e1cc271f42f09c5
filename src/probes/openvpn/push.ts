import type { Finding } from '../../model/finding.js';
import { pushedCompressionWords, refusedPushWords } from '../../model/openvpn-words.js';
import { isPushable } from '../../wire/openvpn/pushable-options.js';
import { namesAlgorithm } from '../../wire/openvpn/pushed-compression.js';
import { probeFinding } from '../shared/finding.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { endedOutcome } from './shared/ended.js';
import { stepPatience } from './shared/patience.js';
import { pushedText } from './shared/pushed-text.js';

/** What the server pushes: all options, and what they mean. */
export const probe: Probe = {
  id: 'push',
  title: 'pushed options',
  after: ['options', 'credentials'],
  plan: ({ settings: { udp } }) =>
    udp.mode === 'static' ? skips('a static key has no handshake') : udp.pushes ? applies : skips('without pull nothing is pushed'),
  async run(context) {
    const { facts, link, target } = context;
    const begun = link.now();
    await link.waitFor(() => facts.upAt !== undefined || facts.ended !== undefined, stepPatience(target));
    const { push, parameters } = facts;
    if (push === undefined || parameters === undefined || facts.upAt === undefined) return endedOutcome('push', context);
    const { ifconfig, ifconfigIpv6, cipher, peerId, keepalive } = parameters;
    const address = [ifconfig?.local, ifconfigIpv6?.local].filter((one) => one !== undefined).join(', ') || 'no address';
    const text = `${address}, ${cipher?.name ?? 'no cipher'}${peerId === undefined ? '' : `, peer id ${peerId}`}, ping ${keepalive.ping} restart ${keepalive.timeout}`;
    const details = push.options.map(pushedText);
    const milliseconds = push.at - (facts.options?.at ?? begun);
    const refused = push.options.filter((option) => !isPushable(option));
    const compression = refusedCompression(push.options, context);
    if (refused.length === 0 && compression === undefined) return { status: 'pass', text, details, milliseconds };
    const who = compression === undefined ? 'clients' : 'OpenVPN 2.6 and later with this file';
    return {
      status: 'warn',
      text: `${text}; ${who} refuse ${[...refused, ...(compression === undefined ? [] : [compression])].join(', ')}`,
      details,
      milliseconds,
      findings: [
        ...(compression === undefined ? [] : [compressionFinding(compression, context)]),
        ...(refused.length === 0 ? [] : [refusedPush(refused, context)]),
      ],
    };
  },
};

/** Compression that is pushed and that only older clients than 2.6 take with these settings: the line that counts. */
function refusedCompression(options: readonly string[], { target }: ProbeContext): string | undefined {
  const { udp } = target.settings;
  if (udp.mode === 'static' || udp.refusesCompression !== true) return undefined;
  const option = options.findLast((one) => /^(comp-lzo|compress)( |$)/.test(one));
  const [name = '', ...args] = option?.split(/\s+/) ?? [];
  return namesAlgorithm({ name, args }) ? option : undefined;
}

/** It works here, and not with the client that reads this file. */
function compressionFinding(option: string, { facts, target }: ProbeContext): Finding {
  return {
    ...probeFinding(target, facts, {
      slug: 'pushed-compression-refused',
      severity: 'warning',
      confidence: 0.95,
      title: `${facts.address ?? target.host} pushes ${option}: OpenVPN 2.6 and later with our options do not connect so`,
      ...pushedCompressionWords(option),
      evidence: [{ text: `step push: ${option}, and no comp-lzo, compress or allow-compression in our options that takes it` }],
      refs: ['OpenVPN manual --allow-compression', 'OpenVPN manual --push'],
    }),
    code: 'openvpn/pushed-compression-refused',
  };
}

/** It works all the same, without what the server meant. */
function refusedPush(options: readonly string[], { facts, target }: ProbeContext): Finding {
  return {
    ...probeFinding(target, facts, {
      slug: 'pushed-option-refused',
      severity: 'warning',
      confidence: 0.9,
      title: `${facts.address ?? target.host} pushes what clients refuse: ${options.join(', ')}`,
      ...refusedPushWords(options),
      evidence: options.map((text) => ({ text: `step push: ${text}` })),
      refs: ['OpenVPN manual --push', 'OpenVPN manual --pull-filter'],
    }),
    code: 'openvpn/pushed-option-refused',
  };
}
