import { Option } from 'commander';
import type { VerifyFlags } from '../services/verify/verify.js';
import type { CommandEntry } from './command.js';

const EXAMPLES = `
Examples:
  vpndoctor verify                               everything, as "ipsec verify" did it and more
  vpndoctor verify --only sysctls sockets        groups or single checks (--list names them)
  vpndoctor verify --skip firewall -v            every line, however many are alike
  vpndoctor verify --config /root/new.conf       with this configuration instead of the installed one
  vpndoctor verify --watch 10                    what the counters do within ten seconds
  vpndoctor verify --fix-script >fix.sh          a script that mends what can be mended, with undo
  vpndoctor verify --fix                         shows that script, asks, applies it, looks again
  vpndoctor verify --bundle gw1.json.gz --json   what "vpndoctor collect" brought from another host

Nothing is changed or reloaded unless --fix was given and answered with yes. Without root
some things cannot be seen: they are [UNKNOWN], never [FAIL].`;

export const command: CommandEntry = {
  name: 'verify',
  register(program) {
    program
      .command('verify')
      .description('checks everything on this host that can keep a tunnel from working')
      .option('--only <id|group...>', 'these checks or groups alone', words, [])
      .option('--skip <id|group...>', 'all but these', words, [])
      .option('--list', 'list the checks with what they read, and leave')
      .addOption(
        new Option('--stack <name>', 'look at this implementation alone').choices([
          'strongswan',
          'libreswan',
          'openswan',
          'racoon',
          'isakmpd',
          'iked',
          'openvpn',
        ]),
      )
      .option('--config <file...>', 'configuration to read instead of that in the usual places', words, [])
      .option('--bundle <file>', 'judge a bundle made by "vpndoctor collect" instead of this host')
      .option('--watch <seconds>', 'judge counters by what they do within that time')
      .option('--fix-script', 'print a shell script that mends what can be mended, with undo')
      .option('--fix', 'show that script, ask, apply it, look again (as root)')
      .option('--yes', 'with --fix: do not ask')
      .option('-v, --verbose', 'every line, however many are alike')
      .option('--json', 'one JSON object')
      .option('--no-color', 'plain text')
      .addHelpText('after', EXAMPLES)
      .action(async (flags: VerifyFlags) => {
        const { verify } = await import('../services/verify/verify.js');
        process.exitCode = await verify(flags);
      });
  },
};

/** `--only a b --only c,d`. */
function words(value: string, all: string[]): string[] {
  return [...all, ...value.split(',').filter((word) => word !== '')];
}
