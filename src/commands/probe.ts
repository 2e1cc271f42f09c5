import type { Command } from 'commander';
import type { ConnectionNameFlags } from '../services/connection/named.js';
import type { OpenvpnProbeFlags } from '../services/openvpn/probe.js';
import type { PeerFlags, RunFlags } from '../services/probe/flags.js';
import type { ScanFlags } from '../services/probe/scan.js';
import type { CommandEntry } from './command.js';
import { refuseForeignFlags } from './protocol-flags.js';
import { openvpnFlags, openvpnTunnelFlags, runFlags, STEPS, tunnelFlags } from './tunnel-flags.js';

const EXAMPLES = `
Examples:
  vpndoctor probe loopback                               both ends built in: what success looks like
  vpndoctor probe peer gw.example.com                    as far as it goes without credentials
  sudo vpndoctor probe peer --conn office                as this gateway's own ipsec.conf or swanctl.conf says
  vpndoctor probe peer 192.0.2.1 --psk-file psk.txt      and up to traffic through the tunnel
  vpndoctor probe peer client.ovpn                       an OpenVPN server
  vpndoctor probe scan 192.0.2.1                         which algorithms a peer accepts

"vpndoctor probe peer --help" has the rest. No root is needed, and the kernel is not touched.`;

const LOOPBACK_EXAMPLES = `
Examples:
  vpndoctor probe loopback -v                          the usual algorithms, with details
  vpndoctor probe loopback --ike aes256-sha1-modp1024  old algorithms
  vpndoctor probe loopback -w loopback.pcapng          then: vpndoctor sniff -r loopback.pcapng
  vpndoctor probe loopback --openvpn                   OpenVPN, with TLS and with a static key
${STEPS}`;

const PEER_EXAMPLES = `
Examples:
  vpndoctor probe peer gw.example.com --until nat
  vpndoctor probe peer --conn office/net
  vpndoctor probe peer --conn office --config gw1/ipsec.conf --esp aes256gcm16
  vpndoctor probe peer 192.0.2.1 --psk-file psk.txt --id @here --peer-id @there
  vpndoctor probe peer 192.0.2.1 --psk-file psk.txt --local-ts 10.1.0.0/16 --remote-ts 10.2.0.0/16 --ping 10.2.0.1
  vpndoctor probe peer gw.example.com --cert me.pem --key me.key --ca ca.pem --peer-id gw.example.com
  vpndoctor probe peer gw.example.com --eap-user anna --eap-password-file pw.txt --ca ca.pem --virtual-ip
  vpndoctor probe peer 192.0.2.1 --psk-file psk.txt --esp aes256-sha256 -w run.pcapng
  vpndoctor probe peer 192.0.2.1 --psk-file psk.txt --remote-ts 10.2.0.0/16 --tun vpn0
  vpndoctor probe peer client.ovpn -w run.pcapng
  vpndoctor probe peer --openvpn vpn.example.com --ca ca.crt --cert me.crt --key me.key --tls-crypt tc.key
  vpndoctor probe peer --openvpn vpn.example.com --secret-file static.key --ifconfig "10.8.0.2 10.8.0.1"

Everything that was set up is deleted at the peer in the end, also on Ctrl-C. Without root the source
ports are free ones and ESP goes in UDP. A peer that keeps one tunnel for each identity (uniqueids,
unique = replace) ends the one that is up with ours: --id of its own spares that.
${STEPS}`;

const SCAN_EXAMPLES = `
Examples:
  vpndoctor probe scan gw.example.com
  vpndoctor probe scan 192.0.2.1 --rate 2 --json
  vpndoctor probe scan 192.0.2.1 --ikev1 --id @group --back-off

Some tens of messages a version. What stays half-open at the peer expires; strongSwan drops it at once.
Do this to peers that are yours, or whose administrators know of it.`;

