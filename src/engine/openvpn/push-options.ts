import type { AgreedFraming } from '../../wire/openvpn/compression.js';
import type { TunnelParameters } from './happenings.js';
import type { PullFilter, TlsSettings } from './settings.js';

/** What a server pushed, read; what is not here is kept as a line all the same. */
export interface Pushed {
  readonly parameters: Omit<TunnelParameters, 'cipher'>;
  readonly cipher?: string;
  /** `protocol-flags` and `key-derivation`. */
  readonly exporter: boolean;
  readonly controlExit: boolean;
  readonly dynamicTlsCrypt: boolean;
  readonly epochs: boolean;
  readonly authToken?: string;
  readonly authTokenUser?: string;
  readonly explicitExitNotify?: number;
}

/** Options of `PUSH_REPLY,…` in their order; `push-continuation` says whether more come. */
export function splitPushReply(line: string): { readonly options: readonly string[]; readonly more: boolean } {
  const options = line
    .split(',')
    .slice(1)
    .filter((option) => option !== '');
  const continuation = options.find((option) => option.startsWith('push-continuation '));
  return { options: options.filter((option) => option !== continuation), more: continuation === 'push-continuation 2' };
}

/** What our `pull-filter` lines leave of pushed options, and the first that they do not put up with (`push.c`, `apply_pull_filter`). */
export function filterPushed(
  options: readonly string[],
  filters: readonly PullFilter[] = [],
): { readonly kept: readonly string[]; readonly rejected?: { readonly option: string; readonly by: PullFilter } } {
  const filterOf = (option: string) => filters.find(({ text }) => option.startsWith(text));
  const rejected = options
    .flatMap((option) => {
      const by = filterOf(option);
      return by?.action === 'reject' ? [{ option, by }] : [];
    })
    .at(0);
  return { kept: options.filter((option) => filterOf(option)?.action !== 'ignore'), ...(rejected !== undefined && { rejected }) };
}

/** Reads pushed options over what we had; the last of a kind counts. */
export function readPushed(settings: TlsSettings, options: readonly string[]): Pushed {
  const words = options.map((option) => option.split(/\s+/));
  const last = (...names: readonly string[]) => words.findLast(([name]) => names.includes(name ?? ''));
  const number = (...names: readonly string[]): number | undefined => {
    const value = Number(last(...names)?.[1] ?? Number.NaN);
    return Number.isInteger(value) && value >= 0 ? value : undefined;
  };
  const flags = words.filter(([name]) => name === 'protocol-flags').flatMap(([, ...rest]) => rest);
  const topology = last('topology')?.[1];
  const gateway = last('route-gateway')?.[1];
  const [, local, remoteOrNetmask] = last('ifconfig') ?? [];
  const [, local6, remote6] = last('ifconfig-ipv6') ?? [];
  const peerId = number('peer-id');
  const exit = last('explicit-exit-notify');
  const token = last('auth-token')?.[1];
  const tokenUser = last('auth-token-user')?.[1];
  const cipher = last('cipher')?.[1];
  const compression = pushedCompression(settings.compression, last('comp-lzo', 'compress'));
  return {
    parameters: {
      ...(local !== undefined && remoteOrNetmask !== undefined
        ? { ifconfig: { local, remoteOrNetmask } }
        : optional('ifconfig', settings.ifconfig)),
      ...(local6 !== undefined
        ? { ifconfigIpv6: { local: local6, remote: remote6 ?? '' } }
        : optional('ifconfigIpv6', settings.ifconfigIpv6)),
      topology: topology === 'subnet' || topology === 'p2p' || topology === 'net30' ? topology : settings.topology,
      ...optional('gateway', gateway),
      keepalive: {
        ping: number('ping') ?? settings.keepalive.ping,
        // One timer with two ends: the later line counts (`ping_rec_timeout`).
        timeout: number('ping-restart', 'ping-exit') ?? settings.keepalive.timeout,
      },
      ...optional('peerId', peerId !== undefined && peerId <= 0xffffff ? peerId : undefined),
      compression,
      tunMtu: number('tun-mtu') ?? settings.tunMtu,
      device: settings.device,
    },
    ...optional('cipher', cipher),
    exporter: flags.includes('tls-ekm') || last('key-derivation')?.[1] === 'tls-ekm',
    controlExit: flags.includes('cc-exit'),
    dynamicTlsCrypt: flags.includes('dyn-tls-crypt'),
    epochs: flags.includes('aead-epoch'),
    ...optional('authToken', token),
    ...optional('authTokenUser', tokenUser),
    ...optional('explicitExitNotify', exit === undefined ? undefined : Number(exit[1] ?? 1) || 1),
  };
}

/** Options with secrets in them, for others' eyes. */
export function withoutSecrets(option: string): string {
  return option.replace(/^(auth-token(?:-user)?\s+).+/, '$1[secret]');
}

function optional<K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: V };
}

const FRAMINGS: Readonly<Record<string, AgreedFraming>> = {
  lzo: 'lzo',
  lz4: 'lz4',
  'lz4-v2': 'lz4-v2',
  stub: 'stub',
  'stub-v2': 'stub-v2',
  migrate: 'none',
};

/** `comp-lzo [no|adaptive|yes]` and `compress [algorithm]`; what we do not know leaves it as it was. */
function pushedCompression(ours: TlsSettings['compression'], pushed: readonly string[] | undefined): TlsSettings['compression'] {
  if (pushed === undefined) return ours;
  const [name, argument] = pushed;
  if (name === 'comp-lzo') return { framing: 'lzo', compressOut: ours.compressOut && argument !== 'no' };
  const framing = Object.hasOwn(FRAMINGS, argument ?? 'stub') ? FRAMINGS[argument ?? 'stub'] : undefined;
  return framing === undefined ? ours : { framing, compressOut: ours.compressOut };
}
