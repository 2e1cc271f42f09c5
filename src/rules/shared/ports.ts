/** UDP ports of IKE (RFC 7296 §2) and of NAT traversal (RFC 3947 §4, RFC 3948 §2.1). */
export const IKE_PORT = 500;
export const NATT_PORT = 4500;
