import type { TlsInput, TlsOutput, TlsStart } from '../step.js';
import type { ClientMethod, ClientTurn, Complete } from './contract.js';
import { addFragment, decodeTlsPacket, EMPTY_PACKET, fragmentTls, NO_PARTS, type PartialMessage, wholeMessage } from './tls-packet.js';
import { tlsMsk, tlsRefusal } from './tls-settings.js';

/** A handshake that is through. */
interface Done {
  readonly output: TlsOutput;
  /** The server has said by application data of one zero byte that nothing more comes (RFC 9190 §2.5). */
  readonly indicated: boolean;
}

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

function ask(input: TlsInput, done?: Done): ClientTurn {
  return { kind: 'tls', input, next: expectStack(input.conversation, done) };
}

/** The stack works; the server is silent as long as we are. */
function expectStack(conversation: string, before: Done | undefined): ClientMethod {
  return {
    request: () => unexpected('a second request', 'silence'),
    tls: (output: TlsOutput) => {
      if (output.state === 'failed') return { kind: 'refuse', reason: tlsRefusal(output), last: fragmentTls(output.records) };
      const isIndicated = before?.indicated === true || output.plain?.[0] === 0;
      const done = output.state === 'done' ? { output: before?.output ?? output, indicated: isIndicated } : before;
      const turn = send(conversation, output.records.length === 0 ? [EMPTY_PACKET] : fragmentTls(output.records), done);
      if (done === undefined || before !== undefined) return turn;
      return { ...turn, text: `the server's certificate is right (${output.version ?? 'TLS'})` };
    },
  };
}

function completeWith({ output, indicated }: Done): Complete {
  const { peerCertificates: certificates } = output;
  const shown = certificates === undefined ? {} : { certificates };
  if (output.version !== 'TLSv1.3' || indicated) return { ...tlsMsk(output, true), ...shown };
  return {
    ...tlsMsk(output, false),
    ...shown,
    remark: 'the server does TLS 1.3 as before RFC 9190: without its success indication, and with the key of TLS 1.2, which we take too',
  };
}

/** Sends the first of the packets, the others as they are asked for. */
function send(
  conversation: string,
  [data, ...rest]: readonly [Uint8Array, ...Uint8Array[]],
  done: Done | undefined,
): Extract<ClientTurn, { readonly kind: 'reply' }> {
  const [following, ...others] = rest;
  const next: ClientMethod =
    following === undefined
      ? expectRecords(conversation, NO_PARTS, done)
      : { request: () => send(conversation, [following, ...others], done) };
  return { kind: 'reply', data, next, ...(done === undefined || following !== undefined ? {} : { complete: completeWith(done) }) };
}

function expectRecords(conversation: string, partial: PartialMessage, done: Done | undefined): ClientMethod {
  return {
    request: (data) => {
      const packet = decodeTlsPacket(data);
      if (packet.start) return unexpected('EAP-TLS Start', 'records');
      const grown = addFragment(partial, packet);
      if (packet.more) return { kind: 'reply', data: EMPTY_PACKET, next: expectRecords(conversation, grown, done) };
      return ask({ conversation, records: wholeMessage(grown) }, done);
    },
  };
}

function unexpected(got: string, wanted: string): ClientTurn {
  return {
    kind: 'refuse',
    reason: { code: 'eap-unexpected', by: 'us', text: `the server sent ${got} where ${wanted} was due`, ours: wanted, theirs: got },
  };
}
