import { Secret } from '../../../src/bytes/secret.js';
import { clientRefusal, startEapClient, stepEapClient } from '../../../src/engine/eap/client.js';
import type { EapContext, EapInput, EapOutcome, EapStep } from '../../../src/engine/eap/contract.js';
import { serverRefusal, startEapServer, stepEapServer } from '../../../src/engine/eap/server.js';
import type { EapClient, EapServer } from '../../../src/engine/eap/settings.js';
import type { TlsInput, TlsOutput } from '../../../src/engine/step.js';
import type { Eap } from '../../../src/wire/ike/payloads/eap.js';

export const secret = (text: string) => new Secret(Buffer.from(text));

/** Counts up: deterministic, never twice the same. */
export function countingRandom(seed = 1): (length: number) => Uint8Array {
  let at = seed;
  const next = () => {
    at = (Math.imul(at, 1103515245) + 12345) & 0x7fffffff;
    return at >> 16;
  };
  return (length) => Uint8Array.from({ length }, next);
}

export const contextOf = (conversation: string, seed = 1): EapContext => ({
  ikeIdentity: '192.0.2.9',
  conversation,
  random: countingRandom(seed),
});

export interface Talk {
  /** What each end knew of the reason before its outcome. */
  readonly known: { readonly client?: string; readonly server?: string };
  readonly client?: EapOutcome;
  readonly server?: EapOutcome;
  readonly clientTexts: readonly string[];
  readonly serverTexts: readonly string[];
  /** Every message in order; the server begins. */
  readonly messages: readonly Eap[];
}

/** The TLS stacks of both ends; without them, methods that ask one fail the test. */
export type AskTls = (input: TlsInput) => Promise<TlsOutput>;

/** Lets a client and a server talk until both have an outcome or one is silent. */
export async function talk(
  client: EapClient,
  server: EapServer,
  options: { readonly tls?: AskTls; readonly change?: (eap: Eap, index: number) => Eap | undefined } = {},
): Promise<Talk> {
  let clientState = startEapClient(client, contextOf('client', 7));
  const first = startEapServer(server, contextOf('server', 3));
  let serverState = first.state;
  const messages: Eap[] = [];
  const texts: { client: string[]; server: string[] } = { client: [], server: [...first.texts] };
  const known: { client?: string; server?: string } = {};
  const outcomes: { client?: EapOutcome; server?: EapOutcome } = {};

  const run = async (who: 'client' | 'server', input: EapInput): Promise<Eap | undefined> => {
    let step: EapStep<unknown>;
    if (who === 'client') {
      const made = stepEapClient(clientState, input);
      clientState = made.state;
      const code = clientRefusal(clientState)?.code;
      if (code !== undefined) known.client = code;
      step = made;
    } else {
      const made = stepEapServer(serverState, input);
      serverState = made.state;
      const code = serverRefusal(serverState)?.code;
      if (code !== undefined) known.server = code;
      step = made;
    }
    texts[who].push(...step.texts);
    if (step.outcome !== undefined) outcomes[who] = step.outcome;
    const [asked] = step.tls;
    if (asked === undefined) return step.send;
    if (options.tls === undefined) throw new Error('no TLS stack here');
    return run(who, { kind: 'tls', output: await options.tls(asked) });
  };

  let message = first.send;
  for (let i = 0; message !== undefined && i < 500; i++) {
    const sent = options.change === undefined ? message : options.change(message, i);
    if (sent === undefined) break;
    messages.push(sent);
    const receiver = i % 2 === 0 ? 'client' : 'server';
    if (outcomes[receiver] !== undefined) break;
    message = await run(receiver, { kind: 'message', eap: sent });
  }
  return { ...outcomes, known, clientTexts: texts.client, serverTexts: texts.server, messages };
}
