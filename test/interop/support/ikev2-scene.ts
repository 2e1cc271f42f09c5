import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LabOptions, RunResult } from './peer-lab.js';
import { PeerLab } from './peer-lab.js';

/** One step of `probe peer --json`. */
export interface StepRecord {
  readonly id: string;
  readonly status: string;
  readonly text: string;
  readonly details: readonly string[];
}

export interface ProbeRun extends RunResult {
  readonly steps: Readonly<Record<string, StepRecord>>;
  readonly findings: readonly { readonly code: string; readonly title: string; readonly cause?: string }[];
  readonly verdict: string;
}

/** Steps that neither passed nor were skipped. An answer that took a second asking is the busy machine's. */
export function stepsAmiss({ steps }: Pick<ProbeRun, 'steps'>): readonly StepRecord[] {
  const late = ({ status, text }: StepRecord) => status === 'warn' && /answered .* after \d+ sendings/.test(text);
  return Object.values(steps).filter((step) => step.status !== 'pass' && step.status !== 'skip' && !late(step));
}

/** Scripts in the lab are quoted with these. */
export const quoted = (script: string): string => `'${script.replaceAll("'", "'\\''")}'`;

const peerScript = fileURLToPath(new URL('ikev2-peer.sh', import.meta.url));

/** Addresses and names of the network in scripts/lab/lib.sh. */
export const PEER = '203.0.113.2';
export const IDENTITIES = ['--id', 'client.example', '--peer-id', 'gateway.example'];
export const SELECTORS = ['--local-ts', '10.78.0.0/24', '--remote-ts', '10.77.0.0/24', '--ping', '10.77.0.1'];

