import { type Command, Option } from 'commander';
import type { ConnectionNameFlags } from '../services/connection/named.js';
import type { ServeOpenvpnFlags } from '../services/openvpn/serve.js';
import type { ServeFlags } from '../services/serve/serve.js';
import type { CommandEntry } from './command.js';
import { refuseForeignFlags } from './protocol-flags.js';
import { openvpnFlags, tunnelFlags } from './tunnel-flags.js';

const EXAMPLES = `
Examples:
  vpndoctor serve --psk-file psk.txt                         as the peer of whoever has the secret
  vpndoctor serve --conn office                              our end as ipsec.conf or swanctl.conf has it
  vpndoctor serve --psk-file psk.txt --ike-port 5500 --natt-port 5501
                                                             without root
  vpndoctor serve --cert gw.pem --key gw.key --ca ca.pem --pool 10.99.0.0/24
  vpndoctor serve --cert gw.pem --key gw.key --eap-user anna --eap-password-file pw.txt --pool 10.99.0.0/24
  vpndoctor serve --psk-file psk.txt --once --timeout 60     for a script
  vpndoctor serve --psk-file psk.txt --local-ts 10.1.0.0/16 --remote-ts 10.2.0.0/16 --tun vpn0
                                                             this host answers inside
  vpndoctor serve --openvpn server.conf                      for clients of OpenVPN
  vpndoctor serve --openvpn --cert s.crt --key s.key --ca ca.crt --pool 10.99.0.0/24

Each step of each initiator is a line; every address inside the tunnels answers echo. Ctrl-C deletes
all SAs at the peers.`;

export const command: CommandEntry = {
  name: 'serve',
  register(program) {
    openvpnFlags(tunnelFlags(program.command('serve').description('the built-in engine as the peer, for the other side to test against')))
      .option('--openvpn [file]', 'a server of OpenVPN, or one end of a static key')
      .optionsGroup("The gateway's own configuration:")
      .option('--conn <name>', 'be our end of this connection; flags win')
      .option('--config <file>', 'the file it stands in (default: ipsec.conf and swanctl.conf of this host)')
      .option('--as-peer', 'be the other end of it instead')
      .optionsGroup('Serve:')
      .option('--listen <address>', 'on this address (repeatable; default: all of this host)', words, [])
      .option('--ike-port <port>', 'UDP port for IKE; 0 takes a free one (default: 500)')
      .option('--natt-port <port>', 'UDP port for NAT traversal; 0 takes a free one (default: 4500)')
      .option('--tcp <port>', 'IKE and ESP over TCP as well (RFC 9329)')
      .option('--pool <range>', 'addresses to give to initiators: 10.99.0.0/24 (repeatable)', words, [])
      .option('--dns <address>', 'name server to give with them (repeatable)', words, [])
      .option('--subnet <cidr>', 'network behind us to give with them (repeatable)', words, [])
      .addOption(new Option('--xauth-type <type>', 'how users of XAuth are asked').choices(['generic', 'chap']))
      .option('--tun <name>', 'give the first tunnel to this host as an interface while it is up (as root)')
      .option('--once', 'end when the first IKE SA has ended')
      .option('--timeout <seconds>', 'end after that time')
      .option('-w, --write <file>', 'write a pcapng of the run with its keys')
      .option('-v, --verbose', 'every message with its payloads')
      .option('--json', 'one JSON object a line')
      .option('--no-color', 'plain text')
      .addHelpText('after', EXAMPLES)
      .action(async (flags: ServeFlags & ServeOpenvpnFlags & ConnectionNameFlags, command: Command) => {
        refuseForeignFlags(command, flags.openvpn === undefined ? 'ipsec' : 'openvpn');
        if (flags.openvpn !== undefined) {
          const { serveOpenvpn } = await import('../services/openvpn/serve.js');
          process.exitCode = await serveOpenvpn(flags);
          return;
        }
        const { serveNamed } = await import('../services/serve/named.js');
        process.exitCode = await serveNamed(flags);
      });
  },
};

const words = (value: string, all: string[]): string[] => [...all, value];
