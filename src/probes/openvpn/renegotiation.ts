import { probeFinding } from '../shared/finding.js';
import { ping } from '../shared/ping.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { fallenSilent, hasFallenSilent } from './shared/fallen-silent.js';
import { stepPatience } from './shared/patience.js';

const COUNT = 2;
const PATIENCE = 1500;

/** New keys by a soft reset, as they come every hour, and traffic on them. */
export const probe: Probe = {
  id: 'renegotiation',
  title: 'renegotiation',
  after: ['data'],
  plan: ({ settings }, facts) =>
    settings.udp.mode === 'static'
      ? skips('a static key is never changed')
      : facts.upAt === undefined || (facts.ended !== undefined && !hasFallenSilent(facts))
        ? skips('there is no tunnel')
        : applies,
  async run(context) {
    const { target, facts, link } = context;
    const { session } = facts;
    if (session === undefined) return { status: 'skip', text: 'there is no session' };
    if (hasFallenSilent(facts)) return fallenSilent('renegotiation', context);
    const before = facts.renegotiations;
    const begun = link.now();
    link.command({ kind: 'renegotiate', session });
    await link.waitFor(
      () => facts.renegotiations > before || facts.renegotiationFailure !== undefined || facts.ended !== undefined,
      stepPatience(target),
    );
    const milliseconds = link.now() - begun;
    if (facts.renegotiations === before) {
      if (hasFallenSilent(facts)) return fallenSilent('renegotiation', context);
      const refusal = facts.renegotiationFailure ?? facts.ended?.refusal;
      const text = refusal?.text ?? 'the soft reset was not answered';
      return {
        status: 'fail',
        text,
        findings: [
          {
            ...probeFinding(target, facts, {
              slug: 'renegotiation-failed',
              severity: 'error',
              confidence: 0.85,
              title: `Keys cannot be renewed: ${text}`,
              cause:
                'The first handshake went well, the second on the same session does not: this tunnel will break when the keys are renewed, after an hour as a rule (reneg-sec). One-time passwords, a server that was restarted, or a firewall that counts packets do that.',
              evidence: [{ text: `step renegotiation: ${text}` }],
              fix: [
                { end: 'theirs', text: 'auth-gen-token where passwords hold once; its log at that moment' },
                { end: 'either', text: 'reneg-sec 0 at both ends to see whether it is that' },
              ],
              // A server whose tun or tap is down is busy with it, and answers nothing at all.
              dependsOn: ['probe/openvpn-echo-unanswered'],
              refs: ['OpenVPN manual --reneg-sec'],
            }),
            code: 'openvpn/renegotiation-failed',
          },
        ],
      };
    }
    const { echo } = facts;
    const text = `key id ${facts.keys?.keyId} in ${milliseconds.toFixed(1)} ms`;
    if (echo === undefined) return { status: 'pass', text, milliseconds };
    const result = await ping(link, echo, COUNT, PATIENCE);
    if (result === undefined) return { status: 'unreached', text: 'interrupted' };
    return result.received > 0
      ? { status: 'pass', text: `${text}, echo on the new keys`, milliseconds }
      : { status: 'fail', text: `${text}, but echo is no longer answered` };
  },
};
