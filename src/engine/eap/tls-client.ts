import type { TlsInput, TlsOutput, TlsStart } from '../step.js';
import type { ClientMethod, ClientTurn } from './contract.js';
import { addFragment, decodeTlsPacket, EMPTY_PACKET, fragmentTls, NO_PARTS, type PartialMessage, wholeMessage } from './tls-packet.js';
import { tlsMsk, tlsRefusal } from './tls-settings.js';

type Complete = NonNullable<Extract<ClientTurn, { readonly kind: 'reply' }>['complete']>;

/** EAP-TLS as the client (RFC 5216, RFC 9190): carries records between the server and the TLS stack. */
export function tlsClient(conversation: string, start: TlsStart): ClientMethod {
  return {
    request: (data) => {
      const packet = decodeTlsPacket(data);
      if (!packet.start) return unexpected('data', 'EAP-TLS Start');
      return ask({ conversation, start });
    },
  };
}

function ask(input: TlsInput, complete?: Complete): ClientTurn {
  return { kind: 'tls', input, next: expectStack(input.conversation, complete) };
}

/** The stack works; the server is silent as long as we are. */
function expectStack(conversation: string, before: Complete | undefined): ClientMethod {
  return {
    request: () => unexpected('a second request', 'silence'),
    tls: (output: TlsOutput) => {
      if (output.state === 'failed') return { kind: 'refuse', reason: tlsRefusal(output), last: fragmentTls(output.records) };
      const isDone = output.state === 'done' && before === undefined;
      const complete = isDone ? tlsMsk(output) : before;
      const turn = send(conversation, output.records.length === 0 ? [EMPTY_PACKET] : fragmentTls(output.records), complete);
      return isDone ? { ...turn, text: `the server's certificate is right (${output.version ?? 'TLS'})` } : turn;
    },
  };
}

/** Sends the first of the packets, the others as they are asked for. */
function send(
  conversation: string,
  [data, ...rest]: readonly [Uint8Array, ...Uint8Array[]],
  complete: Complete | undefined,
): Extract<ClientTurn, { readonly kind: 'reply' }> {
  const [following, ...others] = rest;
  const next: ClientMethod =
    following === undefined
      ? expectRecords(conversation, NO_PARTS, complete)
      : { request: () => send(conversation, [following, ...others], complete) };
  return { kind: 'reply', data, next, ...(complete === undefined || following !== undefined ? {} : { complete }) };
}

function expectRecords(conversation: string, partial: PartialMessage, complete: Complete | undefined): ClientMethod {
  return {
    request: (data) => {
      const packet = decodeTlsPacket(data);
      if (packet.start) return unexpected('EAP-TLS Start', 'records');
      const grown = addFragment(partial, packet);
      if (packet.more) return { kind: 'reply', data: EMPTY_PACKET, next: expectRecords(conversation, grown, complete) };
      return ask({ conversation, records: wholeMessage(grown) }, complete);
    },
  };
}

function unexpected(got: string, wanted: string): ClientTurn {
  return {
    kind: 'refuse',
    reason: { code: 'eap-unexpected', by: 'us', text: `the server sent ${got} where ${wanted} was due`, ours: wanted, theirs: got },
  };
}
