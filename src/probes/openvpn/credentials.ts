import { Secret } from '../../bytes/secret.js';
import { answerDynamic, readDynamicChallenge } from '../../wire/openvpn/challenge.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { endedOutcome } from './shared/ended.js';
import { stepPatience } from './shared/patience.js';
import { openRemote } from './shared/remotes.js';

/** Whether the server takes user name and password. */
export const probe: Probe = {
  id: 'credentials',
  title: 'user name and password',
  after: ['options'],
  plan: ({ settings: { udp } }) =>
    udp.mode === 'static'
      ? skips('a static key has no users')
      : udp.credentials === undefined
        ? skips('none given (--auth-user-pass)')
        : applies,
  async run(context) {
    const { facts, link, target } = context;
    const judged = () => facts.push !== undefined || facts.upAt !== undefined || facts.ended !== undefined;
    await link.waitFor(judged, stepPatience(target));
    const question = await answerQuestion(context);
    if (question !== undefined) await link.waitFor(judged, stepPatience(target));
    if (facts.push === undefined && facts.upAt === undefined) return endedOutcome('credentials', context);
    const settings = target.settings.udp;
    const name = settings.mode === 'tls' ? settings.credentials?.username : undefined;
    return { status: 'pass', text: `user "${name}" is let in${question === undefined ? '' : `, with the answer to "${question}"`}` };
  },
};

/** Comes again with the answer to what the server asked, where we have one. @returns the question that was answered */
async function answerQuestion(context: ProbeContext): Promise<string | undefined> {
  const { facts, link, target } = context;
  const settings = target.settings.udp;
  const answer = settings.mode === 'tls' ? settings.credentials?.answer : undefined;
  const line = facts.control.findLast(({ direction, text }) => direction === 'received' && text.startsWith('AUTH_FAILED,'))?.text;
  const asked = facts.ended?.refusal?.code === 'challenge' && line !== undefined ? readDynamicChallenge(line) : undefined;
  if (answer === undefined || asked === undefined) return undefined;
  facts.beginAgain();
  const opened = await openRemote(context);
  if (opened.status === 'fail') return undefined;
  const password = answerDynamic(asked, Buffer.from(answer.reveal()).toString('utf8'));
  link.connect({ username: asked.username, password: new Secret(Buffer.from(password, 'utf8')) });
  return asked.question;
}
