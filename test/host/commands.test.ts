import { expect, test } from 'vitest';
import { BugError } from '../../src/bytes/errors.js';
import { allowedCommand, censorXfrmState } from '../../src/host/commands.js';

type Command = [string, ...string[]];
const words = (line: string) => line.split(' ') as Command;

test.each([
  'ip -d -j addr',
  'ip -j -4 route show table all',
  'ip -j -6 rule',
  'ip -j route get 192.0.2.1',
  'ip -j route get 2001:db8::1 from fd00::1',
  'ip -s xfrm state',
  'ip xfrm policy',
  'ss -H -l -n -t -u -w -p',
  'nft -j list ruleset',
  'iptables-save',
  'ip6tables-legacy-save -c',
  'ipsec --version',
  'swanctl --version',
  'openvpn --version',
  'ipsec showhostkey --list',
  'openssl x509 -inform DER -in /etc/ipsec.d/certs/gw.der',
  'openssl pkey -inform DER -in /etc/ipsec.d/private/gw.der -passin pass: -pubout',
  'certutil -L -d sql:/etc/ipsec.d -n gw.example.com -a',
  'timedatectl show',
])('%s may be run', (line) => {
  expect(() => allowedCommand(words(line))).not.toThrow();
});

test.each([
  'ip xfrm state flush',
  'openssl pkey -inform DER -in /etc/ipsec.d/private/gw.der -passin pass:',
  'openssl x509 -inform DER -in relative.der',
  'ipsec showhostkey --dump',
  'certutil -K -d sql:/etc/ipsec.d',
  'ip xfrm policy delete dir out',
  'ip link set eth0 down',
  'ip route add 10.0.0.0/8 dev eth0',
  'ip -j route get 192.0.2.1; reboot',
  'ip -j route get $(reboot)',
  'ip -batch /etc/passwd',
  'nft flush ruleset',
  'nft -f /etc/passwd',
  'nft -j list ruleset; flush ruleset',
  'iptables-save -f /etc/passwd',
  'iptables-save -M /tmp/x',
  'iptables -F',
  'ipsec secrets',
  'ipsec restart',
  'swanctl --load-all',
  'openvpn --config x',
  'charon-systemd --version',
  'sysctl -w net.ipv4.ip_forward=1',
  'dmesg -C',
  'timedatectl set-ntp true',
  'sh -c true',
  '/usr/sbin/ip -d -j addr',
  'dpkg-query -W -f=x strongswan --admindir=/tmp',
])('%s may not', (line) => {
  expect(() => allowedCommand(words(line))).toThrow(BugError);
});

test.each([
  ['an argument that is two words', ['ip', '-d -j', 'addr']],
  ['an empty argument', ['ip', '-j', '', 'addr']],
  ['a line break', ['ip', '-j', 'route', 'get', '192.0.2.1\n']],
])('%s may not', (_, command) => {
  expect(() => allowedCommand(command as Command)).toThrow(BugError);
});

test('keys of SAs become zeros of the same length', () => {
  const text = [
    'src 10.0.0.1 dst 10.0.0.2',
    '\tproto esp spi 0xc1234567(3240314215) reqid 1(0x00000001) mode tunnel',
    '\tauth-trunc hmac(sha256) 0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff (256 bits) 128',
    '\tenc cbc(aes) 0xdeadbeefdeadbeefdeadbeefdeadbeef (128 bits)',
    'src 10.0.0.2 dst 10.0.0.1',
    '\tproto esp spi 0xc7654321 reqid 1 mode tunnel',
    '\taead rfc4106(gcm(aes)) 0xfeedfacefeedfacefeedfacefeedfacefeedface 128',
  ].join('\n');
  const censored = censorXfrmState(text);
  expect(censored).not.toMatch(/deadbeef|feedface|00112233/);
  expect(censored).toContain('0xc1234567');
  expect(censored.length).toBe(text.length);
});
