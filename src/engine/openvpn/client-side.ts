import { Secret } from '../../bytes/secret.js';
import { readDynamicChallenge } from '../../wire/openvpn/challenge.js';
import type { Refusal } from '../refusal.js';
import { agreeBetweenPeers } from './between-peers.js';
import { chooseFromPush } from './cipher-negotiation.js';
import type { Effects } from './effects.js';
import { keyMethodBytes, ourKeyMethod } from './key-method-message.js';
import type { Negotiation } from './negotiation.js';
import { endingLine, tellKeyMethod } from './peer-words.js';
import { filterPushed, readPushed, splitPushReply, withoutSecrets } from './push-options.js';
import { refusal } from './refusals.js';
import type { Session, Side } from './session.js';
import type { Credentials, TlsSettings } from './settings.js';

/** Milliseconds between requests (`PUSH_REQUEST_INTERVAL`). */
const PUSH_INTERVAL = 5000;
/** Seconds that a server can make us wait for somebody's confirmation: half of what keys live by default. */
const LONGEST_PENDING = 1800;
/** Options of all parts of a reply. */
const MAX_PUSHED = 2000;

/** What the client of a session does. */
export class ClientSide implements Side {
  /** What stands for the password in renegotiations, once the server gave it. */
  #token: Credentials | undefined;
  #pushed: string[] = [];
  #parts = 0;

  tlsUp(session: Session, negotiation: Negotiation, why: Refusal | undefined, fx: Effects): void {
    if (why !== undefined) {
      session.fail(negotiation, why, fx);
      return;
    }
    const { settings } = session;
    const credentials = this.#token ?? settings.credentials;
    negotiation.ours = ourKeyMethod(
      settings,
      fx.env.random,
      credentials && { username: credentials.username, password: Buffer.from(credentials.password.reveal()).toString('utf8') },
    );
    session.talk.say(negotiation, keyMethodBytes(negotiation.ours), fx);
  }

  keyMethod(session: Session, negotiation: Negotiation, fx: Effects): void {
    tellKeyMethod(session, negotiation, fx);
    if (negotiation.ours === undefined) {
      const text = 'the server sent key method 2 before ours';
      session.fail(negotiation, refusal('malformed', 'us', 'key method 2', text), fx);
    } else if (session.agreed !== undefined) session.complete(negotiation, session.agreed, fx);
    else if (session.settings.pushes) this.#request(session, fx);
    else agreeBetweenPeers(session, negotiation, fx);
  }

  line(session: Session, negotiation: Negotiation, line: string, fx: Effects): void {
    if (line.startsWith('PUSH_REPLY')) this.#reply(session, negotiation, line, fx);
    else if (line.startsWith('AUTH_FAILED')) session.end('peer', authFailed(line, session.settings, this.#token !== undefined), fx);
    else if (line.startsWith('AUTH_PENDING')) {
      // Somebody has to confirm first: the server says how long it waits.
      const seconds = Number(/timeout (\d+)/.exec(line)?.[1] ?? 0);
      if (seconds > 0 && session.keys.current === undefined)
        fx.timer(session.number, 'handshake', Math.min(seconds, LONGEST_PENDING) * 1000);
    } else endingLine(session, line, fx);
  }

  timer(session: Session, name: string, fx: Effects): void {
    if (name === 'push' && session.agreed === undefined) this.#request(session, fx);
  }

  #request(session: Session, fx: Effects): void {
    session.talk.sayLine('PUSH_REQUEST', fx);
    fx.timer(session.number, 'push', PUSH_INTERVAL);
  }

  #reply(session: Session, negotiation: Negotiation, line: string, fx: Effects): void {
    if (session.agreed !== undefined || negotiation.ours === undefined) return;
    const { options, more } = splitPushReply(line);
    this.#parts++;
    this.#pushed = [...this.#pushed, ...options].slice(0, MAX_PUSHED);
    if (more) return;
    fx.timer(session.number, 'push');
    const { kept, rejected } = filterPushed(this.#pushed, session.settings.pullFilters);
    const pushed = readPushed(session.settings, kept);
    const choice = chooseFromPush(session.settings, pushed.cipher, negotiation.theirs?.options ?? '');
    const cipher = choice.ok ? choice.cipher : undefined;
    const parameters = { ...pushed.parameters, cipher };
    fx.happen(session.number, { kind: 'push-reply', options: this.#pushed.map(withoutSecrets), parts: this.#parts, parameters });
    if (rejected !== undefined) {
      const { by, option } = rejected;
      const theirs = withoutSecrets(option);
      const ours = `${by.place === undefined ? '' : `${by.place}: `}pull-filter reject "${by.text}"`;
      session.fail(
        negotiation,
        refusal('push-refused', 'us', 'push', `our pull-filter rejects what the server pushes: ${theirs}`, { ours, theirs }),
        fx,
      );
      return;
    }
    if (!choice.ok) {
      session.fail(negotiation, choice.refusal, fx);
      return;
    }
    const { exporter, dynamicTlsCrypt, controlExit, epochs } = pushed;
    if (epochs && (cipher?.kind !== 'aead' || parameters.peerId === undefined)) {
      const text = `the server pushed epoch keys (protocol-flags aead-epoch), which need an AEAD cipher and a peer-id: it pushed ${cipher?.name ?? 'no cipher'} and ${parameters.peerId === undefined ? 'no peer-id' : `peer-id ${parameters.peerId}`}`;
      session.fail(negotiation, refusal('push-refused', 'us', 'push', text), fx);
      return;
    }
    this.#keepToken(session.settings, pushed.authToken, pushed.authTokenUser);
    const { protocol, explicitExitNotify: ours } = session.settings;
    const explicitExitNotify = protocol === 'tcp' ? 0 : (pushed.explicitExitNotify ?? ours);
    session.complete(negotiation, { cipher, exporter, dynamicTlsCrypt, epochs, controlExit, explicitExitNotify, parameters }, fx);
  }

  #keepToken({ credentials }: TlsSettings, token: string | undefined, user: string | undefined): void {
    if (token === undefined) return;
    const username = user === undefined ? (credentials?.username ?? '') : Buffer.from(user, 'base64').toString('utf8');
    this.#token = { username, password: new Secret(Buffer.from(token, 'utf8')) };
  }
}

function authFailed(line: string, { credentials }: TlsSettings, withToken: boolean) {
  const words = line.slice('AUTH_FAILED,'.length);
  const ours =
    credentials === undefined
      ? 'no user name'
      : withToken
        ? `a token for user ${credentials.username}`
        : `user name ${credentials.username}`;
  const theirs = words === '' ? {} : { theirs: words };
  if (/cipher/i.test(words)) {
    return refusal(
      'no-common-cipher',
      'peer',
      'cipher negotiation',
      `the server found no cipher of the data channel in common: ${words}`,
      theirs,
    );
  }
  const asked = words.startsWith('CRV1:') ? readDynamicChallenge(words) : undefined;
  if (asked !== undefined)
    return refusal('challenge', 'peer', 'credentials', 'the server asks a question (challenge and response)', { theirs: asked.question });
  const what = credentials === undefined ? 'us' : 'the credentials';
  const text = words === '' ? `the server refused ${what} (AUTH_FAILED)` : `the server refused us with AUTH_FAILED: ${words}`;
  return refusal('auth-failed', 'peer', 'credentials', text, { ours, ...theirs });
}
