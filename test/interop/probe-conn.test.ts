import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackPackages } from './support/debian-package.js';
import { Served } from './support/ikev2-scene.js';
import { lackingForPeers, PeerLab } from './support/peer-lab.js';

/** `--conn`: the very files with which strongSwan brings up its tunnel bring up ours. Secrets and keys are made for tests. */
const lacking = lackingForPeers();
const SECRET = 'vpndoctor-test-psk-not-secret';

/** Writes the swanctl.conf of i, as `start i` does, without starting a daemon. */
const WRITE = `mkdir -p "$TMP/i/etc"; settings_of i | sort | grep -v '^ss\\.' | render >"$TMP/i/etc/swanctl.conf"`;

/** No daemon and no setting of the test before; then these, at both ends. */
const fresh = (settings = ':') => `stop charon-i; stop charon-r; rm -rf "$TMP/i" "$TMP/r"; mkdir -p "$TMP/i" "$TMP/r"
  CONF_I=() CONF_R=(); conn_defaults; ${settings}`;

const certificates = 'make_ca && certificate i 2048 && certificate r 2048';

const ipsecConf = (more: readonly string[]) => `conn office
	left=198.51.100.1
	leftid=@client.example
	leftsubnet=10.78.0.0/24
	right=203.0.113.2
	rightid=@gateway.example
	rightsubnet=10.77.0.0/24
	authby=secret
	${more.join('\n\t')}
`;

