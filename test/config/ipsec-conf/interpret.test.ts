import { describe, expect, it } from 'vitest';
import type { IpsecConfProduct } from '../../../src/config/ipsec-conf/document.js';
import { interpretIpsecConf } from '../../../src/config/ipsec-conf/interpret.js';
import { readIpsecConf } from '../../../src/config/ipsec-conf/read-document.js';
import type { Connection } from '../../../src/model/connection.js';
import { cpuMilliseconds } from '../../support/cpu-time.js';
import { memoryFiles } from '../memory-files.js';

const FILE = '/etc/ipsec.conf';

async function conf(text: string, product: IpsecConfProduct = 'libreswan', version?: string, addresses: readonly string[] = ['192.0.2.1']) {
  const document = await readIpsecConf({ file: FILE, text }, product, memoryFiles({}));
  return interpretIpsecConf(document, { product, addresses, ...(version !== undefined && { version }) });
}

async function connection(settings: string, product: IpsecConfProduct = 'libreswan', version?: string): Promise<Connection> {
  const lines = settings.split(' ').join('\n\t');
  const found = (await conf(`conn t\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\t${lines}\n`, product, version)).connections[0];
  if (found === undefined) throw new Error('no connection');
  return found;
}

async function codes(text: string, product: IpsecConfProduct = 'libreswan', version?: string) {
  return (await conf(text, product, version)).remarks.map(({ line, severity, code }) => `${line} ${severity} ${code}`);
}

