import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { TlsSettings } from '../../src/engine/openvpn/settings.js';
import { type OpenvpnCipher, type OpenvpnDigest, openvpnCipher, openvpnDigest } from '../../src/keymat/openvpn-algorithms.js';
import { splitStaticKey } from '../../src/keymat/openvpn-static-key.js';
import { certificateFile } from './certificates.js';

export const cipher = (name: string): OpenvpnCipher => {
  const found = openvpnCipher(name);
  if (found === undefined) throw new Error(name);
  return found;
};
export const digest = (name: string): OpenvpnDigest => {
  const found = openvpnDigest(name);
  if (found === undefined) throw new Error(name);
  return found;
};
export const certificate = (name: string): X509Certificate => new X509Certificate(certificateFile(name));

/** A key of 2048 bits made of one number. */
export const testKey = (seed: number) => splitStaticKey(Uint8Array.from({ length: 256 }, (_, i) => (i * 7 + seed) & 0xff));

/** Both ends of a tunnel that comes up; each end as OpenVPN 2.6 would be by default. */
export function openvpnSettings(role: 'client' | 'server', over: Partial<TlsSettings> = {}): TlsSettings {
  return {
    mode: 'tls',
    role,
    pushes: true,
    protocol: 'udp',
    device: 'tun',
    topology: 'subnet',
    cipher: undefined,
    auth: digest('SHA1'),
    compression: { framing: 'none', compressOut: false },
    keepalive: { ping: 0, timeout: 0 },
    tunMtu: 1500,
    explicitExitNotify: 1,
    mtuTest: false,
    wrapping: { kind: 'none' },
    dataCiphers: ['AES-256-GCM', 'AES-128-GCM', 'CHACHA20-POLY1305'].map(cipher),
    tls: {
      key: createPrivateKey(certificateFile(role === 'client' ? 'client.key' : 'gw.key')),
      certificates: [certificate(role === 'client' ? 'client.pem' : 'gw.pem')],
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      peer: {
        authorities: [certificate('ca.pem')],
        revocationLists: [],
        fingerprints: [],
        keyUsage: false,
        required: 'require',
      },
    },
    peerInfo: [],
    renegotiate: 0,
    handshakeWindow: 60,
    transitionWindow: 60,
    ...(role === 'server' && {
      ifconfig: { local: '10.8.0.1', remoteOrNetmask: '255.255.255.0' },
      server: {
        pool: { first: '10.8.0.2', count: 200, netmask: '255.255.255.0' },
        push: ['route 192.168.1.0 255.255.255.0', 'dhcp-option DNS 10.8.0.1'],
        users: [],
        authToken: false,
      },
    }),
    ...over,
  };
}
