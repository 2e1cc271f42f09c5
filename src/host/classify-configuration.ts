import type { ConfigurationFileRole } from './configurations.js';

/** Tells by name and text what kind of configuration a file is; an ipsec.conf where nothing speaks for another. */
export function classifyConfiguration(path: string, text: string): ConfigurationFileRole {
  if (/\.secrets(\.inc)?$/.test(path)) return 'ipsec.secrets';
  if (/\.ovpn$/.test(path)) return 'openvpn';
  const head = text.slice(0, MAX_LOOKED_AT);
  if (/^(conn|config\s+setup)\b/m.test(head)) return 'ipsec.conf';
  if (/^\s*(connections|secrets|pools|authorities)\b[^=\n]*(\{|$)/m.test(head) || /swanctl/.test(path)) return 'swanctl.conf';
  if (/^\s*(--)?(client|remote|dev|proto|server|ifconfig|tls-(client|server)|secret)\b/m.test(head)) return 'openvpn';
  return /^[^#\n]*:\s*(PSK|RSA|ECDSA|XAUTH|EAP|PIN|P12|PKCS8|PPKS)\b/m.test(head) ? 'ipsec.secrets' : 'ipsec.conf';
}

const MAX_LOOKED_AT = 1_000_000;
