import { type Answer, answer, answered, type CommandOutput, type Host } from '../host.js';
import { daemonNames, type Process } from './processes.js';

export type StackId = 'strongswan' | 'libreswan' | 'openswan' | 'racoon' | 'isakmpd' | 'iked' | 'openvpn';

/** An implementation that is installed, running, or both. */
export interface Stack {
  readonly id: StackId;
  /** `strongSwan`, `libreswan`, `OpenVPN`. */
  readonly name: string;
  /** Its programs that were found: `/usr/sbin/swanctl`. */
  readonly programs: readonly string[];
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  /** `5.9.8`, from the program itself or else from the package. */
  readonly version?: string;
  /** First line of what the program said, for evidence. */
  readonly versionLine?: string;
  /** Its daemons in the network namespace that is looked at (or where that could not be told). */
  readonly running: readonly Process[];
}

interface Known {
  readonly id: StackId;
  readonly name: string;
  /** Any of them found: installed. */
  readonly programs: readonly string[];
  readonly packages: readonly string[];
  /** Prints the version and does nothing else. `charon-systemd --version` would start the daemon. */
  readonly version: readonly [string, ...string[]] | undefined;
  /** What the version must look like for it to be this stack: `ipsec --version` is common to three. */
  readonly says: RegExp;
}

const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];
const helpers = ['/usr/lib/ipsec', '/usr/libexec/ipsec', '/usr/lib/strongswan', '/usr/libexec/strongswan', '/usr/local/libexec/ipsec'];
const inFolders = (...names: string[]) => names.flatMap((name) => folders.map((folder) => `${folder}/${name}`));
const inHelpers = (...names: string[]) => names.flatMap((name) => helpers.map((folder) => `${folder}/${name}`));

const known: readonly Known[] = [
  {
    id: 'strongswan',
    name: 'strongSwan',
    programs: [...inFolders('swanctl', 'charon-systemd', 'charon-cmd'), ...inHelpers('charon', 'starter', 'stroke')],
    packages: ['strongswan', 'strongswan-swanctl', 'strongswan-charon', 'charon-systemd', 'strongswan-starter', 'libcharon-extra-plugins'],
    version: ['swanctl', '--version'],
    says: /strongSwan (?:swanctl )?U?(\d[\w.]*)/i,
  },
  {
    id: 'libreswan',
    name: 'libreswan',
    programs: inHelpers('pluto'),
    packages: ['libreswan'],
    version: ['ipsec', '--version'],
    says: /Libreswan v?(\d[\w.]*)/i,
  },
  {
    id: 'openswan',
    name: 'Openswan',
    programs: inHelpers('pluto'),
    packages: ['openswan'],
    version: ['ipsec', '--version'],
    says: /Openswan U?v?(\d[\w.]*)/i,
  },
  { id: 'racoon', name: 'racoon', programs: inFolders('racoon'), packages: ['racoon', 'ipsec-tools'], version: undefined, says: /(?!)/ },
  { id: 'isakmpd', name: 'isakmpd', programs: inFolders('isakmpd'), packages: ['isakmpd'], version: undefined, says: /(?!)/ },
  { id: 'iked', name: 'OpenIKED', programs: inFolders('iked'), packages: ['openiked', 'iked'], version: undefined, says: /(?!)/ },
  {
    id: 'openvpn',
    name: 'OpenVPN',
    programs: inFolders('openvpn'),
    packages: ['openvpn'],
    version: ['openvpn', '--version'],
    says: /^OpenVPN (\d[\w.]*)/m,
  },
];

/** What `ipsec --version` is asked for: the command is common to strongSwan, libreswan and Openswan. */
export const IPSEC_VERSION = ['ipsec', '--version'] as const;

/**
 * Everything that is installed or runs, in the order of the table. `missing` never comes out: an empty list says that there is
 * nothing. The package database is slow, so it is asked only where no program is found or one does not tell its version.
 * @param asked what the host said to `IPSEC_VERSION`
 */
