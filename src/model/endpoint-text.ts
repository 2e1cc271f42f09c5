import type { PacketEnd } from './endpoint.js';

/** `10.0.0.1:500`, `[2001:db8::1]:500`, `10.0.0.1`. */
export function endpointText({ address, port }: PacketEnd): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
