import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { PeerLab } from './peer-lab.js';

/** A script of this folder at our end of a lab: JSON a line goes in, JSON a line comes out. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #file: string;

  private constructor(child: ChildProcess, file: string) {
    this.#child = child;
    this.#file = file;
    if (child.stdout === null) throw new TypeError('no output');
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr?.pipe(process.stderr);
  }

  /** @param name of the file, without its ending */
  static async start(lab: PeerLab, name: string): Promise<AgentProcess> {
    // Two folders below the root, as whatever looks beside itself wants it; not in dist/, which a build empties.
    const outfile = fileURLToPath(new URL(`../../../node_modules/.cache/vpndoctor-${name}-${process.pid}.mjs`, import.meta.url));
    const entry = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
    await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external', target: 'node20' });
    return new AgentProcess(lab.startScript(outfile), outfile);
  }

  tell(order: unknown): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** The next line; throws when the script has ended. */
  async hear(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new TypeError('the agent has ended');
    return JSON.parse(value);
  }

  close(): void {
    this.#child.kill();
    rmSync(this.#file, { force: true });
  }
}
