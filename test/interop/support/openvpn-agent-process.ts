import { AgentProcess } from './agent-process.js';
import type { TunnelAnswer, TunnelOrder } from './openvpn-agent.js';
import type { PeerLab } from './peer-lab.js';

/** openvpn-agent.ts at our end of a lab: tunnels stay up until it is closed. */
export class OpenvpnAgent {
  private constructor(private readonly process: AgentProcess) {}

  static async start(lab: PeerLab): Promise<OpenvpnAgent> {
    return new OpenvpnAgent(await AgentProcess.start(lab, 'openvpn-agent'));
  }

  /** All of them at once; the answers by name. */
  async bringUp(orders: readonly TunnelOrder[]): Promise<ReadonlyMap<string, TunnelAnswer>> {
    this.process.tell(orders);
    const answers = new Map<string, TunnelAnswer>();
    for (;;) {
      const answer = (await this.process.hear()) as Partial<TunnelAnswer>;
      if (answer.name === undefined) return answers;
      answers.set(answer.name, answer as TunnelAnswer);
    }
  }

  close(): void {
    this.process.close();
  }
}
