import { BugError } from '../bytes/errors.js';

/**
 * The programs that a host may be asked to run, and with which arguments: only such as change nothing, start no daemon and
 * re-read nothing. A question outside this table is a fault of ours and never reaches a shell.
 */
interface AllowedCommand {
  readonly program: string;
  /** The arguments joined by spaces must match as a whole. */
  readonly arguments: RegExp;
  /** Drops key material from the output before anybody sees it. */
  readonly censor?: (stdout: string) => string;
}

/** An address or prefix, an interface name: what a question may carry as a variable. */
const ADDRESS = '[0-9A-Fa-f:.]+(/\\d+)?';
const NAME = '[\\w.@:+-]+';
const PATH = '/[\\w./@+:-]+';

const exactly = (...alternatives: string[]) => new RegExp(`^(?:${alternatives.join('|')})$`);

const allowed: readonly AllowedCommand[] = [
  {
    program: 'ip',
    arguments: exactly(
      '(-d )?-j addr',
      '-j (-4 |-6 )?route show table all',
      '-j (-4 |-6 )?rule',
      `-j route get ${ADDRESS}( from ${ADDRESS})?( iif ${NAME})?( mark \\w+)?`,
      '(-s )?xfrm policy',
      '-V',
    ),
  },
  { program: 'ip', arguments: exactly('(-s )?xfrm state'), censor: censorXfrmState },
  // Adds an SA in a network namespace that is gone when the command ends: whether the kernel knows a protocol.
  {
    program: 'unshare',
    arguments: exactly(
      `-n ip xfrm state add src ${ADDRESS} dst ${ADDRESS} proto (esp|ah|comp) spi 0x1000 mode tunnel (enc cbc\\(aes\\) 0x0+|auth hmac\\(md5\\) 0x0+|comp deflate)`,
    ),
  },
  { program: 'ss', arguments: exactly('-H -l -n -t -u -w -p', '-lnup') },
  { program: 'nft', arguments: exactly('(-[jasn]+ )*list ruleset', '--version') },
  ...['iptables', 'ip6tables'].flatMap((program) =>
    ['', '-nft', '-legacy'].map((backend) => ({ program: `${program}${backend}-save`, arguments: exactly('', '-c', `(-c )?-t ${NAME}`) })),
  ),
  ...['iptables', 'ip6tables'].map((program) => ({ program, arguments: exactly('--version') })),
  { program: 'timedatectl', arguments: exactly('show') },
  { program: 'chronyc', arguments: exactly('-n tracking', '-c tracking') },
  { program: 'systemd-detect-virt', arguments: exactly('-c') },
  { program: 'getenforce', arguments: exactly('') },
  {
    program: 'dpkg-query',
    arguments: exactly('-W -f=\\$\\{Package\\}\\\\t\\$\\{Version\\}\\\\t\\$\\{db:Status-Status\\}\\\\n( [\\w.+-]+)+'),
  },
  { program: 'rpm', arguments: exactly('-q --qf=%\\{NAME\\}\\\\t%\\{VERSION\\}-%\\{RELEASE\\}\\\\n( [\\w.+-]+)+') },
  { program: 'ipsec', arguments: exactly('--version') },
  { program: 'swanctl', arguments: exactly('--version') },
  { program: 'openvpn', arguments: exactly('--version') },
  { program: 'ipsec', arguments: exactly('showhostkey --list') },
  // DER to PEM; of a private key, the public half alone.
  {
    program: 'openssl',
    arguments: exactly(`(x509|crl) -inform DER -in ${PATH}`, `pkey -inform DER -in ${PATH} -passin pass: -pubout`),
  },
  { program: 'certutil', arguments: exactly(`-L -d sql:${PATH} -n ${NAME} -a`) },
  { program: 'sysctl', arguments: exactly('-n [\\w./-]+') },
  { program: 'dmesg', arguments: exactly('') },
  { program: 'journalctl', arguments: exactly('-k -b -o short -n \\d+ --no-pager') },
];

/** The rule that allows a command. @throws BugError when there is none */
export function allowedCommand(command: readonly [string, ...string[]]): AllowedCommand {
  const [program, ...rest] = command;
  const found = allowed.find((entry) => entry.program === program && entry.arguments.test(rest.join(' ')));
  if (found === undefined || rest.some((word) => word === '' || /[\0\s]/.test(word))) {
    throw new BugError(`not among the commands that may be run: ${command.join(' ')}`);
  }
  return found;
}

/** The keys of `ip xfrm state` replaced by zeros of the same length: `enc cbc(aes) 0x…`, `auth-trunc hmac(sha1) 0x… 96`. */
export function censorXfrmState(text: string): string {
  return text.replace(
    /^(\s*(?:enc|auth|auth-trunc|aead|comp)\s+\S+\s+0x)([0-9a-f]+)/gim,
    (_, before: string, key: string) => before + '0'.repeat(key.length),
  );
}
