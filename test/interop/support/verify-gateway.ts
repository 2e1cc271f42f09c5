import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** A gateway of verify-gateway.sh: strongSwan and OpenVPN are the real daemons, libreswan is its files and a process of that name. */
export type GatewayKind = 'swan' | 'libre' | 'ovpn';

/** What `verify --json` prints, as far as tests look at it. */
export interface VerifyRecord {
  readonly checks: readonly { readonly id: string; readonly status: string; readonly label: string; readonly detail: string }[];
  readonly findings: readonly FindingRecord[];
  readonly verdict: { readonly status: string; readonly text: string };
}

export interface FindingRecord {
  readonly code: string;
  readonly severity: string;
  readonly title: string;
  readonly consequences?: readonly FindingRecord[];
}

/** One command that ran in a gateway. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const script = fileURLToPath(new URL('verify-gateway.sh', import.meta.url));
/** VPNDOCTOR_BIN: another build than the one beside the tests. */
const vpndoctor = process.env['VPNDOCTOR_BIN'] ?? fileURLToPath(new URL('../../../bin/run.js', import.meta.url));
const tools = [
  'ip',
  'nft',
  'iptables-nft',
  'iptables-legacy',
  'perl',
  'openssl',
  'unshare',
  'setpriv',
  'swanctl',
  'charon-systemd',
  'openvpn',
];

/** Why no gateway can be made here; empty where it can. */
export function lackingForGateways(): string {
  if (process.getuid?.() !== 0) return 'needs root';
  const missing = tools.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  return missing.length === 0 ? '' : `needs ${missing.join(', ')}: scripts/lab/install.sh --netns`;
}

/** Gateways of one test file: their certificates and what was printed in them, in a folder that `end` removes. */
export class Gateways {
  readonly folder = mkdtempSync(join(tmpdir(), 'vpndoctor-gateways-'));
  #count = 0;

  constructor() {
    const { status } = spawnSync('sh', ['-euc', `. ${script}; pki`], { env: this.#environment(this.folder) });
    if (status !== 0) throw new TypeError('no certificates could be made');
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #environment(out: string): NodeJS.ProcessEnv {
    return { ...process.env, PKI: this.folder, OUT: out, VPNDOCTOR: `${process.execPath} ${vpndoctor}` };
  }

  /**
   * Makes a gateway, breaks it by lines of shell, runs commands in it and lets it vanish with everything in it.
   * @param commands shell lines with $VPNDOCTOR and $OUT, by name
   * @param seconds after which it is ended by force
   */
  async visit(
    kind: GatewayKind,
    damage: string,
    commands: Readonly<Record<string, string>>,
    seconds = 240,
  ): Promise<{ readonly ran: Readonly<Record<string, Ran>>; readonly out: string; readonly failure: string }> {
    const out = join(this.folder, `${this.#count++}`);
    mkdirSync(out);
    const asked = Object.entries(commands).map(
      ([name, command]) => `{ ${command}\n} >$OUT/${name}.out 2>$OUT/${name}.err; echo $? >$OUT/${name}.status`,
    );
    const lines = [`. ${script}`, kind, damage, 'set +e', ...asked];
    const words = ['--net', '--mount', '--pid', '--uts', '--fork', '--kill-child', '--mount-proc', 'sh', '-euc', lines.join('\n')];
    const child = spawn('unshare', words, { env: this.#environment(out), stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
    let failure = '';
    child.stderr.on('data', (chunk) => (failure += chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    await new Promise((resolve) => child.once('exit', resolve));
    clearTimeout(timer);
    const text = (name: string) => (existsSync(join(out, name)) ? readFileSync(join(out, name), 'utf8') : '');
    const ran = Object.fromEntries(
      Object.keys(commands).map((name) => [
        name,
        { status: Number.parseInt(text(`${name}.status`) || '-1', 10), stdout: text(`${name}.out`), stderr: text(`${name}.err`) },
      ]),
    );
    return { ran, out, failure };
  }

  /** `verify --bundle`, outside of any gateway. */
  judgeBundle(file: string): Promise<Ran> {
    return new Promise((resolve) => {
      execFile(process.execPath, [vpndoctor, 'verify', '--json', '--bundle', file], { maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
        resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      );
    });
  }
}

/** The text of a bundle, unpacked. */
export function bundleText(file: string): string {
  return gunzipSync(readFileSync(file)).toString('utf8');
}

/** What must not be in a bundle: quoted secrets and passwords, and every line of base64 or hex that a key file has. */
export function secretsIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/"([^"\n]{4,})"/g)].map(([, secret = '']) => secret);
  const keyLines = text.split('\n').filter((line) => /^[0-9A-Za-z+/=]{24,}$/.test(line));
  return [...new Set([...quoted, ...keyLines])];
}

/** Findings that people must act on, consequences told apart. */
export function faultsOf(record: VerifyRecord): { readonly codes: readonly string[]; readonly consequences: readonly string[] } {
  const bad = ({ severity }: FindingRecord) => severity !== 'info';
  const below = (finding: FindingRecord): readonly FindingRecord[] =>
    (finding.consequences ?? []).flatMap((each) => [each, ...below(each)]);
  return {
    codes: [...new Set(record.findings.filter(bad).map(({ code }) => code))],
    consequences: [
      ...new Set(
        record.findings
          .flatMap(below)
          .filter(bad)
          .map(({ code }) => code),
      ),
    ],
  };
}
