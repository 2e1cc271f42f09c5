import { nameOf } from '../../bytes/registry.js';
import { EAP_TYPE, EAP_TYPES } from '../../wire/ike/tables/eap.js';
import type { ClientMethod, EapContext, ServerTurn } from './contract.js';
import { gtcClient, gtcServer } from './gtc.js';
import { md5Client, md5Server } from './md5.js';
import { mschapv2Client } from './mschapv2-client.js';
import { mschapv2Server } from './mschapv2-server.js';
import type { EapClient, EapMethodName, EapServer } from './settings.js';
import { tlsClient } from './tls-client.js';
import { tlsServer } from './tls-server.js';
import { tlsStart } from './tls-settings.js';
import { findUser } from './users.js';

/** EAP type of each method that the settings can name. */
export const METHOD_TYPES = {
  md5: EAP_TYPE['MD5-Challenge'],
  mschapv2: EAP_TYPE.MSCHAPv2,
  gtc: EAP_TYPE.GTC,
  tls: EAP_TYPE.TLS,
} as const satisfies Record<EapMethodName, number>;

export function methodName(type: number): string {
  return nameOf(EAP_TYPES, type);
}

/** `MSCHAPv2, TLS`; `no method` of none. */
export function methodNames(types: readonly number[]): string {
  return types.map(methodName).join(', ') || 'no method';
}

/** A method of the client; undefined when the settings do not allow it or have nothing to show for it. */
export function clientMethod(type: number, settings: EapClient, identity: string, context: EapContext): ClientMethod | undefined {
  if (!settings.methods.some((name) => METHOD_TYPES[name] === type)) return undefined;
  const { password, tls } = settings;
  const userName = settings.username ?? identity;
  if (type === METHOD_TYPES.tls) return tls === undefined ? undefined : tlsClient(context.conversation, tlsStart('client', tls));
  if (password === undefined) return undefined;
  if (type === METHOD_TYPES.md5) return md5Client(userName, password);
  if (type === METHOD_TYPES.gtc) return gtcClient(password);
  return mschapv2Client(userName, password, context.random);
}

/** Types that the client can do, in the order of its settings. */
export function clientTypes(settings: EapClient, identity: string, context: EapContext): readonly number[] {
  return settings.methods.map((name) => METHOD_TYPES[name]).filter((type) => clientMethod(type, settings, identity, context) !== undefined);
}

/** Types that the server can do, in the order of its settings. */
export function serverTypes(settings: EapServer): readonly number[] {
  return settings.methods
    .filter((name) => (name === 'tls' ? settings.tls !== undefined : settings.users.length > 0))
    .map((name) => METHOD_TYPES[name]);
}

/** First request of a method that `serverTypes` has named. */
export function serverMethod(type: number, settings: EapServer, identity: string, context: EapContext): ServerTurn {
  if (type === METHOD_TYPES.tls && settings.tls !== undefined) return tlsServer(context.conversation, tlsStart('server', settings.tls));
  if (type === METHOD_TYPES.mschapv2) return mschapv2Server(settings.users, context.random);
  const user = findUser(settings.users, identity);
  if (user === undefined) {
    const text = `there is no user "${identity}"`;
    return { kind: 'refuse', reason: { code: 'eap-user-unknown', by: 'us', text, theirs: `"${identity}"` } };
  }
  return type === METHOD_TYPES.md5 ? md5Server(user, context.random(16)) : gtcServer(user);
}
