import { expect, test } from 'vitest';
import type { BundleAnswers } from '../../../src/host/bundle.js';
import { AddressMap } from '../../../src/host/redaction/address-map.js';
import { anonymiseAnswers as withKey } from '../../../src/host/redaction/anonymise.js';

/** By chance one network in 256 keeps an octet: not in tests. */
const anonymiseAnswers = (answers: BundleAnswers, names: readonly string[], connections: readonly string[] = []) =>
  withKey(answers, names, connections, new AddressMap(Buffer.from('fixed')));

const none: BundleAnswers = { files: {}, directories: {}, links: {}, stats: {}, commands: {} };

function anonymiseOne(text: string, names: readonly string[] = [], path = '/etc/ipsec.conf') {
  const { answers, replaced } = anonymiseAnswers({ ...none, files: { [path]: { value: text } } }, names);
  const [file] = Object.values(answers.files);
  return { text: file !== undefined && 'value' in file ? file.value : file?.reason, replaced };
}

test.each([
  ['an assignment', 'left=81.2.69.77\n'],
  ['a network', 'leftsubnet=10.17.0.0/16,10.18.34.0/24\n'],
  ['a mask', 'server 10.17.0.0 255.255.0.0\n'],
  ['JSON of nft', '{"prefix": {"addr": "10.17.0.0", "len": 16}}'],
  ['the end of a sentence', 'from 81.2.69.77.'],
  ['IPv6', 'left=2a01:4f8:17::9\nright=[2a01:4f8:17:1:2:3:4:5]:500'],
  ['IPv4 in IPv6', '::ffff:81.2.69.77'],
  ['a port', '81.2.69.77:500 81.2.69.77[4500]'],
])('%s', (_, text) => {
  const { text: after } = anonymiseOne(text);
  expect(after).not.toMatch(/81\.2\.69\.77|10\.17|10\.18\.34|4f8:17/);
  // Nothing but addresses has changed.
  const blank = (from = '') => from.replace(/[0-9a-f]+(?=[.:]|\b)/gi, '#').replace(/(#?:)+#?/g, ':');
  expect(blank(after).replace(/[#.:]/g, '')).toBe(blank(text).replace(/[#.:]/g, ''));
});

test.each([
  'version 5.9.8-5\nlifetime=08:15:30\nikelifetime=1h\n',
  'oid 1.3.6.1.5.5.8.2.2\n',
  'netmask 255.255.255.0 any 0.0.0.0/0 127.0.0.1 ::/0 ::1\n',
  'esp=aes256-sha256-modp2048! conn x::b\n',
  'include /etc/ipsec.d/*.conf\n',
])('%j stays', (text) => {
  expect(anonymiseOne(text).text).toBe(text);
});

test('relations hold: networks, hosts in them, ranges, command lines and paths', () => {
  const { answers } = anonymiseAnswers(
    {
      ...none,
      files: {
        '/etc/a.conf': {
          value: 'net=10.17.0.0/16 host=10.17.34.5 alone=10.17.0.0 whole=10.17.32.0-10.17.63.255 part=10.17.34.5-10.17.34.90\n',
        },
        '/etc/peer-95.3.4.9.conf': { value: '' },
      },
      directories: { '/etc': { value: ['peer-95.3.4.9.conf'] } },
      commands: { 'ip -j route get 95.3.4.9': { value: { stdout: '[{"dst":"95.3.4.9"}]', stderr: '', status: 0 } } },
    },
    [],
  );
  const text = JSON.stringify(answers);
  expect(text).not.toMatch(/95\.3\.4\.9|10\.17\.34/);
  const [, net, alone] = /net=([\d.]+)\/16 .*alone=([\d.]+)/.exec(text) ?? [];
  expect(net).toMatch(/\.0\.0$/);
  expect(alone).toBe(net);
  const prefix = net?.split('.').slice(0, 2).join('.');
  expect(text).toContain(`host=${prefix}.`);
  const [, low, high] = /whole=[\d.]+\.(\d+)\.0-[\d.]+\.(\d+)\.255/.exec(text) ?? [];
  expect(Number(high) - Number(low)).toBe(31);
  const [peer] = /(?<=route get )[\d.]+/.exec(text) ?? [];
  expect(text).toContain(`{"value":{"stdout":"[{\\"dst\\":\\"${peer}\\"}]"`);
  expect(text).toContain(`/etc/peer-${peer}.conf`);
  expect(text).toContain(`["peer-${peer}.conf"]`);
});

test('names: the same by the same, in all texts where they can be nothing else', () => {
  const { answers, replaced } = anonymiseAnswers(
    {
      ...none,
      files: {
        '/etc/ipsec.conf': {
          value: 'conn a\n\tright=gw.acme.test\n\trightid=@gw.acme.test\n\tleftid="C=DE, O=Acme, CN=x"\n\tleft=%any\n\t# bob@acme.test\n',
        },
        '/etc/ipsec.secrets': { value: 'alice : XAUTH "redacted"\nleft : EAP "redacted"\n' },
        '/proc/sys/kernel/hostname': { value: 'hq.acme.test\n' },
      },
    },
    ['gw.acme.test', '@gw.acme.test', 'C=DE, O=Acme, CN=x', '%any', 'alice', 'left', 'hq.acme.test'],
  );
  const text = JSON.stringify(answers);
  expect(text).not.toMatch(/acme|alice|bob/i);
  expect(text).toContain('\\tleft=%any');
  const [, right, id] = /right=(\S+?)\\n\\trightid=@(\S+?)\\n/.exec(text) ?? [];
  expect(right).toBe(id);
  expect(replaced).toContainEqual({ from: 'gw.acme.test', to: right });
});

test('the name of this host, where it is one word too', () => {
  const { answers } = anonymiseAnswers(
    {
      ...none,
      files: { '/proc/sys/kernel/hostname': { value: 'acme-gw\n' } },
      commands: {
        'journalctl -k -b -o short -n 5000 --no-pager': {
          value: { stdout: 'Nov  2 03:04:05 acme-gw kernel: audit: denied\n', stderr: '', status: 0 },
        },
      },
    },
    ['acme-gw'],
  );
  const text = JSON.stringify(answers);
  expect(text).not.toContain('acme');
  expect(text).toContain('"value":"name-1\\n"');
  expect(text).toContain('Nov  2 03:04:05 name-1 kernel: audit: denied');
});

test('domains of known names, where they stand alone too', () => {
  const { text } = anonymiseOne(
    '# vpn of acme.test, see corp.acme.test\nleftid=@gw.corp.acme.test\nright=other.acme.test\nrightid=a@mail.test\n# mail.test\n',
    ['@gw.corp.acme.test', 'a@mail.test'],
  );
  expect(text).not.toMatch(/acme|mail/);
  expect(text).toMatch(/right=other\.name-\d+\.example/);
});

test('certificates are left out, those within a configuration with their frames', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nQWNtZQ==\nQWNtZQ==\n-----END CERTIFICATE-----\n';
  expect(anonymiseOne(pem, [], '/etc/swanctl/x509/gw.pem').text).toBe('not-collected');
  const inline = anonymiseOne(`dev tun\n<ca>\n${pem}</ca>\nverb 3\n`).text;
  expect(inline).not.toContain('QWNt');
  expect(inline?.split('\n').length).toBe(9);
});

test('tables of /proc/net', () => {
  const udp = '  sl  local_address rem_address\n 1: 4D450251:01F4 00000000:0000 07\n';
  const { text } = anonymiseOne(udp, [], '/proc/net/udp');
  expect(text).not.toContain('4D450251');
  expect(text).toMatch(/1: 4D[0-9A-F]{6}:01F4 00000000:0000 07/);
  const udp6 = ' 1: F804012A0000000000000000090000AA:01F4 00000000000000000000000000000000:0000 07\n';
  expect(anonymiseOne(udp6, [], '/proc/net/udp6').text).toMatch(/1: (?!F804012A)[0-9A-F]{32}:01F4 0{32}:0000 07/);
  const route =
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t0000110A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n';
  expect(anonymiseOne(route, [], '/proc/net/route').text).toMatch(/eth0\t0000(?!11)[0-9A-F]{2}0A\t00000000/);
});

test.each([
  [
    'conn berlin\n\talso=berlin-base\n# berlin calls\nconn berlin-base\n',
    ['berlin', 'berlin-base'],
    'conn name-1\n\talso=name-2\n# name-1 calls\nconn name-2\n',
  ],
  ['conn tunnel\n\ttype=tunnel\n\tauto=start\n', ['tunnel'], 'conn name-1\n\ttype=tunnel\n\tauto=start\n'],
  [
    'connections {\n  paris : base {\n    local { auth = psk }\n    children { psk { mode = tunnel } }\n  }\n  base { }\n}\nsecrets { ike-paris { id = x } }\n',
    ['paris', 'psk', 'base'],
    'connections {\n  name-1 : name-3 {\n    local { auth = psk }\n    children { name-2 { mode = tunnel } }\n  }\n  name-3 { }\n}\nsecrets { ike-name-1 { id = x } }\n',
  ],
  ['connections { local { local { auth = psk } } }', ['local'], 'connections { local { local { auth = psk } } }'],
])('connections by name: %j', (text, connections, expected) => {
  const { answers } = anonymiseAnswers({ ...none, files: { '/etc/x.conf': { value: text } } }, [], connections);
  expect(answers.files['/etc/x.conf']).toEqual({ value: expected });
});

test('certificates that are left out are counted', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const files = {
    '/etc/a.pem': { value: pem },
    '/etc/b.ovpn': { value: `<ca>\n${pem}${pem}</ca>\n` },
    '/etc/c.conf': { value: 'left=1\n' },
  };
  expect(anonymiseAnswers({ ...none, files }, []).leftOut).toBe(3);
});
