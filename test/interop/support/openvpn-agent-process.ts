import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TunnelAnswer, TunnelOrder } from './openvpn-agent.js';
import type { PeerLab } from './peer-lab.js';

/** openvpn-agent.ts at our end of a lab: tunnels stay up until it is closed. */
export class OpenvpnAgent {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    child: ChildProcess,
    readonly file: string,
  ) {
    this.#child = child;
    if (child.stdout === null) throw new TypeError('no output');
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr?.pipe(process.stderr);
  }

  static async start(lab: PeerLab): Promise<OpenvpnAgent> {
    // Two folders below the root, as whatever looks beside itself wants it; not in dist/, which a build empties.
    const outfile = fileURLToPath(new URL(`../../../node_modules/.cache/vpndoctor-openvpn-agent-${process.pid}.mjs`, import.meta.url));
    const entry = fileURLToPath(new URL('openvpn-agent.ts', import.meta.url));
    await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external', target: 'node20' });
    return new OpenvpnAgent(lab.startScript(outfile), outfile);
  }

  /** All of them at once; the answers by name. */
  async bringUp(orders: readonly TunnelOrder[]): Promise<ReadonlyMap<string, TunnelAnswer>> {
    this.#child.stdin?.write(`${JSON.stringify(orders)}\n`);
    const answers = new Map<string, TunnelAnswer>();
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new TypeError('the agent has ended');
      const answer = JSON.parse(value) as Partial<TunnelAnswer>;
      if (answer.name === undefined) return answers;
      answers.set(answer.name, answer as TunnelAnswer);
    }
  }

  close(): void {
    this.#child.kill();
    rmSync(this.file, { force: true });
  }
}
