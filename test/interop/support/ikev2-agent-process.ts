import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Answer, Order, TunnelOrder } from './ikev2-agent.js';
import type { PeerLab } from './peer-lab.js';

/** ikev2-agent.ts at our end of a lab. */
export class Ikev2Agent {
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

  static async start(lab: PeerLab): Promise<Ikev2Agent> {
    // Two folders below the root, as whatever looks beside itself wants it; not in dist/, which a build empties.
    const outfile = fileURLToPath(new URL(`../../../node_modules/.cache/vpndoctor-ikev2-agent-${process.pid}.mjs`, import.meta.url));
    const entry = fileURLToPath(new URL('ikev2-agent.ts', import.meta.url));
    await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external', target: 'node20' });
    return new Ikev2Agent(lab.startScript(outfile), outfile);
  }

  /** Carries out one order; throws when it fails. */
  async order(order: Order): Promise<string> {
    const answer = await this.try(order);
    if (!answer.ok) throw new TypeError(`${JSON.stringify(order).slice(0, 200)}: ${answer.text}`);
    return answer.text;
  }

  async try(order: Order): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
    return this.#answer();
  }

  /** The answers of many tunnels, by number. */
  async many(tunnels: readonly TunnelOrder[], parallel: number): Promise<readonly Answer[]> {
    this.#child.stdin?.write(`${JSON.stringify({ do: 'many', tunnels, parallel })}\n`);
    const answers: Answer[] = [];
    for (;;) {
      const answer = await this.#answer();
      if (answer.number === undefined) return answers;
      answers[answer.number] = answer;
    }
  }

  close(): void {
    this.#child.kill();
    rmSync(this.file, { force: true });
  }

  async #answer(): Promise<Answer> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new TypeError('the agent has ended');
    return JSON.parse(value) as Answer;
  }
}
