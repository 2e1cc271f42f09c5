import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import type { Effects } from './effects.js';
import { farewell } from './farewell.js';
import type { Ikev2Command } from './happenings.js';
import { enqueue } from './jobs.js';
import { refusal } from './refusals.js';
import type { IkeSa } from './state.js';
import type { Job } from './task.js';

type SaCommand = Exclude<Ikev2Command, { kind: 'initiate' }>;

/** Does what the user asks of an IKE SA. */
export function runCommand(sa: IkeSa, command: SaCommand, fx: Effects): IkeSa | undefined {
  if (command.kind === 'delete-ike') return close(sa, fx);
  if (sa.kind !== 'established') {
    refuseEarly(sa, command, fx);
    return sa;
  }
  if (command.kind === 'update-addresses') {
    // What is out is repeated on the new path from now on (RFC 4555 §3.5).
    return enqueue({ ...sa, path: command.path }, { kind: 'update-addresses' }, fx);
  }
  return enqueue(sa, jobOf(command), fx);
}

function jobOf(command: Exclude<SaCommand, { kind: 'delete-ike' | 'update-addresses' }>): Job {
  const { sa: _, ...job } = command;
  return job;
}

/** An IKE SA that is still being made is deleted when it is up; a peer that has made it and whose answer is lost is told at once. */
function close(sa: IkeSa, fx: Effects): IkeSa | undefined {
  switch (sa.kind) {
    case 'expect-init-reply':
    case 'expect-auth-request':
    case 'expect-eap-response':
    case 'expect-eap-auth':
      return fx.down(sa, 'us');
    case 'established':
      return enqueue({ ...sa, queue: [] }, { kind: 'delete-ike' }, fx, true);
    default:
      farewell(sa, fx);
      return { ...sa, closing: true };
  }
}

function refuseEarly(sa: IkeSa, command: SaCommand, fx: Effects): void {
  const text = `the IKE SA is not up: ${command.kind} has to wait for it`;
  const why = refusal('not-there', 'us', EXCHANGE.CREATE_CHILD_SA, text);
  switch (command.kind) {
    case 'create-child':
    case 'rekey-child':
      fx.happen(sa, { kind: 'child-refused', refusal: why, rekey: command.kind === 'rekey-child' });
      break;
    case 'rekey-ike':
      fx.happen(sa, { kind: 'rekey-refused', refusal: why });
      break;
    case 'update-addresses':
      fx.happen(sa, { kind: 'update-refused', refusal: why });
      break;
    default:
      break;
  }
}
