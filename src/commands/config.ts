import { type Command, Option } from 'commander';
import type { ConfigCheckFlags } from '../services/config/check.js';
import type { ConfigCompareFlags } from '../services/config/compare.js';
import type { ConfigConvertFlags } from '../services/config/convert.js';
import type { CommandEntry } from './command.js';

const EXAMPLES = `
Examples:
  vpndoctor config check /etc/ipsec.conf                  what is wrong, obsolete, weak, or silent
  vpndoctor config compare /etc/ipsec.conf show-run.txt   will it come up, stay up, pass traffic
  vpndoctor config convert /etc/ipsec.conf --to asa       the other end's configuration, made from ours

Languages: ipsec.conf and ipsec.secrets of Openswan, libreswan and strongSwan, swanctl.conf, OpenVPN,
racoon.conf, isakmpd.conf, and "show running-config" of a Cisco ASA or IOS router. A file's language is
told from its text; - is standard input. Secrets are compared where both files have them, and never shown.`;

const CHECK_EXAMPLES = `
Examples:
  vpndoctor config check /etc/swanctl/swanctl.conf
  vpndoctor config check show-run.txt -v                   each connection with the line of every value
  vpndoctor config check ipsec.conf --product libreswan --product-version 4.10`;

const COMPARE_EXAMPLES = `
Examples:
  vpndoctor config compare /etc/ipsec.conf show-run.txt
  vpndoctor config compare /etc/ipsec.conf show-run.txt --conn asa --product openswan --product-version 2.6.37
  ssh asa 'show running-config' | vpndoctor config compare /etc/swanctl/swanctl.conf - --json

The secrets of an ipsec.conf are looked for beside it: FILE.secrets, else ipsec.secrets.`;

const CONVERT_EXAMPLES = `
Examples:
  vpndoctor config convert /etc/ipsec.conf --to swanctl
  vpndoctor config convert show-run.txt --to ipsec.conf --for libreswan -o other-end/
  vpndoctor config convert server.conf --to openvpn

What is written is the configuration of the other end. Where the secret belongs it says
<the-shared-secret>; what could not be carried over is said beside it.`;

const PRODUCTS = ['openswan', 'libreswan', 'strongswan'];

export const command: CommandEntry = {
  name: 'config',
  register(program) {
    const config = program
      .command('config')
      .description("checks a gateway's configuration, compares the two ends of a tunnel, writes one from the other")
      .addHelpText('after', EXAMPLES);
    registerCheck(config);
    registerCompare(config);
    registerConvert(config);
  },
};

/** What is known about a file beside its text. */
function aboutTheFile(command: Command): Command {
  return command
    .option('--local <address>', 'address of the gateway: it tells left from right (repeatable)', words, [])
    .addOption(new Option('--product <name>', 'whose ipsec.conf it is (default: told from its words)').choices(PRODUCTS))
    .option('--product-version <version>', 'of strongSwan, libreswan, Openswan or OpenVPN (default: the newest)');
}

function registerCheck(config: Command): void {
  aboutTheFile(
    config
      .command('check')
      .description('syntax, unknown and obsolete keywords, contradictions, weak algorithms, overlaps, silent defaults')
      .argument('<file...>', 'configuration files'),
  )
    .option('-v, --verbose', 'every connection, with the line of each value')
    .option('--json', 'one JSON object')
    .option('--no-color', 'plain text')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (files: string[], flags: ConfigCheckFlags) => {
      const { configCheck } = await import('../services/config/check.js');
      process.exitCode = await configCheck(files, flags);
    });
}

function registerCompare(config: Command): void {
  aboutTheFile(
    config
      .command('compare')
      .description('finds what does not fit between two ends, with corrected lines for each')
      .argument('<ours>', 'configuration of our end')
      .argument('<theirs>', 'configuration of the other end'),
  )
    .addOption(new Option('--their-product <name>', 'the same for the other end').choices(PRODUCTS))
    .option('--their-product-version <version>', 'the same for the other end')
    .option('--conn <name>', 'this connection of ours alone')
    .option('-v, --verbose', 'also what is a default at both ends')
    .option('--json', 'one JSON object')
    .option('--no-color', 'plain text')
    .addHelpText('after', COMPARE_EXAMPLES)
    .action(async (ours: string, theirs: string, flags: ConfigCompareFlags) => {
      const { configCompare } = await import('../services/config/compare.js');
      process.exitCode = await configCompare(ours, theirs, flags);
    });
}

function registerConvert(config: Command): void {
  aboutTheFile(
    config.command('convert').description('writes a working counterpart for the other end').argument('<file>', 'configuration of one end'),
  )
    .addOption(new Option('--to <language>', 'what to write').choices(['ipsec.conf', 'swanctl', 'asa', 'openvpn']).makeOptionMandatory())
    .addOption(new Option('--for <product>', 'whose ipsec.conf is written').choices(PRODUCTS).default('libreswan'))
    .option('--conn <name>', 'this connection alone')
    .option('-o, --output <folder>', 'write files there; none is written over')
    .option('--json', 'one JSON object')
    .addHelpText('after', CONVERT_EXAMPLES)
    .action(async (file: string, flags: ConfigConvertFlags) => {
      const { configConvert } = await import('../services/config/convert.js');
      process.exitCode = await configConvert(file, flags);
    });
}

const words = (value: string, all: string[]): string[] => [...all, ...value.split(',').filter((word) => word !== '')];
