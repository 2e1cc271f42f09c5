import type { Remote } from '../target.js';

/** `vpn.example.com:1194 (udp)`. */
export function remoteText({ host, port, protocol }: Remote): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port} (${protocol})`;
}
