/** The languages that a file may be in, by the file's usual name. */
export type ConfigLanguage = 'ipsec.conf' | 'ipsec.secrets' | 'swanctl.conf' | 'openvpn' | 'cisco' | 'racoon.conf' | 'isakmpd.conf';

/** Tells by name and text what language a file is in; an ipsec.conf where nothing speaks for another. */
export function recognise(path: string, text: string): ConfigLanguage {
  if (/\.secrets(\.inc)?$/.test(path)) return 'ipsec.secrets';
  if (/\.ovpn$/.test(path)) return 'openvpn';
  const head = text.slice(0, MAX_LOOKED_AT);
  if (/^(conn|config\s+setup)\b/m.test(head)) return 'ipsec.conf';
  // Pasted text may have prompts and blanks before it.
  if (
    /^\s*(crypto (map|dynamic-map|isakmp|ikev[12]|ipsec|keyring) |tunnel-group \S+ |isakmp policy \d|(: )?(ASA|PIX) Version )/m.test(head)
  )
    return 'cisco';
  if (/^\s*\[(General|Phase 1|Phase 2)\]/im.test(head)) return 'isakmpd.conf';
  if (/^\s*(sainfo\s+|path\s+(pre_shared_key|certificate|include)\b|remote\s+[^{}\n]+\{)/m.test(head)) return 'racoon.conf';
  if (/^\s*(connections|secrets|pools|authorities)\b[^=\n]*(\{|$)/m.test(head) || /swanctl/.test(path)) return 'swanctl.conf';
  if (/^\s*(--)?(client|remote|dev|proto|server|ifconfig|tls-(client|server)|secret)\b/m.test(head)) return 'openvpn';
  return /^[^#\n]*:\s*(PSK|RSA|ECDSA|XAUTH|EAP|PIN|P12|PKCS8|PPKS)\b/m.test(head) ? 'ipsec.secrets' : 'ipsec.conf';
}

const MAX_LOOKED_AT = 1_000_000;
