import { EnvironmentError } from '../../bytes/errors.js';
import type { ProbeTarget } from '../../probes/ike/target.js';
import { joinTransports } from '../../transport/join.js';
import { openRaw } from '../../transport/raw.js';
import { connectTcp } from '../../transport/tcp.js';
import type { Transport } from '../../transport/transport.js';
import { openUdp } from '../../transport/udp.js';
import { IKE_PORT, NATT_PORT } from '../../wire/udp-encap.js';

/** Milliseconds for a TCP connection to come about. */
const CONNECT_PATIENCE = 8000;

/**
 * UDP, or TCP alone; raw IP protocol 50 and 51 beside it where we may. The ports of IKE where they are free: some firewalls let nothing
 * else through.
 * @throws EnvironmentError
 */
export async function openSockets(address: string, source: string, ports: ProbeTarget['ports'], raw = false): Promise<Transport> {
  if (ports.tcp !== undefined) {
    const remote = { address, port: ports.tcp };
    const tcp = await connectTcp({ remote, local: { address: source, port: 0 }, milliseconds: CONNECT_PATIENCE });
    return joinTransports({ tcp });
  }
  const udp = await openUdpSockets(address, source, ports);
  return raw ? joinTransports({ udp, raw: await openRaw({ addresses: [source] }) }) : udp;
}

async function openUdpSockets(address: string, source: string, ports: ProbeTarget['ports']): Promise<Transport> {
  const options = {
    addresses: [source],
    remotes: { ike: { address, port: ports.ike }, natt: { address, port: ports.natt } },
  };
  // This host itself: with IKE's ports taken by us, we would be asking ourselves.
  if (process.getuid?.() === 0 && address !== source) {
    try {
      return await openUdp({ ...options, ports: { ike: IKE_PORT, natt: NATT_PORT } });
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
    }
  }
  return openUdp({ ...options, ports: { ike: 0, natt: 0 } });
}

/** AH has no way but IP protocol 51. @throws EnvironmentError where this process may not */
export async function mustOpenRaw(): Promise<true> {
  if (await canOpenRaw()) return true;
  throw new EnvironmentError(
    'AH goes as IP protocol 51, which takes root and the package koffi',
    'sudo; or --esp instead, which goes in UDP without',
  );
}

/** Whether this process may send and receive IP protocol 50: tried, because rights come in many ways. */
export async function canOpenRaw(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  try {
    const transport = await openRaw({ addresses: ['127.0.0.1'] });
    await transport.close();
    return true;
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return false;
  }
}
