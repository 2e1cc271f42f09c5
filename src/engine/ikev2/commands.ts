import type { Effects } from './effects.js';
import type { Ikev2Command } from './happenings.js';
import type { IkeSa } from './state.js';

/** Does what the user asks of an IKE SA. */
export function runCommand(sa: IkeSa, command: Ikev2Command, fx: Effects): IkeSa | undefined {
  if (command.kind === 'delete-ike') return fx.down(sa, 'us');
  return sa;
}
