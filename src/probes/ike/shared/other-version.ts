import type { ProbeContext } from '../probe.js';
import { beginAgain } from './begin.js';
import { acceptsIkev1, ikev1Question, speaksIkev1 } from './ikev1-question.js';
import { METHOD } from './ikev1-suite.js';
import { cookieOf, ikev2Question } from './ikev2-question.js';
import type { SideAnswer } from './probe-facts.js';
import { encodeScanQuestion } from './scan-question.js';

/** Asks in IKEv1 whether that is what the peer speaks; the answer stands in the facts under `v1`. */
export async function askIkev1({ target, facts, link }: ProbeContext, patience: number): Promise<SideAnswer | undefined> {
  const path = link.paths.ike;
  if (path === undefined) return undefined;
  const { method } = target.tunnel.settings.localAuth;
  const methods = method === 'psk' ? [METHOD.psk] : method === 'signature' ? [METHOD.rsa] : [METHOD.psk, METHOD.rsa];
  const answers = await Promise.all(methods.map((one) => link.ask(path, ikev1Question(link.random, one), patience)));
  const best = answers.find(acceptsIkev1) ?? answers.find(speaksIkev1) ?? answers[0];
  if (best !== undefined) facts.side.set('v1', best);
  return best;
}

/** The same in IKEv2, under `v2`. */
export async function askIkev2({ facts, link }: ProbeContext, patience: number): Promise<void> {
  const path = link.paths.ike;
  if (path === undefined) return;
  const question = ikev2Question(link.random);
  const answer = await link.ask(path, encodeScanQuestion(question), patience);
  const cookie = cookieOf(answer);
  facts.side.set('v2', cookie === undefined ? answer : await link.ask(path, encodeScanQuestion(question, cookie), patience));
}

/** Goes on in IKEv1, where the version was left open: the engine begins anew. */
export function goOnInIkev1(context: ProbeContext): boolean {
  const { target } = context;
  if (target.ikev1Instead === undefined) return false;
  target.tunnel = target.ikev1Instead;
  delete target.ikev1Instead;
  beginAgain(context, target.tunnel.settings);
  return true;
}