export async function readStacks(
  host: Host,
  processes: Answer<readonly Process[]>,
  asked: Promise<Answer<CommandOutput>>,
): Promise<Answer<readonly Stack[]>> {
  const [ipsecAnswer, versions, found] = await Promise.all([
    asked,
    Promise.all(known.map(({ version }) => (version === undefined || isIpsec(version) ? undefined : host.run(version)))),
    Promise.all(known.map((stack) => presentFiles(host, stack.programs))),
  ]);
  const ipsec = saidBy(ipsecAnswer);
  const running = (answered(processes) ?? []).filter((process) => process.sameNetwork !== false);
  const seen = known.map((stack, index) => {
    const ofIpsec = stack.says.test(ipsec ?? '');
    const said = ofIpsec || (stack.version !== undefined && isIpsec(stack.version)) ? ipsec : saidBy(versions[index]);
    const daemons = running.filter(({ name }) => daemonOf(name, ipsec) === stack.id);
    return {
      stack,
      programs: found[index] ?? [],
      said,
      version: stack.says.exec(said ?? '')?.[1],
      named: ofIpsec || daemons.length > 0,
      daemons,
    };
  });
  const there = seen.filter(({ stack, programs, named }) => named || (programs.length > 0 && !sharesProgram(stack)));
  const owned = seen.some(({ stack, named }) => named && sharesProgram(stack));
  const told =
    there.length > 0 &&
    seen.every(({ stack, version, programs, named }) =>
      version === undefined ? !named && (programs.length === 0 || (owned && sharesProgram(stack))) : true,
    );
  const packages = told ? [] : await readPackages(host, [...new Set(known.flatMap((stack) => stack.packages))]);
  return answer(
    seen.flatMap(({ stack, programs, said, version: ownVersion, named, daemons }): Stack[] => {
      const its = packages.filter(({ name }) => stack.packages.includes(name));
      if (!named && its.length === 0 && (programs.length === 0 || sharesProgram(stack))) return [];
      const version = ownVersion ?? its[0]?.version;
      const versionLine = ownVersion === undefined ? undefined : said?.split('\n', 1)[0];
      return [
        {
          id: stack.id,
          name: stack.name,
          programs,
          packages: its,
          ...(version !== undefined && { version }),
          ...(versionLine !== undefined && { versionLine }),
          running: daemons,
        },
      ];
    }),
  );
}

const isIpsec = ([program]: readonly [string, ...string[]]) => program === IPSEC_VERSION[0];

/** pluto is what libreswan and Openswan have in common: the program alone says nothing. */
const sharesProgram = ({ programs }: Known) => programs.every((program) => program.endsWith('/pluto'));

/** Whose daemon a process is. A pluto belongs to whoever `ipsec --version` names, libreswan where it names nobody. */
function daemonOf(name: string, ipsec: string | undefined): StackId | undefined {
  const daemon = daemonNames.get(name);
  return daemon === 'pluto' ? (/openswan/i.test(ipsec ?? '') ? 'openswan' : 'libreswan') : daemon;
}

async function presentFiles(host: Host, paths: readonly string[]): Promise<readonly string[]> {
  const stats = await Promise.all(paths.map((path) => host.stat(path)));
  return paths.filter((_, index) => stats[index]?.ok);
}

/** What a program says of its version, whatever its status: `openvpn --version` left with 1 before 2.5. */
function saidBy(output: Answer<CommandOutput> | undefined): string | undefined {
  const { stdout, stderr } = (output && answered(output)) ?? { stdout: '', stderr: '' };
  return (stdout || stderr).trim() || undefined;
}

async function readPackages(host: Host, names: readonly string[]): Promise<readonly { name: string; version: string }[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg-query's
  const debian = answered(await host.run(['dpkg-query', '-W', '-f=${Package}\\t${Version}\\t${db:Status-Status}\\n', ...names]));
  const output = debian ?? answered(await host.run(['rpm', '-q', '--qf=%{NAME}\\t%{VERSION}-%{RELEASE}\\n', ...names]));
  return (output?.stdout ?? '').split('\n').flatMap((line) => {
    const [name, version, status] = line.split('\t');
    return name === undefined || version === undefined || (status !== undefined && status !== 'installed') ? [] : [{ name, version }];
  });
}