describe.skipIf(lacking !== '')(`--conn against strongSwan${lacking === '' ? '' : ` (skipped: ${lacking})`}`, () => {
  let lab: PeerLab;
  beforeAll(async () => {
    lab = await PeerLab.open();
  });
  afterAll(() => lab?.close());

  const works = async (args: readonly string[]) => {
    const { status, stdout, stderr } = await lab.vpndoctor(['probe', 'peer', ...args]);
    expect(stdout, stderr).toMatch(/echo through the tunnel \.+ \[OK\]/);
    expect(stdout + stderr).not.toContain(SECRET);
    // A busy machine may need a second asking, which is a warning.
    if (/after\s+\d+\s+sendings/.test(stdout)) expect(stdout).toContain('it works');
    else {
      expect(stdout).toContain('everything that was tried works');
      expect(status).toBe(0);
    }
    return stdout;
  };
  const swanctl = () => `${lab.folder}/i/etc/swanctl.conf`;

  it('swanctl.conf with a pre-shared key: the daemon first, then we, from the same file', async () => {
    await lab.sh(`${fresh()}; peers_up && up && ping_inner 2; down; stop charon-i`);
    const said = await works(['--conn', 'lab', '--config', swanctl()]);
    expect(said).toMatch(/^Connection lab\/net, .*swanctl\.conf:\d+ \(strongSwan/);
    expect(said).toMatch(/ {2}IKE +aes128-sha256-modp2048 \(line \d+\)/);
    expect(said).toMatch(/ {2}selectors +10\.78\.0\.0\/24 to 10\.77\.0\.0\/24 \(line \d+\)/);
  });

  it.each<[string, readonly string[]]>([
    ['libreswan', ['ikev2=insist', 'ike=aes128-sha2_256;modp2048', 'esp=aes128-sha2_256', 'pfs=no']],
    ['strongSwan', ['keyexchange=ikev2', 'ike=aes128-sha256-modp2048!', 'esp=aes128-sha256!', 'dpdaction=clear']],
  ])('ipsec.conf of %s', async (_, more) => {
    await lab.sh(`${fresh()}; start r`);
    writeFileSync(`${lab.folder}/ipsec.conf`, ipsecConf(more));
    writeFileSync(`${lab.folder}/ipsec.secrets`, `@client.example @gateway.example : PSK "${SECRET}"\n: PSK "another-made-for-tests"\n`);
    const said = await works(['--conn', 'office', '--config', `${lab.folder}/ipsec.conf`]);
    expect(said).toContain('names both ends');
  });

  it("strongSwan's starter first, then we, from the same ipsec.conf", async ({ skip }) => {
    // It conflicts with charon-systemd as a package, not as files: laid over them in the namespace of i.
    const root = unpackPackages(`${lab.folder}/starter`, ['strongswan-starter', 'strongswan-charon']);
    if (root === undefined) return skip('strongswan-starter is not to be downloaded');
    await lab.sh(`${fresh()}; start r`);
    const file = `${lab.folder}/starter/ipsec.conf`;
    writeFileSync(file, ipsecConf(['keyexchange=ikev2', 'ike=aes128-sha256-modp2048!', 'esp=aes128-sha256!', 'mobike=no', 'auto=start']));
    writeFileSync(`${lab.folder}/starter/ipsec.secrets`, `@client.example @gateway.example : PSK "${SECRET}"\n`);
    const said = await lab.sh(`d="$TMP/starter"
      { echo "charon.load=$PLUGINS kernel-libipsec $PLUGINS_USER stroke"; echo "charon.plugins.kernel-libipsec.load=yes"
        echo "charon.plugins.stroke.secrets_file=$d/ipsec.secrets"; echo "charon.filelog.f.path=$d/charon.log"; echo "charon.filelog.f.default=1"
      } | render >"$d/strongswan.conf"
      bg starter-i env STRONGSWAN_CONF="$d/strongswan.conf" ip netns exec "$NS-i" sh -c "mount -t tmpfs t /run &&
        mount -t overlay o -o lowerdir=${root}/usr/lib/ipsec:/usr/lib/ipsec /usr/lib/ipsec && exec /usr/lib/ipsec/starter --nofork --conf $d/ipsec.conf"
      if wait_for 60 ping_inner 1; then echo TUNNEL-UP; else tail -n 15 "$TMP/starter-i.out" "$d/charon.log"; fi
      stop starter-i`);
    expect(said).toContain('TUNNEL-UP');
    expect(await works(['--conn', 'office', '--config', file])).toMatch(/ipsec\.conf:\d+ \(strongSwan/);
  });

  it('a flag wins over the file', async () => {
    await lab.sh(`${fresh()}; start r && ${WRITE}`);
    const { stdout } = await lab.vpndoctor(['probe', 'peer', '--conn', 'lab', '--config', swanctl(), '--ike', 'aes256-sha512-ecp384']);
    expect(stdout).toMatch(/IKE_SA_INIT \.+ \[FAIL\]/);
  });

  it('swanctl.conf with certificates, found in the folders beside it', async () => {
    await lab.sh(`${fresh(certificates)} && start r && ${WRITE}`);
    const said = await works(['--conn', 'lab/net', '--config', swanctl()]);
    expect(said).toContain('x509/client.example.pem');
    expect(said).toMatch(/the peer's authentication \.+ \[OK\]/);
  });

  it('the same without a word which certificate: the one of our identity', async () => {
    await lab.sh(`${fresh(certificates)} && start r && conn i l.certs= && ${WRITE}`);
    expect(await works(['--conn', 'lab', '--config', swanctl()])).toContain('private/client.example.pem');
  });

  it('IKEv1 with PFS, while the daemon holds the ports and its own tunnel is up', async () => {
    await lab.sh(`${fresh('both c.version=1 k.esp_proposals=aes128-sha256-modp2048')}; peers_up && up`);
    const said = await works(['--conn', 'lab', '--config', swanctl(), '-v']);
    expect(said).toMatch(/ {2}version +IKEv1, main mode \(line \d+\)/);
    expect(said).toContain('strongSwan runs here');
  });

  it('serve --conn is our end for the other side', async () => {
    await lab.sh(`${fresh('conn r c.remote_addrs=$ADDR_I')}; start r && ${WRITE}`);
    const server = lab.start(['serve', '--conn', 'lab', '--config', swanctl(), '--once', '--timeout', '60']);
    const closed = once(server, 'close') as Promise<[number | null]>;
    const served = new Served(server);
    await served.says(/waiting for initiators/);
    await lab.sh('swan r --initiate --child net --timeout 20 && pings r 2 -I $INNER_R $INNER_I; swan r --terminate --ike lab --timeout 30');
    const [status] = await closed;
    expect(served.output).toContain('CHILD_SA up: 10.78.0.0/24 to 10.77.0.0/24');
    expect(status).toBe(0);
  });
});
