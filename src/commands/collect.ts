import type { CollectFlags } from '../services/collect.js';
import type { CommandEntry } from './command.js';

const EXAMPLES = `
Examples:
  vpndoctor collect                              one file with all that the checks read, without secrets
  vpndoctor collect --show-redactions            what would be taken out; nothing is written
  vpndoctor collect -o gw1.json.gz --anonymise   addresses and names replaced as well, the same by the same
  vpndoctor collect --capture tunnel.pcap        with a capture beside it
  vpndoctor verify --bundle gw1.json.gz          the same findings, on any machine

Preshared keys, passwords, private keys and the keys of SAs never get into the file; of a private key
its public half stays. Best as root. Nothing on this host is changed.`;

export const command: CommandEntry = {
  name: 'collect',
  register(program) {
    program
      .command('collect')
      .description('writes one redacted bundle of this host for "verify --bundle" on another machine')
      .option('-o, --output <file>', 'write here (default: vpndoctor-HOST-DATE.json.gz)')
      .option('--anonymise', 'replace addresses and names too; subnets keep their relations')
      .option('--show-redactions', 'show what would be taken out and write nothing')
      .option('--capture <file...>', 'put a capture in, as it is', words, [])
      .option('--config <file...>', 'configuration to read instead of that in the usual places', words, [])
      .option('--json', 'one JSON object')
      .addHelpText('after', EXAMPLES)
      .action(async (flags: CollectFlags) => {
        const { collect } = await import('../services/collect.js');
        process.exitCode = await collect(flags);
      });
  },
};

const words = (value: string, all: string[]): string[] => [...all, value];
