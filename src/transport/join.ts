import { BugError } from '../bytes/errors.js';
import type { Path } from '../engine/step.js';
import type { EspPath, Transport } from './transport.js';

/** Sockets of several kinds as one transport: each message goes where its path says. Any may be left out that no path will ask for. */
export interface Joined {
  readonly udp?: Transport;
  readonly tcp?: Transport;
  /** IP protocols 50 and 51. */
  readonly raw?: Transport;
}

export function joinTransports(joined: Joined): Transport {
  const all = [joined.udp, joined.tcp, joined.raw].filter((transport) => transport !== undefined);
  const forIke = ({ channel }: Path) => need(channel === 'tcp' ? joined.tcp : joined.udp, `channel ${channel}`);
  const ways = { none: joined.raw, udp: joined.udp, 'udp-ike': joined.udp, tcp: joined.tcp };
  const forEsp = ({ encapsulation }: EspPath) => need(ways[encapsulation], `encapsulation ${encapsulation}`);
  return {
    get paths() {
      return Object.assign({}, ...all.map(({ paths }) => paths)) as Transport['paths'];
    },
    sendMessage: (path, bytes) => forIke(path).sendMessage(path, bytes),
    sendEsp: (path, protocol, bytes) => forEsp(path).sendEsp(path, protocol, bytes),
    sendKeepalive: (path) => forIke(path).sendKeepalive(path),
    onArrival: (listener) => {
      for (const transport of all) transport.onArrival(listener);
    },
    close: async () => {
      await Promise.all(all.map((transport) => transport.close()));
    },
  };
}

function need(transport: Transport | undefined, what: string): Transport {
  if (transport === undefined) throw new BugError(`no socket was opened for ${what}`);
  return transport;
}
