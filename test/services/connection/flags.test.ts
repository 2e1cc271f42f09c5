import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/bytes/secret.js';
import { endOf } from '../../../src/config/read-config.js';
import type { CredentialFiles } from '../../../src/services/connection/credentials.js';
import { type ConnectionFlags, connectionFlags } from '../../../src/services/connection/flags.js';
import type { ConnectionContext } from '../../../src/services/connection/reading.js';
import { type EndFacts, type EndFiles, readEnd } from '../../config/compare/compare-texts.js';
import { rsaSigKey } from '../../support/public-key-text.js';

/** Secrets are made for tests. */
const SECRET = 'made-for-tests-only-7Qx';
const NO_FILES: CredentialFiles = { list: () => [], read: () => undefined };

async function flagsOf(files: EndFiles, facts: EndFacts = {}, context: Partial<ConnectionContext> = {}): Promise<ConnectionFlags> {
  const config = await readEnd(files, { addresses: ['192.0.2.1'], ...facts });
  const connection = config.connections[0];
  if (connection === undefined) throw new TypeError('no connection');
  return connectionFlags(endOf(config, connection), {
    role: 'initiator',
    main: config.file,
    files: NO_FILES,
    addresses: { local: '192.0.2.1', remote: '198.51.100.2' },
    pair: 1,
    ownProof: false,
    ...context,
  });
}

const ipsec = (settings: string, secrets = `192.0.2.1 198.51.100.2 : PSK "${SECRET}"\n`): EndFiles => ({
  '/etc/ipsec.conf': `conn net\n\tleft=192.0.2.1\n\tright=198.51.100.2\n\t${settings.split(' ').join('\n\t')}\n`,
  '/etc/ipsec.secrets': secrets,
});

const swanctl = (connection: string, child: string, local = 'auth = psk', remote = 'auth = psk'): EndFiles => ({
  '/etc/swanctl/swanctl.conf': `connections {
  lab {
    local_addrs = 192.0.2.1
    remote_addrs = 198.51.100.2
    ${connection}
    local { ${local} }
    remote { ${remote} }
    children { net { ${child} } }
  }
}
secrets {
  ike-1 { secret = ${SECRET} }
  eap-anna { id = anna
    secret = ${SECRET} }
  ppk-1 { id = k1
    secret = ${SECRET} }
}
`,
});

const PEER_KEY = rsaSigKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey);
const LIBRESWAN: EndFacts = { product: 'libreswan', version: '4.10' };
const STRONGSWAN: EndFacts = { product: 'strongswan', version: '5.9.8' };
const OPENSWAN: EndFacts = { product: 'openswan', version: '2.6.37' };