export const command: CommandEntry = {
  name: 'probe',
  register(program) {
    const probe = program
      .command('probe')
      .description('brings up a test tunnel with an engine of its own, step by step, and says which step failed and why')
      .addHelpText('after', EXAMPLES);

    openvpnTunnelFlags(
      runFlags(
        tunnelFlags(
          probe.command('loopback').description('the same with both ends built in, over UDP on loopback: what success looks like'),
        ),
      ),
    )
      .option('--openvpn [mode]', 'OpenVPN: tls, static, or both without a word')
      .addHelpText('after', LOOPBACK_EXAMPLES)
      .action(async (flags: RunFlags & OpenvpnProbeFlags, command: Command) => {
        // Its two ends of OpenVPN make their own keys.
        refuseForeignFlags(command, flags.openvpn === undefined ? 'ipsec' : 'openvpn', new Set());
        if (flags.openvpn !== undefined) {
          const { loopbackOpenvpn } = await import('../services/openvpn/loopback.js');
          process.exitCode = await loopbackOpenvpn(flags);
          return;
        }
        const { probeLoopback } = await import('../services/probe/loopback.js');
        process.exitCode = await probeLoopback(flags);
      });

    const peer = openvpnFlags(
      runFlags(
        tunnelFlags(
          probe.command('peer').description('brings up a test tunnel to a real peer, sends traffic through it, and takes it down'),
        ),
      ),
    )
      .option('--openvpn [host]', 'OpenVPN; a configuration file as argument is known as such')
      .option('--modern <folder>', 'write the tunnel of a static key with TLS and peer-fingerprint, as two files')
      .argument('[host]', 'name or address, or a configuration of OpenVPN; with --conn that of the connection')
      .optionsGroup('Version:')
      .option('--ikev2', 'IKEv2 alone (default: IKEv2, and IKEv1 with a peer that speaks that alone)')
      .optionsGroup("The gateway's own configuration:")
      .option('--conn <name>', 'take everything from this connection; flags win')
      .option('--config <file>', 'the file it stands in (default: ipsec.conf and swanctl.conf of this host)')
      .optionsGroup('Way to the peer:')
      .option('--ike-port <port>', 'its UDP port for IKE (default: 500)')
      .option('--natt-port <port>', 'its UDP port for NAT traversal (default: 4500)')
      .option('--tcp <port>', 'IKE and ESP over TCP (RFC 9329)')
      .option('--source <address>', 'send from this address')
      .option('--tun <name>', 'give the tunnel to this host as an interface, until Ctrl-C (as root)')
      .option('-4, --ipv4', 'IPv4 only')
      .option('-6, --ipv6', 'IPv6 only');
    peer
      .addHelpText('after', PEER_EXAMPLES)
      .action(async (host: string | undefined, flags: PeerFlags & OpenvpnProbeFlags & ConnectionNameFlags, command: Command) => {
        const { isOpenvpnFile } = await import('../services/openvpn/is-openvpn.js');
        const openvpn = flags.openvpn !== undefined || (flags.conn === undefined && isOpenvpnFile(host));
        refuseForeignFlags(command, openvpn ? 'openvpn' : 'ipsec');
        if (openvpn) {
          const { probeOpenvpn } = await import('../services/openvpn/probe.js');
          process.exitCode = await probeOpenvpn(host, flags);
          return;
        }
        const { probeNamed } = await import('../services/probe/named.js');
        process.exitCode = await probeNamed(host, flags);
      });

    probe
      .command('scan')
      .description('finds which algorithms a peer accepts for its IKE SA, each graded')
      .argument('[host]', 'name or address')
      .option('--conn <name>', 'the peer of this connection in the configuration of this host')
      .option('--config <file>', 'the file it stands in')
      .option('--ikev1', 'IKEv1 alone (default: both versions)')
      .option('--ikev2', 'IKEv2 alone')
      .option('--id <identity>', 'who we are in aggressive mode of IKEv1 (default: our address)')
      .option('--back-off [seconds]', 'of IKEv1: listen how the peer repeats an answer (default: 60)')
      .option('--rate <messages>', 'at most so many a second (default: 10)')
      .option('--timeout <seconds>', 'how long an answer is waited for (default: 4)')
      .option('--ike-port <port>', 'its UDP port for IKE (default: 500)')
      .option('--source <address>', 'send from this address')
      .option('-4, --ipv4', 'IPv4 only')
      .option('-6, --ipv6', 'IPv6 only')
      .option('-v, --verbose', 'why each has its grade')
      .option('--json', 'one JSON object')
      .option('--no-color', 'plain text')
      .addHelpText('after', SCAN_EXAMPLES)
      .action(async (host: string | undefined, flags: ScanFlags & ConnectionNameFlags) => {
        const { scanNamed } = await import('../services/probe/named.js');
        process.exitCode = await scanNamed(host, flags);
      });
  },
};
