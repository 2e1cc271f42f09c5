import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const library = fileURLToPath(new URL('../../../scripts/lab/lib.sh', import.meta.url));
const program = process.env['VPNDOCTOR_BIN'] ?? fileURLToPath(new URL('../../../bin/run.js', import.meta.url));

export interface LabOptions {
  /** `guest`: the peer is guest r with kernel ESP, libreswan and strongSwan; we are the router beside it. Default: namespaces. */
  readonly kind?: 'namespaces' | 'guest';
  /** Our side is behind a masquerading router. */
  readonly nat?: boolean;
  readonly v6?: boolean;
}

export interface RunResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** Why no lab can be made here; empty when one can. */
export function lackingForPeers(): string {
  if (process.getuid?.() !== 0) return 'it takes root';
  const missing = ['/usr/sbin/charon-systemd', '/usr/sbin/swanctl', '/usr/sbin/nft', '/usr/sbin/ip', '/usr/sbin/ethtool'].filter(
    (file) => !existsSync(file) && !existsSync(file.replace('/sbin/', '/bin/')),
  );
  return missing.length === 0 ? '' : `${missing.join(', ')} not here: scripts/lab/install.sh`;
}

/**
 * The network of scripts/lab/lib.sh with a real peer in it, told what to do line by line: `sh` runs the functions of that file
 * (`conn r …`, `start r`, `path …`), `vpndoctor` runs ours at i. Everything is gone after `close`.
 */
export class PeerLab {
  readonly #shell: ChildProcess;
  /** Prefix of the namespaces. */
  readonly #prefix: string;
  /** Scratch folder of this lab; goes with it. */
  readonly folder: string;
  readonly #ours: 'i' | 'm';
  readonly #started = new Set<ChildProcess>();
  #said = '';

  private constructor(shell: ChildProcess, prefix: string, folder: string, ours: 'i' | 'm') {
    this.#shell = shell;
    this.#prefix = prefix;
    this.folder = folder;
    this.#ours = ours;
  }

  static async open(options: LabOptions = {}): Promise<PeerLab> {
    const guest = options.kind === 'guest';
    const yes = (value: boolean | undefined) => (value ? 'yes' : 'no');
    // Each script ends with a zero byte; its answer with a zero byte and the status.
    const script = `. '${library}'
      lab=${guest ? 'vm' : 'netns'} nat=${yes(options.nat)} v6=${yes(options.v6)}
      lab_begin; exec 2>&1
      ${guest ? guestNetwork : 'net_up'} && conn_defaults
      printf '%s\\n%s\\n\\0%d\\n' "$NS" "$TMP" $?
      while IFS= read -r -d '' script; do eval "$script"; printf '\\0%d\\n' $?; done`;
    const shell = spawn('bash', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const opening = new PeerLab(shell, '', '', 'i');
    const [prefix, folder] = (await opening.#answer(guest ? 1200 : 240)).trim().split('\n').slice(-2) as [string, string];
    shell.stdout?.removeAllListeners('data');
    return new PeerLab(shell, prefix, folder, guest ? 'm' : 'i');
  }

  /** Runs lines of shell in the lab and gives what they print; throws with it when the last one fails. */
  sh(script: string, seconds = 300): Promise<string> {
    this.#shell.stdin?.write(`${script}\0`);
    return this.#answer(seconds);
  }

  /** Runs vpndoctor at our end until it ends by itself, or is ended after `seconds`. */
  async vpndoctor(args: readonly string[], seconds = 300): Promise<RunResult> {
    const started = performance.now();
    const child = this.start(args);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    const [status] = (await once(child, 'close')) as [number | null];
    clearTimeout(limit);
    this.#started.delete(child);
    return { status, stdout, stderr, milliseconds: performance.now() - started };
  }

  /** Starts vpndoctor at our end, e.g. `serve`; ended with the lab at the latest. */
  start(args: readonly string[]): ChildProcess {
    return this.#spawn([program, ...args], 'ignore');
  }

  /** Any other program for node, with its standard input open. */
  startScript(file: string): ChildProcess {
    return this.#spawn([file], 'pipe');
  }

  #spawn(args: readonly string[], input: 'ignore' | 'pipe'): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', `${this.#prefix}-${this.#ours}`, process.execPath, ...args], {
      stdio: [input, 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    this.#started.add(child);
    return child;
  }

  async close(): Promise<void> {
    for (const child of this.#started) child.kill('SIGKILL');
    if (this.#shell.exitCode !== null) return;
    this.#shell.stdin?.end();
    await once(this.#shell, 'exit');
  }

  /** Waits for the end of the script that runs now. */
  #answer(seconds: number): Promise<string> {
    const { stdout } = this.#shell;
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(limit);
        stdout?.off('data', listen);
        this.#shell.off('exit', gone);
        settle();
      };
      const listen = (chunk: Buffer) => {
        this.#said += chunk.toString();
        const end = /\0(\d+)\n/.exec(this.#said);
        if (end === null) return;
        const text = this.#said.slice(0, end.index);
        this.#said = this.#said.slice(end.index + end[0].length);
        done(() => (end[1] === '0' ? resolve(text) : reject(new TypeError(`the lab answers ${end[1]}: ${text.slice(-4000)}`))));
      };
      const gone = () => done(() => reject(new TypeError(`the lab ended: ${this.#said.slice(-4000)}`)));
      const limit = setTimeout(
        () => done(() => reject(new TypeError(`no end within ${seconds} s: ${this.#said.slice(-4000)}`))),
        seconds * 1000,
      );
      stdout?.on('data', listen);
      this.#shell.once('exit', gone);
    });
  }
}

/** Guest r alone, and the router namespace, where we are. */
const guestNetwork = `{ VM_RAM=512; ip netns add "$NS-m"; quiet_ns m; "$LAB/vm.sh" build &&
  for tap in "t-r $GW_R" "c-r 10.255.0.254"; do
    set -- $tap; ns m ip tuntap add dev "$1" mode tap; ns m ip addr add "$2/24" dev "$1"; ns m ip link set "$1" up
  done
  boot_r() { vm_boot r $ADDR_R/24 $GW_R 10.255.0.2/24 $INNER_R/24; wait_for 150 grep -q LAB-READY "$TMP/qemu-r.log"; }
  boot_r || { stop qemu-r; boot_r; }; }`;
