import { expect, it } from 'vitest';
import { compareTexts, mended, problems } from '../compare-texts.js';

const CLIENT = `client
dev tun
remote vpn.example.com 1194
nobind
ca ca.crt
cert client.crt
key client.key
remote-cert-tls server
`;
const SERVER = `port 1194
dev tun
topology subnet
server 10.8.0.0 255.255.255.0
ca ca.crt
cert server.crt
key server.key
dh none
keepalive 10 60
`;

it.each<[string, string, string | undefined]>([
  ['tls-groups secp521r1', 'tls-groups X25519', 'error config/openvpn-tls-groups'],
  ['tls-groups X25519:secp256r1', 'tls-groups prime256v1', undefined],
  ['tls-ciphersuites TLS_AES_256_GCM_SHA384', 'tls-ciphersuites TLS_CHACHA20_POLY1305_SHA256', 'error config/openvpn-tls-ciphersuites'],
  // TLS 1.3 takes none of these.
  ['tls-cipher TLS-RSA-WITH-AES-128-CBC-SHA', 'tls-cipher TLS-RSA-WITH-AES-256-CBC-SHA', undefined],
  [
    'tls-cipher TLS-RSA-WITH-AES-128-CBC-SHA\ntls-version-max 1.2',
    'tls-cipher TLS-RSA-WITH-AES-256-CBC-SHA',
    'error config/openvpn-tls-cipher',
  ],
  ['tls-cipher DEFAULT:!AES\ntls-version-max 1.2', 'tls-cipher TLS-RSA-WITH-AES-256-CBC-SHA', undefined],
])('%j and %j', async (client, server, finding) => {
  const files = [{ 'client.conf': `${CLIENT}${client}\n` }, { 'server.conf': `${SERVER}${server}\n` }] as const;
  const broken = await compareTexts(...files);
  expect(problems(broken)[0]).toBe(finding);
  if (finding === undefined) return;
  expect(broken.verdict.comesUp).toBe('no');
  const text = mended(broken, 'ours', files[0], '');
  expect(problems(await compareTexts(text ?? {}, files[1])), Object.values(text ?? {}).join()).toEqual([]);
});