describe('interpretIpsecConf', () => {
  it('reads the seed story: an Openswan end towards an ASA', async () => {
    const { connections, setup, remarks } = await conf(
      `version 2.0
config setup
    nat_traversal=yes
    virtual_private=%v4:10.0.0.0/8,%v4:192.168.0.0/16
    oe=off
    protostack=netkey

conn asa
    type=tunnel
    authby=secret
    left=%defaultroute
    leftid=203.0.113.7
    leftsourceip=10.1.0.1
    leftsubnet=10.1.0.1/32
    right=198.51.100.1
    rightsubnet=192.168.10.0/24
    ike=3des-md5;modp1024
    phase2alg=3des-md5;modp1024
    pfs=yes
    ikelifetime=8h
    salifetime=1h
    forceencaps=yes
    dpddelay=30
    auto=start
`,
      'openswan',
      '2.6.37',
    );
    expect(remarks).toEqual([]);
    expect(setup.get('protostack')).toEqual({ value: 'netkey', file: FILE, line: 6 });
    const [asa] = connections;
    expect(asa).toMatchObject({
      name: 'asa',
      dialect: 'openswan',
      line: 8,
      side: 'known',
      localSide: 'left',
      local: {
        addresses: [{ value: '%defaultroute', line: 11 }],
        id: { value: '203.0.113.7', line: 12 },
        auth: [{ value: 'psk', line: 10 }],
        subnets: [{ value: '10.1.0.1/32', line: 14 }],
        sourceIp: { value: '10.1.0.1', line: 13 },
      },
      remote: { addresses: [{ value: '198.51.100.1' }], subnets: [{ value: '192.168.10.0/24', line: 16 }] },
      ikeVersion: { value: 'any', line: 0 },
      mode: { value: 'tunnel', line: 9 },
      protocol: { value: 'esp', line: 0 },
      ikeProposals: [{ value: '3des-md5;modp1024', line: 17 }],
      espProposals: [{ value: '3des-md5;modp1024', line: 18 }],
      pfs: { value: true, line: 19 },
      ikeLifetime: { value: 28_800, line: 20 },
      childLifetime: { value: 3600, line: 21 },
      forceEncapsulation: { value: true, line: 22 },
      auto: { value: 'start', line: 24 },
      other: [{ key: 'dpddelay', value: { value: '30', line: 23 } }],
    });
  });

  it.each([
    ['openswan', undefined, 'any', 3600, 28_800, true],
    ['libreswan', '3.20', 'any', 3600, 28_800, true],
    ['libreswan', '4.1', 'ikev2', 3600, 28_800, true],
    ['libreswan', '4.10', 'ikev2', 28_800, 28_800, true],
    ['libreswan', undefined, 'ikev2', 28_800, 28_800, true],
    ['strongswan', '5.9.8', 'any', 10_800, 3600, false],
    ['strongswan', '6.0.2', 'any', 10_800, 3600, true],
  ] as const)('defaults of %s %s', async (product, version, ike, ikeLifetime, childLifetime, pfs) => {
    const read = await connection('auto=add', product, version);
    expect([read.ikeVersion.value, read.ikeLifetime?.value, read.childLifetime?.value, read.pfs.value]).toEqual([
      ike,
      ikeLifetime,
      childLifetime,
      pfs,
    ]);
    expect([read.ikeVersion.line, read.ikeLifetime?.line, read.local.auth[0]?.line]).toEqual([0, 0, 0]);
    expect(read.local.auth[0]?.value).toBe('pubkey');
  });

  it.each([
    ['ikev2=insist', 'libreswan', '3.20', 'ikev2'],
    ['ikev2=yes', 'libreswan', '3.20', 'any'],
    ['ikev2=permit', 'libreswan', '3.20', 'any'],
    ['ikev2=permit', 'libreswan', '4.10', 'ikev1'],
    ['ikev2=propose', 'libreswan', '4.10', 'ikev2'],
    ['ikev2=no', 'libreswan', '4.10', 'ikev1'],
    ['ikev2=never', 'openswan', undefined, 'ikev1'],
    ['keyexchange=ikev1', 'libreswan', '5.0', 'ikev1'],
    ['keyexchange=ike', 'libreswan', '4.10', 'ikev2'],
    ['keyexchange=ikev2', 'strongswan', undefined, 'ikev2'],
    ['keyexchange=ike', 'strongswan', undefined, 'any'],
  ] as const)('%s of %s %s is %s', async (setting, product, version, expected) => {
    expect((await connection(setting, product, version)).ikeVersion.value).toBe(expected);
  });

  it.each([
    ['type=passthrough', 'pass'],
    ['type=drop', 'drop'],
    ['type=reject', 'reject'],
    ['type=transport', 'transport'],
  ])('%s', async (setting, expected) => {
    expect((await connection(setting)).mode.value).toBe(expected);
  });

  it.each([
    ['authby=secret', 'libreswan', 'psk', 'psk'],
    ['authby=secret|rsasig', 'libreswan', 'psk,pubkey', 'psk,pubkey'],
    ['authby=null', 'libreswan', 'null', 'null'],
    ['leftauth=secret rightauth=rsasig', 'libreswan', 'psk', 'pubkey'],
    ['leftrsasigkey=0sAQOabc', 'libreswan', 'rsa-raw', 'pubkey'],
    ['leftcert=gw leftrsasigkey=%cert', 'libreswan', 'pubkey', 'pubkey'],
    ['authby=secret leftxauthserver=yes', 'libreswan', 'psk', 'psk,xauth'],
    ['authby=xauthpsk', 'strongswan', 'psk,xauth', 'psk,xauth'],
    ['leftauth=pubkey rightauth=eap-mschapv2', 'strongswan', 'pubkey', 'eap'],
    ['leftauth=pubkey leftauth2=xauth-generic rightauth=rsa-4096-sha256', 'strongswan', 'pubkey,xauth', 'pubkey'],
    ['authby=psk', 'strongswan', 'psk', 'psk'],
  ] as const)('%s (%s)', async (settings, product, local, remote) => {
    const read = await connection(settings, product);
    expect([read.local.auth.map(({ value }) => value).join(), read.remote.auth.map(({ value }) => value).join()]).toEqual([local, remote]);
  });

  it('splits lists of subnets', async () => {
    const read = await conf(
      'conn t\n\tleft=192.0.2.1\n\tright=%any\n\tleftsubnets={10.1.0.0/16 10.2.0.0/16}\n\trightsubnet=vhost:%no,%priv\n',
    );
    expect(read.connections[0]?.local.subnets.map(({ value }) => value)).toEqual(['10.1.0.0/16', '10.2.0.0/16']);
    expect(read.connections[0]?.remote.subnets.map(({ value }) => value)).toEqual(['vhost:%no', '%priv']);
  });

  it('takes PFS of strongSwan from the ESP proposals', async () => {
    expect((await connection('esp=aes256-sha256-modp2048!', 'strongswan')).pfs).toMatchObject({ value: true, line: 4 });
    expect((await connection('esp=aes256-sha256', 'strongswan')).pfs).toMatchObject({ value: false, line: 4 });
  });

  it('keeps what it does not understand', async () => {
    const read = await connection('ikelifetime=soon mark=5/0xff vti-interface=vti0 encapsulation=auto authby=secret');
    expect(read.other.map(({ key, value }) => `${key}=${value.value}`)).toEqual([
      'ikelifetime=soon',
      'mark=5/0xff',
      'vti-interface=vti0',
      'encapsulation=auto',
    ]);
    expect(read.ikeLifetime?.value).toBe(28_800);
  });

  describe('left and right', () => {
    it.each([
      ['192.0.2.1', '198.51.100.1', ['192.0.2.1'], 'left known'],
      ['192.0.2.1', '198.51.100.1', ['198.51.100.1'], 'right known'],
      ['2001:db8::1', '2001:db8::2', ['2001:DB8:0:0::2'], 'right known'],
      ['%defaultroute', '198.51.100.1', [], 'left known'],
      ['198.51.100.1', '%defaultroute', [], 'right known'],
      ['%any', '198.51.100.1', [], 'right known'],
      ['%any', '198.51.100.1', ['198.51.100.1'], 'right known'],
      ['%any', '198.51.100.1', ['10.0.0.1'], 'left unsure'],
      ['0.0.0.0', '198.51.100.1', ['10.0.0.1'], 'left unsure'],
      ['198.51.100.1', '%any', ['10.0.0.1'], 'left unsure'],
      ['%any', 'gw.example.com', ['10.0.0.1'], 'right known'],
      ['vpn.example.com', 'gw.example.com', ['10.0.0.1'], 'left unsure'],
      ['192.0.2.1', '198.51.100.1', ['10.0.0.1'], 'left unsure'],
      ['192.0.2.1', '192.0.2.1', ['192.0.2.1'], 'left unsure'],
    ] as const)('%s and %s on %j: %s', async (left, right, addresses, expected) => {
      const [read] = (await conf(`conn t\n\tleft=${left}\n\tright=${right}\n`, 'libreswan', undefined, addresses)).connections;
      expect(`${read?.localSide} ${read?.side}`).toBe(expected);
      expect(read?.local.addresses[0]?.value).toBe(expected.startsWith('left') ? left : right);
    });

    it('takes left for strongSwan unless right is ours', async () => {
      const text = 'conn t\n\tleft=10.9.9.9\n\tright=198.51.100.1\n\tauto=add\n';
      expect((await conf(text, 'strongswan')).connections[0]).toMatchObject({ localSide: 'left', side: 'known' });
      expect((await conf(text, 'strongswan', undefined, ['198.51.100.1'])).connections[0]).toMatchObject({
        localSide: 'right',
        side: 'known',
      });
      expect((await conf('conn t\n\tauto=add\n', 'strongswan')).connections[0]?.local.addresses).toEqual([
        { value: '%any', file: FILE, line: 0 },
      ]);
    });
  });

  describe('also and %default', () => {
    const template = 'conn %default\n\tikelifetime=1h\nconn base\n\tleft=192.0.2.1\n\tike=aes256-sha2\n';

    it('inherits with the place of the template, and templates are no connections', async () => {
      const { connections, remarks } = await conf(`${template}conn t\n\talso=base\n\tright=198.51.100.1\n\tikelifetime=2h\n`);
      expect(remarks).toEqual([]);
      expect(connections.map(({ name }) => name)).toEqual(['t']);
      expect(connections[0]).toMatchObject({
        local: { addresses: [{ value: '192.0.2.1', line: 4 }] },
        ikeLifetime: { value: 7200, line: 9 },
        ikeProposals: [{ line: 5 }],
      });
    });

    it('a template may have both ends; what is started is a connection, whoever takes it in', async () => {
      const both = 'conn %default\n\tleft=192.0.2.1\nconn base\n\tright=198.51.100.1\n';
      const names = async (text: string) => (await conf(text)).connections.map(({ name }) => name);
      expect(await names(`${both}conn t\n\talso=base\n\tauto=start\n`)).toEqual(['t']);
      expect(await names(`${both}\tauto=add\nconn t\n\talso=base\n`)).toEqual(['base', 't']);
    });

    it('applies a %default that stands behind', async () => {
      const { connections } = await conf('conn t\n\tleft=192.0.2.1\n\tright=%any\nconn %default\n\tpfs=no\n');
      expect(connections[0]?.pfs).toMatchObject({ value: false, line: 5 });
    });

    it('refuses two values for libreswan, takes the nearer for strongSwan', async () => {
      const text = `${template}conn t\n\talso=base\n\tright=198.51.100.1\n\tike=aes128-sha1\n\tauto=add\n`;
      expect(await codes(text)).toEqual(['5 error duplicate-key']);
      const strongswan = await conf(text, 'strongswan');
      expect(strongswan.remarks).toEqual([]);
      expect(strongswan.connections.at(-1)?.ikeProposals[0]?.value).toBe('aes128-sha1');
    });

    it('lets the later also= win for strongSwan', async () => {
      const { connections } = await conf('conn a\n\tike=a\nconn b\n\tike=b\nconn t\n\talso=a\n\talso=b\n\tauto=add\n', 'strongswan');
      expect(connections.find(({ name }) => name === 't')?.ikeProposals[0]?.value).toBe('b');
    });

    it('ends in circles and names what is missing', async () => {
      expect(await codes('conn a\n\talso=b\n\tleft=1.1.1.1\nconn b\n\talso=a\n\talso=c\n\tright=2.2.2.2\n')).toEqual([
        '6 error unknown-also',
        '6 error unknown-also',
      ]);
    });

    it('takes an inherited value away with an empty one (strongSwan)', async () => {
      const { connections } = await conf('conn %default\n\tike=aes256-sha2\nconn t\n\tike=\n\tauto=add\n', 'strongswan');
      expect(connections[0]?.ikeProposals).toEqual([]);
    });
  });

  describe('remarks', () => {
    it.each([
      ['conn t\n\tleft=192.0.2.1\n\tleftsubnet=10.0.0.1/24\n', 'libreswan', undefined, '3 warning subnet-host-bits'],
      ['conn t\n\tauto=begin\n\tleft=%any\n', 'libreswan', undefined, '2 error bad-value'],
      ['conn t\n\tpfs=maybe\n\tleft=%any\n', 'libreswan', undefined, '2 error bad-value'],
      ['conn t\n\tikelifetime=soon\n\tleft=%any\n', 'libreswan', undefined, '2 error bad-value'],
      ['conn t\n\tcompress=true\n\tleft=%any\n', 'strongswan', undefined, '2 error bad-value'],
      ['conn t\n\tleft=%any\n\tleft=1.1.1.1\n', 'strongswan', undefined, '3 warning duplicate-key'],
      ['conn t\n\tleft=%any\n\tauto=add\n\tauto=start\n', 'libreswan', undefined, ''],
      ['conn t\n\tleft=%any\nconn t\n\tleft=%any\n', 'libreswan', undefined, '3 warning duplicate-section'],
      ['ca x\n\tcacert=a.pem\n', 'libreswan', undefined, '1 error syntax,2 error unknown-keyword'],
      ['ca x\n\tcacert=a.pem\n', 'strongswan', undefined, ''],
    ] as const)('%j of %s %s: %s', async (text, product, version, expected) => {
      expect((await codes(text, product, version)).join()).toBe(expected);
    });
  });

  it('stays quick with many sections of one name', async () => {
    const started = cpuMilliseconds();
    const { connections } = await conf('conn a\n\tleft=1.1.1.1\n\talso=b\n'.repeat(20_000));
    expect(connections.length).toBe(20_000);
    expect(cpuMilliseconds() - started).toBeLessThan(5000);
  });
});
