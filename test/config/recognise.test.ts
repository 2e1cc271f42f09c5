import { describe, expect, it } from 'vitest';
import { recognise } from '../../src/config/recognise.js';
import { SEED_ASA, SEED_IPSEC_CONF } from './seed-story.js';

describe('recognise', () => {
  it.each([
    ['ipsec.conf', '/tmp/x', SEED_IPSEC_CONF],
    ['ipsec.conf', '/etc/ipsec.conf', ''],
    ['ipsec.secrets', '/etc/x.secrets', ''],
    ['ipsec.secrets', '/tmp/x', '192.0.2.1 198.51.100.1 : PSK "made for tests"\n'],
    ['swanctl.conf', '/tmp/x', 'connections {\n  a {\n  }\n}\n'],
    ['swanctl.conf', '/etc/swanctl/conf.d/a.conf', ''],
    ['openvpn', '/tmp/x', 'client\ndev tun\nremote vpn.example.com 1194\n'],
    ['openvpn', '/tmp/x.ovpn', ''],
    ['cisco', '/tmp/x', SEED_ASA],
    ['cisco', '/tmp/x', 'fw# show run\r\n<--- More --->\r   \rcrypto map a 10 set peer 192.0.2.1\r\n'],
    ['cisco', '/tmp/x', 'tunnel-group 192.0.2.1 type ipsec-l2l\n'],
    ['cisco', '/tmp/x', 'isakmp policy 10 hash md5\n'],
    ['racoon.conf', '/tmp/x', 'remote 192.0.2.1 {\n\texchange_mode main;\n}\n'],
    ['racoon.conf', '/tmp/x', 'sainfo anonymous\n{\n}\n'],
    ['isakmpd.conf', '/tmp/x', '[General]\nListen-on= 192.0.2.1\n'],
  ])('%s: %s', (language, path, text) => expect(recognise(path, text)).toBe(language));
});
