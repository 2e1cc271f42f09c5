import type { ProbeFacts } from './probe-facts.js';

const LOG = '"Inactivity timeout (--inactive), exiting" in its log';

/** What `inactive` at the server does to a tunnel that lies idle, without a word to the client: the end of a sentence on a peer that went silent. */
export function idleEnd({ push }: Pick<ProbeFacts, 'push'>): string {
  const seconds = push?.options.flatMap((option) => /^inactive\s+(\d+)/.exec(option)?.[1] ?? []).at(-1);
  if (seconds === undefined) return `it ends tunnels with nothing but pings in them (inactive N in its configuration, ${LOG})`;
  return `it ends tunnels with nothing but pings in them: it pushes inactive ${seconds}, and has it as a rule itself (${LOG})`;
}
