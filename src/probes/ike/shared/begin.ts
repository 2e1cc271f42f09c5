import { answerPatience } from '../../../engine/ike/answer-patience.js';
import type { ProbeContext } from '../probe.js';
import type { SettingsWithoutPaths } from '../target.js';

type Way = 'ike' | 'natt' | 'tcp';

/** Opens the sockets and lets the engine send IKE_SA_INIT, once. */
export async function begin({ facts, link }: ProbeContext, over: Way): Promise<void> {
  if (facts.over === over) return;
  if (facts.over === undefined) await link.open(facts.address as string, facts.source as string);
  else facts.beginAgain();
  facts.over = over;
  facts.initiatedAt = link.now();
  link.initiate(over);
}

/** Begins anew with other settings, on the same way. */
export function beginAgain({ facts, link }: ProbeContext, settings: SettingsWithoutPaths): void {
  const over = facts.over ?? 'ike';
  facts.beginAgain();
  facts.over = over;
  facts.initiatedAt = link.now();
  link.initiate(over, settings);
}

/** Milliseconds that the engine has for saying why it gave up. */
const MARGIN = 2000;

/** Longest wait for one exchange: the engine gives up by itself before, with its reason. Its last wait may be nearly all of our patience. */
export function exchangePatience({ target }: Pick<ProbeContext, 'target'>): number {
  const { patience, tunnel } = target;
  return Math.max(patience.patience * 1.5, answerPatience(tunnel.settings.retransmit)) + MARGIN;
}
