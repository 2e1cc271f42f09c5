import { UsageError } from '../../bytes/errors.js';
import type { Patience } from '../../probes/ike/target.js';
import type { InnerService } from '../../probes/shared/service.js';
import { parseAddressBytes } from '../../wire/ip/address.js';
import type { TunnelFlags } from '../settings/flags.js';

/** Flags of `probe loopback` besides those of the tunnel. */
export interface RunFlags extends TunnelFlags {
  readonly until?: string;
  readonly timeout?: string;
  readonly ping?: string;
  readonly connect?: string;
  readonly udp?: string;
  readonly mtu?: string;
  readonly write?: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** Those of `probe peer`. */
export interface PeerFlags extends RunFlags {
  /** IKEv2 alone, whatever the peer speaks. */
  readonly ikev2?: boolean;
  readonly ikePort?: string;
  readonly nattPort?: string;
  readonly source?: string;
  readonly tcp?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly tun?: string;
}

const LAST_PORT = 65_535;
const DEFAULT_PATIENCE = 8000;
const MOST_SECONDS = 600;
const FIRST_WAIT = 500;
const LEAST_MTU = 576;
const MOST_MTU = 65_535;

/** A port, 1 to 65535. @throws UsageError */
export function portOf(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > LAST_PORT) throw new UsageError(`${flag} ${text} is not a port`, `1 to ${LAST_PORT}`);
  return port;
}

/** A time in seconds: how long an exchange is waited for. @throws UsageError */
export function patienceOf(text: string | undefined, flag = '--timeout'): Patience {
  if (text === undefined) return { first: FIRST_WAIT, patience: DEFAULT_PATIENCE };
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= MOST_SECONDS))
    throw new UsageError(`${flag} ${text} is not a time in seconds`, `above 0, ${MOST_SECONDS} at most`);
  return { first: Math.min(FIRST_WAIT, (seconds * 1000) / 4), patience: seconds * 1000 };
}

/** `--until`, one of the steps of a protocol. @throws UsageError that names them */
export function untilOf<Id extends string>(text: string | undefined, ids: readonly Id[]): Id | undefined {
  if (text === undefined) return undefined;
  const id = ids.find((known) => known === text);
  if (id === undefined) throw new UsageError(`--until ${text} is not a step of this probe`, `one of ${ids.join(', ')}`);
  return id;
}

/** An address of either family. @throws UsageError */
export function addressOf(text: string | undefined, flag: string): string | undefined {
  if (text === undefined) return undefined;
  if (parseAddressBytes(text) === undefined)
    throw new UsageError(`${flag} ${text} is not an address`, 'for example 10.1.0.1 or fd00::1; names are not looked up inside a tunnel');
  return text;
}

/** `10.1.0.1:80`, `[fd00::1]:80`. @throws UsageError */
export function serviceOf(text: string | undefined, flag: '--connect' | '--udp'): InnerService | undefined {
  if (text === undefined) return undefined;
  const [, v6, v4, port] = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})$/i.exec(text) ?? [];
  const address = v6 ?? v4;
  if (address === undefined)
    throw new UsageError(`${flag} ${text} is not an address with a port`, 'for example 10.1.0.1:80 or [fd00::1]:443');
  return { address: addressOf(address, flag) as string, port: portOf(port, flag) as number };
}

/** Bytes of an IP packet. @throws UsageError */
export function mtuOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const mtu = Number(text);
  if (!Number.isInteger(mtu) || mtu < LEAST_MTU || mtu > MOST_MTU)
    throw new UsageError(`--mtu ${text} is not a size in bytes`, `${LEAST_MTU} to ${MOST_MTU}`);
  return mtu;
}
