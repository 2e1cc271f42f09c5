import type { Finding } from '../../model/finding.js';
import { staticKeyModeWords } from '../../model/openvpn-words.js';
import { probeFinding } from '../shared/finding.js';
import type { Outcome } from '../shared/probe.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { unagreedWithoutPull, whyUnread } from './shared/data-differences.js';
import { endedOutcome } from './shared/ended.js';
import { askOptions, askOtherwise } from './shared/occ-questions.js';
import { compareOutcome } from './shared/options-outcome.js';
import { isFinal, pathErrorOutcome } from './shared/path-error.js';
import { stepPatience } from './shared/patience.js';

/** Milliseconds: a question is repeated after that, and further packets that do not open are waited for so long. */
const AGAIN = 1000;
const MORE = 400;
/** Part of the patience after which a static-key peer is asked in other ways. */
const OTHERWISE = 0.4;

/** Whether packets of the data channel pass and open both ways: OpenVPN's own question about options is answered through it. */
export const probe: Probe = {
  id: 'data',
  title: 'data channel both ways',
  after: ['reset', 'tls', 'options', 'credentials', 'push', 'socket'],
  // Where nothing is pushed no step before says why there is no tunnel.
  plan: ({ settings: { udp } }, { upAt }) =>
    udp.mode === 'static' || !udp.pushes || upAt !== undefined ? applies : skips('there is no tunnel'),
  async run(context) {
    const { facts, link, target } = context;
    const isStatic = target.settings.udp.mode === 'static';
    if (isStatic) link.connect();
    await link.waitFor(() => facts.keys !== undefined || facts.ended !== undefined, stepPatience(target));
    if (facts.keys === undefined) return unagreedWithoutPull(context) ?? endedOutcome('data', context);
    const begun = link.now();
    const heard = () => (link.counts?.packetsIn ?? 0) > 0;
    const over = () => heard() || facts.unopenedCount > 0 || facts.ended !== undefined || facts.errors.some(isFinal);
    let otherwise = false;
    let until = begun + target.patience;
    while (!over() && link.now() < until && !link.signal.aborted) {
      askOptions(link);
      await link.waitFor(over, AGAIN);
      if (isStatic && !over() && !otherwise && link.now() - begun > target.patience * OTHERWISE) {
        otherwise = true;
        await askOtherwise(context);
        // That many take a while to make: they are waited for from here on.
        until = link.now() + target.patience * (1 - OTHERWISE);
      }
    }
    if (link.signal.aborted) return { status: 'unreached', text: 'interrupted' };
    const milliseconds = link.now() - begun;
    if (!heard() && facts.unopenedCount > 0) {
      await link.waitFor(() => heard() || facts.unopenedCount > 3, MORE);
      if (!heard()) return whyUnread(context, otherwise);
    }
    if (heard()) {
      await link.waitFor(() => facts.options !== undefined, MORE);
      return passed(context, milliseconds);
    }
    const error = facts.errors.find(isFinal);
    if (error !== undefined && facts.remote !== undefined) return pathErrorOutcome(error, facts.remote, target, facts);
    if (facts.ended !== undefined) return endedOutcome('data', context);
    return whyUnread(context, otherwise);
  },
};

function passed(context: ProbeContext, milliseconds: number): Outcome {
  const { facts } = context;
  const { keys, options } = facts;
  const settings = context.target.settings.udp;
  const added = settings.mode === 'tls' && settings.addedCipher !== undefined && keys?.cipher === settings.addedCipher;
  const modes = [
    ...(keys?.derivation === 'static' ? [staticKeyFinding(context)] : []),
    ...(added ? [addedCipherFinding(keys.cipher.name, context)] : []),
  ];
  const digest = keys?.cipher?.kind === 'aead' || keys?.digest === undefined ? '' : `, ${keys.digest.name}`;
  const framing =
    keys === undefined || keys.compression.framing === 'none'
      ? 'no compression framing'
      : `compression framing ${keys.compression.framing}`;
  const epochs = keys?.epochs === true ? ', epoch keys' : '';
  const text = `${keys?.cipher?.name ?? 'no cipher'}${digest}${epochs}, ${framing}`;
  const lost = facts.unopenedCount === 0 ? [] : [`${facts.unopenedCount} packets did not open: ${facts.unopenedWhy?.text}`];
  if (facts.steps.get('options')?.status !== 'skip' || options === undefined)
    return { status: added ? 'warn' : 'pass', text, details: lost, milliseconds, findings: modes };
  const compared = compareOutcome('data', options, context);
  return {
    status: compared.finding === undefined && !added ? 'pass' : 'warn',
    text: `${text}; ${compared.text}`,
    details: [...lost, ...compared.details],
    milliseconds,
    findings: [...modes, ...(compared.finding === undefined ? [] : [compared.finding])],
  };
}

/** It works with a release up to 2.5, and not with the next. */
function addedCipherFinding(cipher: string, { facts, target }: ProbeContext): Finding {
  return {
    ...probeFinding(target, facts, {
      slug: 'cipher-without-data-ciphers',
      severity: 'warning',
      confidence: 0.97,
      title: `The data channel has ${cipher}, which only our cipher names: OpenVPN 2.6 and later do not connect so`,
      cause: `Our configuration has cipher and no data-ciphers. OpenVPN up to 2.4 offers what cipher says, 2.5 does with a warning; 2.6 leaves out what is not in data-ciphers and ends with "failed to negotiate cipher with server".`,
      evidence: [{ text: `step data: ${cipher}, and no data-ciphers in our configuration` }],
      fix: [
        {
          end: 'ours',
          text: `data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305:${cipher} beside cipher ${cipher}; better cipher AES-256-GCM, if the peer has it`,
        },
      ],
      refs: ['OpenVPN manual --data-ciphers'],
    }),
    code: 'openvpn/cipher-without-data-ciphers',
  };
}

/** It works, and newer releases refuse it. */
function staticKeyFinding({ facts, target }: ProbeContext): Finding {
  const { cipher } = facts.keys ?? {};
  return {
    ...probeFinding(target, facts, {
      slug: 'static-key-mode',
      severity: 'info',
      confidence: 0.99,
      title: `Static-key tunnel${cipher === undefined ? '' : ` with ${cipher.name}`}: OpenVPN 2.7 refuses it without a flag, 2.8 is to remove it`,
      ...staticKeyModeWords,
      evidence: [{ text: 'step data: opened with the static key' }],
      refs: ['OpenVPN manual --secret', 'OpenVPN manual --peer-fingerprint'],
    }),
    code: 'openvpn/static-key-mode',
  };
}
