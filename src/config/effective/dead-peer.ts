import type { Sourced } from '../../model/connection.js';
import { readDuration } from '../swanctl/duration.js';
import { type ConfigEnd, isOldPix } from './config-end.js';

/** Dead peer detection as an end does it. */
export interface DeadPeer {
  /** Seconds between questions; 0: it asks nothing. */
  readonly delay: number;
  /** Seconds without an answer after which the peer is given up, where that is said. */
  readonly timeout?: number;
  readonly place: Sourced<string>;
}

/**
 * Whether `dpdtimeout` is to be written: in IKEv2 the retransmissions say when a peer is given up (ipsec.conf(5) of strongSwan and of
 * libreswan; Openswan wants it always). strongSwan that takes either version begins with IKEv2, and has 150 s for IKEv1 by itself.
 */
export function wantsDeadPeerTimeout(product: ConfigEnd['product'], ikeVersion: string): boolean {
  return product === 'openswan' || (product === 'strongswan' ? ikeVersion === 'ikev1' : ikeVersion !== 'ikev2');
}

/**
 * What an end does about a peer that is gone. Sources: ipsec.conf(5) of the three products ("dpddelay": Openswan and libreswan without
 * it do nothing; strongSwan with `dpdaction=none` does nothing), swanctl.conf(5) `dpd_delay`, ASA command reference "isakmp keepalive"
 * (10 s by default for LAN-to-LAN), IOS "crypto isakmp keepalive" (off by default), racoon.conf(5) `dpd_delay`.
 */
export function deadPeerOf(end: ConfigEnd): DeadPeer {
  const { connection, product } = end;
  const { file, other } = connection;
  const find = (key: string) => other.find((each) => each.key.toLowerCase() === key)?.value;
  const none = { value: '', file, line: 0 };
  const seconds = (from: Sourced<string> | undefined) => (from === undefined ? undefined : readDuration(from.value));
  // Of IOS and of the old PIX: off where nothing says otherwise.
  const commonKeepalive = (): DeadPeer => {
    const line = find('crypto isakmp keepalive') ?? find('dpd');
    return { delay: Number(/^(?:interval )?(\d+)/.exec(line?.value ?? '')?.[1] ?? 0), place: line ?? none };
  };
  switch (product) {
    case 'openswan':
    case 'libreswan': {
      const delay = find('dpddelay');
      const timeout = seconds(find('dpdtimeout')) ?? seconds(find('retransmit-timeout'));
      return { delay: seconds(delay) ?? 0, ...(timeout !== undefined && { timeout }), place: delay ?? none };
    }
    case 'strongswan': {
      if (connection.dialect === 'swanctl') {
        const delay = find('dpd_delay');
        return { delay: seconds(delay) ?? 0, place: delay ?? none };
      }
      const action = find('dpdaction');
      const delay = find('dpddelay');
      if (action === undefined || action.value === 'none') return { delay: 0, place: action ?? none };
      const timeout = connection.ikeVersion.value === 'ikev2' ? undefined : (seconds(find('dpdtimeout')) ?? 150);
      return { delay: seconds(delay) ?? 30, ...(timeout !== undefined && { timeout }), place: delay ?? action };
    }
    case 'asa': {
      if (isOldPix(end)) return commonKeepalive();
      const line = find('isakmp keepalive');
      if (line === undefined) return { delay: 10, timeout: 16, place: none };
      return { delay: line.value.startsWith('disable') ? 0 : Number(/threshold (\d+)/.exec(line.value)?.[1] ?? 10), place: line };
    }
    case 'ios':
      return commonKeepalive();
    case 'racoon': {
      const line = find('dpd_delay');
      return { delay: Number(line?.value ?? 0), place: line ?? none };
    }
    case 'isakmpd': {
      const line = find('dpd-check-interval');
      return { delay: Number(line?.value ?? 0), place: line ?? none };
    }
    case 'openvpn':
      return { delay: 0, place: none };
  }
}
