import { AgentProcess } from './agent-process.js';
import type { Answer, Order, TunnelOrder } from './ikev2-agent.js';
import type { PeerLab } from './peer-lab.js';

/** ikev2-agent.ts at our end of a lab. */
export class Ikev2Agent {
  private constructor(private readonly process: AgentProcess) {}

  static async start(lab: PeerLab): Promise<Ikev2Agent> {
    return new Ikev2Agent(await AgentProcess.start(lab, 'ikev2-agent'));
  }

  /** Carries out one order; throws when it fails. */
  async order(order: Order): Promise<string> {
    const answer = await this.try(order);
    if (!answer.ok) throw new TypeError(`${JSON.stringify(order).slice(0, 200)}: ${answer.text}`);
    return answer.text;
  }

  async try(order: Order): Promise<Answer> {
    this.process.tell(order);
    return (await this.process.hear()) as Answer;
  }

  /** The answers of many tunnels, by number. */
  async many(tunnels: readonly TunnelOrder[], parallel: number): Promise<readonly Answer[]> {
    this.process.tell({ do: 'many', tunnels, parallel });
    const answers: Answer[] = [];
    for (;;) {
      const answer = (await this.process.hear()) as Answer;
      if (answer.number === undefined) return answers;
      answers[answer.number] = answer;
    }
  }

  close(): void {
    this.process.close();
  }
}
