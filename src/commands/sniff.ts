import type { SniffFlags } from '../services/sniff/flags.js';
import type { CommandEntry } from './command.js';

const EXAMPLES = `
Examples:
  vpndoctor sniff -r tunnel.pcap                     everything in a capture, then the diagnosis
  vpndoctor sniff --esp -r tunnel.pcap               ESP as tcpdump prints it, then a table of SAs
  vpndoctor sniff --summary -r a.pcap.gz -r b.pcapng tables, ladders and findings only
  tcpdump -w - | vpndoctor sniff -r -                from another program
  vpndoctor sniff -i eth0 host 192.0.2.1             live, with a capture filter (as root)
  vpndoctor sniff -i any -w ring.pcap -C 100 -W 5    live, kept in five files of 100 MB
  vpndoctor sniff -r tunnel.pcap -k keys.txt -v      decrypted, each packet as a tree
  vpndoctor sniff -r tunnel.pcap -k keys.txt --write-decrypted inner.pcapng
  vpndoctor sniff -r aggressive.pcap --psk-file psk.txt   which end has this secret

Keys (-k) may be Wireshark's ikev1_decryption_table, ikev2_decryption_table or esp_sa, tcpdump -E
secrets, the output of "ip xfrm state", a charon log at level 4 of ike and chd, key files of OpenVPN
(static key, tls-auth, tls-crypt, tls-crypt-v2, alone or in a configuration), its log with verb 7,
or a TLS key log.
--from and --to take an address (source, destination) or a time (14:05:00, 2026-01-02T14:05:00Z).
A selection decides what is shown; the diagnosis always reads the whole capture.`;

const collect = (value: string, all: string[]): string[] => [...all, value];

export const command: CommandEntry = {
  name: 'sniff',
  register(program) {
    program
      .command('sniff')
      .description('captures live or replays a capture, follows every SA and exchange, ends with what went wrong')
      .argument('[filter...]', 'capture filter in the language of tcpdump (live only)')
      .option('-r, --read <file>', 'replay a pcap or pcapng file, gzip or not; - is standard input (repeatable)', collect, [])
      .option('-i, --interface <name>', 'capture live on this interface')
      .option('-D, --list-interfaces', 'list the interfaces and leave')
      .option('-c, --count <n>', 'stop after n packets')
      .option('-w, --write <file>', 'write the packets read to a file (pcap)')
      .option('-C, --file-size <MB>', 'with -w: begin another file when this one is that large')
      .option('-W, --file-count <n>', 'with -C: keep that many files, writing over the oldest')
      .option('-s, --snaplen <bytes>', 'live: bytes kept of each packet')
      .option('-B, --buffer-size <KiB>', "live: size of the kernel's capture buffer")
      .option('--source <name>', 'live: libpcap (the pcap package), tcpdump, or auto', 'auto')
      .option('--esp', 'show ESP')
      .option('--ah', 'show AH')
      .option('--ike', 'show IKE')
      .option('--openvpn', 'show OpenVPN')
      .option('--spi <spi>', 'show this SPI (repeatable)', collect, [])
      .option('--host <address>', 'show what this host sends or gets (repeatable)', collect, [])
      .option('--port <port>', 'show this UDP or TCP port (repeatable)', collect, [])
      .option('--from <address|time>', 'show what comes from an address, or from a time on')
      .option('--to <address|time>', 'show what goes to an address, or up to a time')
      .option('-k, --keys <file>', 'keys to decrypt with (repeatable)', collect, [])
      .option('-E, --secret <spi@ip algo:secret>', 'a key as tcpdump takes it (repeatable)', collect, [])
      .option(
        '--psk-file <file>',
        'pre-shared keys to try on the hashes of IKEv1: one a line, or an ipsec.secrets (repeatable)',
        collect,
        [],
      )
      .option('--write-decrypted <file>', 'write what ESP carried, decrypted, as pcapng')
      .option('--embed-keys', 'with -w: write pcapng with the keys inside, so that Wireshark opens it decrypted')
      .option('-v, --verbose', 'each packet as a tree; more in the tables')
      .option('--summary', 'tables, ladders and findings only')
      .option('--json', 'one JSON object a line')
      .option('--no-color', 'plain text')
      .addHelpText('after', EXAMPLES)
      .action(async (filter: string[], flags: Omit<SniffFlags, 'filter'>) => {
        const { sniff } = await import('../services/sniff/sniff.js');
        process.exitCode = await sniff({ ...flags, filter });
      });
  },
};
