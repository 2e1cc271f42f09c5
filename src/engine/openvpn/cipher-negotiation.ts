import { type OpenvpnCipher, openvpnCipher } from '../../keymat/openvpn-algorithms.js';
import type { Refusal } from '../refusal.js';
import { announcedCipher } from './options-string.js';
import { firstCommon, type PeerInfo } from './peer-info.js';
import type { TlsSettings } from './settings.js';

/** The cipher of the data channel, or why there is none. */
export type CipherChoice =
  | { readonly ok: true; readonly cipher: OpenvpnCipher | undefined }
  | { readonly ok: false; readonly refusal: Refusal };

const named = (ciphers: readonly OpenvpnCipher[]): string => ciphers.map(({ name }) => name).join(':') || 'none';

/** What a server gives a client (`ssl_ncp.c`, `ncp_get_best_cipher`). */
export function chooseForClient(settings: TlsSettings, peer: PeerInfo, options: string): CipherChoice {
  const announced = announcedCipher(options);
  const cipher = firstCommon(settings.dataCiphers, [...(peer.ciphers ?? []), ...(announced === undefined ? [] : [announced])]);
  if (cipher !== undefined) return { ok: true, cipher };
  const fallback = settings.dataCiphersFallback;
  if (peer.ciphers === undefined && announced === undefined && fallback !== undefined) return { ok: true, cipher: fallback };
  if (peer.ciphers === undefined && announced !== undefined && fallback?.name === announced.toUpperCase())
    return { ok: true, cipher: fallback };
  return refused(settings, peer.ciphers?.join(':') ?? announced, 'us');
}

/** What a client takes: what was pushed, or without that what the server said in its options, or the fallback (`tls_poor_mans_ncp`). */
export function chooseFromPush(settings: TlsSettings, pushed: string | undefined, options: string): CipherChoice {
  if (pushed !== undefined) {
    const { dataCiphers, dataCiphersFallback } = settings;
    // Who negotiates nothing takes what it was told itself.
    const allowed = dataCiphers.length === 0 && dataCiphersFallback !== undefined ? [dataCiphersFallback] : dataCiphers;
    const cipher = firstCommon(allowed, [pushed]);
    if (cipher !== undefined) return { ok: true, cipher };
    return openvpnCipher(pushed) === undefined
      ? refused(settings, pushed, 'us', `the server pushed the cipher ${pushed}, which we do not have`)
      : refused(settings, pushed, 'us', `the server pushed the cipher ${pushed}, which is not among our data-ciphers`);
  }
  const announced = announcedCipher(options);
  const cipher = announced === undefined ? undefined : firstCommon(settings.dataCiphers, [announced]);
  if (cipher !== undefined) return { ok: true, cipher };
  const fallback = settings.dataCiphersFallback;
  if (fallback !== undefined) return { ok: true, cipher: fallback };
  return refused(settings, announced, 'us');
}

/** Two ends that push nothing: the TLS server's preference counts (`get_p2p_ncp_cipher`); without negotiation what both were told. */
export function chooseBetweenPeers(settings: TlsSettings, peer: PeerInfo, negotiates: boolean, options: string): CipherChoice {
  if (!negotiates || peer.ciphers === undefined) return chooseFromPush(settings, undefined, options);
  const ours = settings.dataCiphers;
  const theirs = peer.ciphers.flatMap((name) => openvpnCipher(name) ?? []);
  const cipher =
    settings.role === 'server'
      ? firstCommon(ours, peer.ciphers)
      : firstCommon(
          theirs,
          ours.map(({ name }) => name),
        );
  return cipher === undefined ? refused(settings, peer.ciphers.join(':'), 'us') : { ok: true, cipher };
}

function refused(settings: TlsSettings, theirs: string | undefined, by: 'us' | 'peer', text?: string): CipherChoice {
  return {
    ok: false,
    refusal: {
      code: 'no-common-cipher',
      by,
      exchange: 'cipher negotiation',
      text: text ?? 'no cipher of the data channel that both ends allow',
      ours: `data-ciphers ${named(settings.dataCiphers)}${settings.dataCiphersFallback === undefined ? '' : `, data-ciphers-fallback ${settings.dataCiphersFallback.name}`}`,
      ...(theirs === undefined ? {} : { theirs }),
    },
  };
}