/** A `serve` that runs: its lines so far. */
export class Served {
  readonly #child: ChildProcess;
  output = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
  }

  /** Waits until it has said so. */
  async says(words: RegExp, seconds = 60): Promise<void> {
    for (let left = seconds * 50; !words.test(this.output); left--) {
      if (left === 0 || this.#child.exitCode !== null) throw new TypeError(`serve did not say ${words}: ${this.output}`);
      await setTimeout(20);
    }
  }

  /** Ctrl-C. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    this.#child.kill('SIGINT');
    const [status] = (await once(this.#child, 'close')) as [number | null];
    return status;
  }
}

/** strongSwan at r, our program at i, and what both have said. */
export class Ikev2Scene {
  private constructor(readonly lab: PeerLab) {}

  static async open(options: LabOptions = {}): Promise<Ikev2Scene> {
    // Behind the addresses of documentation nothing of this host is meant; node's own start is not what is looked at.
    const lab = await PeerLab.open(options);
    await lab.sh(`. ${quoted(peerScript)}; make_pki`, 120);
    await lab.sh('printf %s "$PSK" >"$TMP/psk"; printf %s wrong >"$TMP/wrong-psk"; printf %s test-password-not-secret >"$TMP/password"');
    return new Ikev2Scene(lab);
  }

  /** strongSwan started anew with these settings (lines of shell: `conn r KEY=VALUE`). */
  async peer(settings: string): Promise<void> {
    await this.lab.sh(`fresh_peer ${quoted(settings)}`);
  }

  /** Flags for a pre-shared key, a certificate or EAP; files are those of ikev2-peer.sh. */
  psk(name: 'psk' | 'wrong-psk' = 'psk'): readonly string[] {
    return ['--psk-file', `${this.lab.folder}/${name}`];
  }

  certificate(kind: string, ca = 'ca'): readonly string[] {
    const { folder } = this.lab;
    return ['--cert', `${folder}/pki/client-${kind}.pem`, '--key', `${folder}/pki/client-${kind}.key`, '--ca', `${folder}/pki/${ca}.pem`];
  }

  eap(method: string, name = 'anna'): readonly string[] {
    const { folder } = this.lab;
    return ['--eap-user', name, '--eap-password-file', `${folder}/password`, '--eap-method', method, '--ca', `${folder}/pki/ca.pem`];
  }

  /** `probe peer` to its end. */
  async probe(args: readonly string[], host = PEER, seconds = 300): Promise<ProbeRun> {
    const result = await this.lab.vpndoctor(['probe', 'peer', host, '--json', ...args], seconds);
    let record: { steps: StepRecord[]; findings: ProbeRun['findings']; verdict: { text: string } };
    try {
      record = JSON.parse(result.stdout) as typeof record;
    } catch {
      throw new TypeError(`no JSON from probe peer (status ${result.status}): ${result.stdout}${result.stderr}`);
    }
    return {
      ...result,
      steps: Object.fromEntries(record.steps.map((step) => [step.id, step])),
      findings: record.findings,
      verdict: record.verdict.text,
    };
  }

  /**
   * Does something while the kernel of the guest tells of each SA that it is given, however short its life.
   * @returns `kernel`: its words, as `ip -d -s xfrm state` has them
   */
  async whileWatched(work: () => Promise<ProbeRun>): Promise<{ readonly run: ProbeRun; readonly kernel: string }> {
    const guest = (script: string) => this.lab.sh(`vm_exec r ${quoted(script)}`);
    // An SA for nobody shows that it does.
    await guest(`: >/tmp/watch; setsid ip -d -s xfrm monitor SA >>/tmp/watch 2>&1 </dev/null & echo $! >/tmp/watch.pid
      nobody='src 192.0.2.1 dst 192.0.2.2 proto esp spi 1'
      until [ -s /tmp/watch ]; do
        ip xfrm state add $nobody enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff auth 'hmac(sha1)' 0x00; ip xfrm state del $nobody; sleep 0.1
      done
      sleep 0.1; : >/tmp/watch`);
    const run = await work();
    return { run, kernel: await guest('kill $(cat /tmp/watch.pid); cat /tmp/watch') };
  }

  /** `serve` at our end, ready for initiators. */
  async serve(args: readonly string[]): Promise<Served> {
    const child = this.lab.start(['serve', ...args]);
    const served = new Served(child);
    await served.says(/waiting for (?:initiators|clients|the other end)/);
    return served;
  }

  /** strongSwan's log without dumps of bytes. */
  log(): string {
    return readFileSync(`${this.lab.folder}/r/charon.log`, 'latin1')
      .split('\n')
      .filter((line) => !/ {2,}\d+: (?:[0-9A-F]{2} )|\[MGR\]| => \d+ bytes|unknown vendor ID/.test(line))
      .join('\n');
  }

  /** The end of it, for a test that fails. */
  tail(lines = 50): string {
    return this.log()
      .split('\n')
      .slice(-lines)
      .map((line) => line.slice(0, 200))
      .join('\n');
  }

  /** IKE SAs that strongSwan has, half-open ones not counted. */
  async established(): Promise<number> {
    const sas = await this.lab.sh('swan r --list-sas 2>/dev/null');
    return sas.match(/ESTABLISHED/g)?.length ?? 0;
  }

  /** Waits until its log says so. */
  async logs(words: RegExp, seconds = 60): Promise<void> {
    await this.#until(() => words.test(this.log()), seconds, `strongSwan's log does not say ${words}`);
  }

  /** Waits until it has so many IKE SAs that are up, and as many CHILD_SAs. IKEv1 confirms no delete: what it does about one it does in its own time. */
  async has(count: number, seconds = 60): Promise<void> {
    const asMany = async () => {
      const sas = await this.lab.sh('swan r --list-sas 2>/dev/null');
      return [/ESTABLISHED/g, /INSTALLED/g].every((state) => (sas.match(state)?.length ?? 0) === count);
    };
    await this.#until(asMany, seconds, `strongSwan does not come to ${count} SAs`);
  }

  async #until(met: () => boolean | Promise<boolean>, seconds: number, complaint: string): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (!(await met())) {
      if (performance.now() > end) throw new TypeError(`${complaint}: ${this.tail()}`);
      await setTimeout(50);
    }
  }

  close(): Promise<void> {
    return this.lab.close();
  }
}
