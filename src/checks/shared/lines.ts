import type { NoAnswerReason } from '../../host/host.js';
import type { CheckLine } from '../check.js';

/** What could not be seen, and why. */
export function unseen(label: string, { message }: { readonly reason: NoAnswerReason; readonly message: string }): CheckLine {
  return { status: 'unknown', label, detail: message };
}

export const pass = (label: string, detail: string): CheckLine => ({ status: 'pass', label, detail });
export const skip = (label: string, detail: string): CheckLine => ({ status: 'skip', label, detail });
export const unknown = (label: string, detail: string): CheckLine => ({ status: 'unknown', label, detail });
