import type { Effects } from './effects.js';
import type { Negotiation } from './negotiation.js';
import { compareOptions } from './options-string.js';
import { readPeerInfo } from './peer-info.js';
import { refusal } from './refusals.js';
import type { Session } from './session.js';

/** Says what key method 2 of the peer has in it. */
export function tellKeyMethod(session: Session, negotiation: Negotiation, fx: Effects): void {
  const { ours, theirs } = negotiation;
  if (theirs === undefined) return;
  const { lines } = readPeerInfo(theirs.peerInfo);
  if (lines.length > 0) fx.happen(session.number, { kind: 'peer-info', lines });
  fx.happen(session.number, {
    kind: 'options',
    keyId: negotiation.keyId,
    ours: ours?.options ?? '',
    theirs: theirs.options,
    differences: compareOptions(session.settings, theirs.options),
  });
}

/** Lines that end a session, from either end. True when it was one. */
export function endingLine(session: Session, line: string, fx: Effects): boolean {
  const how = (['EXIT', 'RESTART', 'HALT'] as const).find((word) => line === word || line.startsWith(`${word},`));
  if (how === undefined) return false;
  const text = line.slice(how.length + 1);
  // Whoever leaves waits for the acknowledgment of this.
  session.flush(fx);
  fx.happen(session.number, { kind: 'exit-notify', how, text });
  const words = {
    EXIT: 'the peer said that it leaves',
    RESTART: 'the server restarts: it wants us to begin anew',
    HALT: 'the server told us to stop',
  };
  session.end(
    'peer',
    how === 'EXIT' ? undefined : refusal(how.toLowerCase(), 'peer', 'session', `${words[how]}${text === '' ? '' : ` (${text})`}`),
    fx,
  );
  return true;
}