describe('a connection as flags', () => {
  it.each<[string, EndFiles, EndFacts, object]>([
    [
      'libreswan: both networks, named algorithms, PFS with the groups of IKE',
      ipsec('authby=secret ikev2=insist leftsubnet=10.1.0.0/16 rightsubnet=10.2.0.0/16 ike=aes256-sha2_512;dh19 esp=aes_gcm256'),
      LIBRESWAN,
      { ike: 'aes256-sha512-ecp256', esp: 'aes256gcm16', pfs: true, localTs: ['10.1.0.0/16'], remoteTs: ['10.2.0.0/16'] },
    ],
    [
      'libreswan, IKEv1: the address is given unasked, NAT-T as the drafts have it',
      ipsec('authby=secret ikev2=no leftmodecfgclient=yes leftxauthclient=yes nat-ikev1-method=drafts'),
      LIBRESWAN,
      { ikev1: true, virtualIp: true, modeConfig: 'push', natT: 'draft-03,draft-02,draft-02n' },
    ],
    [
      'strongSwan, IKEv1: hybrid with an address that is asked for',
      swanctl('version = 1\n vips = 0.0.0.0', 'remote_ts = 10.2.0.0/16', 'auth = xauth\n xauth_id = anna', 'auth = pubkey'),
      STRONGSWAN,
      { ikev1: true, hybrid: true, virtualIp: true },
    ],
    [
      'strongSwan, IKEv1: push',
      swanctl('version = 1\n vips = 0.0.0.0\n pull = no', 'remote_ts = 10.2.0.0/16'),
      STRONGSWAN,
      { modeConfig: 'push', virtualIp: true },
    ],
    [
      'the public key of the peer',
      ipsec(`authby=rsasig ikev2=insist rightrsasigkey=${PEER_KEY}`),
      LIBRESWAN,
      { peerKey: [PEER_KEY], ca: [] },
    ],
    [
      'libreswan without PFS',
      ipsec('authby=secret ikev2=insist pfs=no'),
      LIBRESWAN,
      { localTs: ['192.0.2.1/32'], remoteTs: ['198.51.100.2/32'], peerId: '198.51.100.2' },
    ],
    [
      'libreswan: what it offers by itself',
      ipsec('authby=secret ikev2=insist'),
      LIBRESWAN,
      { ike: expect.stringMatching(/^aes256gcm16-aes128gcm16-chacha20poly1305-prfsha512/), esp: expect.stringMatching(/^aes256gcm16/) },
    ],
    [
      'Openswan of the seed story: IKEv1',
      ipsec('authby=secret ike=3des-md5;modp1024 phase2alg=3des-md5 pfs=no forceencaps=yes aggrmode=no'),
      OPENSWAN,
      { ikev1: true, ike: '3des-md5-modp1024', esp: '3des-md5', forceEncap: true },
    ],
    ['aggressive mode', ipsec('authby=secret ike=aes128-sha1;modp1024 aggrmode=yes'), OPENSWAN, { ikev1: true, aggressive: true }],
    [
      'stroke: strict proposals, transport mode, ports, compression',
      ipsec(
        'authby=psk keyexchange=ikev2 ike=aes128-sha256-modp2048! esp=aes128-sha256-modp2048! type=transport leftprotoport=udp/l2tp rightprotoport=17/1701 compress=yes',
      ),
      STRONGSWAN,
      {
        ike: 'aes128-sha256-modp2048',
        transportMode: true,
        ipcomp: true,
        remoteTs: ['198.51.100.2/32[17/1701]'],
        mobike: true,
        pfs: 'modp2048',
      },
    ],
    [
      'identities of libreswan',
      ipsec('authby=secret ikev2=insist leftid=@a.example rightid=@[group] fragmentation=no mobike=yes esn=yes', `: PSK "${SECRET}"\n`),
      LIBRESWAN,
      { id: '@a.example', peerId: 'keyid:group', fragmentSize: '0', mobike: true, esn: true },
    ],
    [
      'swanctl: several networks in one CHILD_SA, no MOBIKE, UDP',
      swanctl(
        'version = 2\n mobike = no\n encap = yes\n proposals = aes256gcm16-prfsha384-ecp384',
        'local_ts = 10.1.0.0/24,10.3.0.0/24\n remote_ts = 10.2.0.0/24[tcp/80]\n esp_proposals = aes256gcm16-ecp384-esn',
        'auth = psk\n id = a.example',
      ),
      STRONGSWAN,
      {
        ike: 'aes256gcm16-prfsha384-ecp384',
        esp: 'aes256gcm16-ecp384-esn',
        localTs: ['10.1.0.0/24', '10.3.0.0/24'],
        remoteTs: ['10.2.0.0/24[tcp/80]'],
        forceEncap: true,
        id: 'a.example',
      },
    ],
    [
      'swanctl: a virtual address',
      swanctl('vips = 0.0.0.0', 'remote_ts = 0.0.0.0/0'),
      STRONGSWAN,
      { virtualIp: true, remoteTs: ['0.0.0.0/0'] },
    ],
    ['swanctl: AH', swanctl('', 'ah_proposals = sha256-sha1'), STRONGSWAN, { ah: 'sha256-sha1' }],
    [
      'swanctl: PPK',
      swanctl('ppk_id = k1\n ppk_required = yes', 'mode = tunnel'),
      STRONGSWAN,
      { ppkId: 'k1', held: { ppk: expect.any(Secret) } },
    ],
    [
      'libreswan: lifetimes as written',
      ipsec('authby=secret ikev2=no ikelifetime=2h salifetime=1800s'),
      LIBRESWAN,
      { ikeLifetime: '7200', lifetime: '1800' },
    ],
    ['libreswan: those in force without a word', ipsec('authby=secret ikev2=no'), LIBRESWAN, { ikeLifetime: '28800', lifetime: '28800' }],
    [
      'swanctl: lifetimes, rekeyed before they end',
      swanctl('over_time = 10m\n rekey_time = 50m', 'life_time = 30m'),
      STRONGSWAN,
      { ikeLifetime: '3600', lifetime: '1800' },
    ],
    [
      'swanctl: EAP',
      swanctl('version = 2', 'mode = tunnel', 'auth = eap-mschapv2\n eap_id = anna', 'auth = pubkey'),
      STRONGSWAN,
      { held: { eapUsers: [{ name: 'anna' }] } },
    ],
  ])('%s', async (_, files, facts, wanted) => {
    const { flags, rows, notes } = await flagsOf(files, facts);
    expect(flags).toMatchObject(wanted);
    expect(JSON.stringify([flags, rows, notes])).not.toContain(SECRET);
  });

  it('an end of ours that is called any shows its address', async () => {
    const { flags, rows } = await flagsOf(ipsec('authby=secret ikev2=insist leftid=%any rightid=@gw.example'), LIBRESWAN);
    expect([flags.id, flags.peerId]).toEqual([undefined, '@gw.example']);
    expect(rows.find(({ label }) => label === 'our identity')).toMatchObject({ value: 'what the certificate or our address says' });
  });

  it('rekeys nothing where the connection does not', async () => {
    const { flags, rows } = await flagsOf(ipsec('authby=secret ikev2=insist ikelifetime=1h rekey=no'), LIBRESWAN);
    expect(flags).not.toHaveProperty('ikeLifetime');
    expect(flags).not.toHaveProperty('lifetime');
    expect(rows.find(({ label }) => label === 'lifetimes')).toMatchObject({ value: 'no rekeying by us' });
  });

  it('takes the secret that names both ends, and says from which line', async () => {
    const secrets = `: PSK "for-anybody-made-for-tests"\n192.0.2.1 198.51.100.2 : PSK "${SECRET}"\n`;
    const { flags, rows } = await flagsOf(ipsec('authby=secret ikev2=insist', secrets), LIBRESWAN);
    expect(Buffer.from(flags.held?.psk?.reveal() ?? []).toString()).toBe(SECRET);
    expect(rows.find(({ label }) => label === 'pre-shared key')).toMatchObject({ value: 'names both ends', place: { line: 2 } });
  });

  it('leaves the credentials of the files alone where flags bring their own', async () => {
    const { flags } = await flagsOf(ipsec('authby=secret ikev2=insist'), LIBRESWAN, { ownProof: true });
    expect(flags.held).toBeUndefined();
  });

  it.each([
    [1, '10.1.0.0/24', '10.3.0.0/24'],
    [4, '10.2.0.0/24', '10.4.0.0/24'],
  ])('of several pairs of libreswan takes number %i', async (pair, ours, theirs) => {
    const files = ipsec('authby=secret ikev2=insist leftsubnets=10.1.0.0/24,10.2.0.0/24 rightsubnets=10.3.0.0/24,10.4.0.0/24');
    const { flags, notes } = await flagsOf(files, LIBRESWAN, { pair });
    expect(flags).toMatchObject({ localTs: [ours], remoteTs: [theirs] });
    expect(notes.join('\n')).toMatch(/net makes 4 tunnels; this is number/);
    await expect(flagsOf(files, LIBRESWAN, { pair: 5 })).rejects.toThrow('4 pairs of networks, not 5');
  });

  it.each<[string, EndFiles, EndFacts, RegExp]>([
    ['a key in NSS', ipsec('leftcert=gw ikev2=insist leftid=%fromcert'), LIBRESWAN, /pk12util -d sql:\/var\/lib\/ipsec\/nss -n 'gw'/],
    ['a raw key in NSS', ipsec('authby=rsasig leftrsasigkey=0sAQ ikev2=insist'), LIBRESWAN, /ipsec showhostkey/],
    [
      'no secret for these two',
      ipsec('authby=secret ikev2=insist', '192.0.2.7 192.0.2.8 : PSK "x-made-for-tests"\n'),
      LIBRESWAN,
      /no secret there fits/,
    ],
    [
      'two that fit',
      ipsec('authby=secret ikev2=insist', ': PSK "a-made-for-tests"\n: PSK "b-made-for-tests"\n'),
      LIBRESWAN,
      /another secret fits/,
    ],
    [
      'no certificate in the folders',
      ipsec('leftauth=pubkey keyexchange=ikev2'),
      STRONGSWAN,
      /no certificate of ours in \/etc\/ipsec\.d\/certs/,
    ],
    ['a second round', ipsec('leftauth=psk rightauth=psk leftauth2=eap keyexchange=ikev2'), STRONGSWAN, /leftauth2: a second round/],
    ['truncated SHA2', ipsec('authby=secret ikev2=insist sha2-truncbug=yes'), LIBRESWAN, /truncated SHA2_256/],
    [
      'words that cannot be run',
      ipsec('authby=secret ikev2=insist ike=aes256-sha2_256;dh14,rot13-sha2_256;dh14'),
      LIBRESWAN,
      /left out: rot13/,
    ],
    ['a lifetime of a month', ipsec('authby=secret ikev2=insist salifetime=31d'), LIBRESWAN, /the lifetime of 2678400 s is not taken/],
    [
      'what is no network',
      ipsec('authby=secret ikev2=insist leftsubnet=10.1.0.0/16 rightsubnet=vhost:%priv'),
      LIBRESWAN,
      /vhost:%priv is no network/,
    ],
  ])('says what it could not take over: %s', async (_, files, facts, wanted) => {
    const { notes } = await flagsOf(files, facts);
    expect(notes.join('\n')).toMatch(wanted);
  });

  it.each<[string, EndFiles, RegExp]>([
    ['a bypass', ipsec('type=passthrough'), /is a policy \(pass\), not a tunnel/],
    ['OpenVPN', { '/etc/openvpn/a.conf': 'client\ndev tun\nremote 192.0.2.9\n' }, /is a tunnel of OpenVPN/],
  ])('refuses %s', async (_, files, wanted) => {
    await expect(flagsOf(files)).rejects.toThrow(wanted);
  });

  it('a responder knows every user and hands out what the connection hands out', async () => {
    const files = swanctl('version = 2', 'mode = tunnel', 'auth = pubkey', 'auth = eap-mschapv2');
    const { flags } = await flagsOf(files, STRONGSWAN, { role: 'responder' });
    expect(flags.held?.eapUsers).toMatchObject([{ name: 'anna' }]);
    const pool = await flagsOf(ipsec('authby=psk keyexchange=ikev2 rightsourceip=10.9.0.0/24'), STRONGSWAN, { role: 'responder' });
    expect(pool.flags).toMatchObject({ pool: ['10.9.0.0/24'] });
  });
});
