import type { ConfigRemark } from '../../model/connection.js';
import { type JudgedProposal, judgeProposals } from '../effective/judge-proposals.js';
import type { ReadConfig } from '../read-config.js';

/** Weak algorithms, and those that the product, or the newest one at the other end, does not have any more. A line is judged once. */
export function checkAlgorithms({ connections, product, version }: ReadConfig): readonly ConfigRemark[] {
  const ipsec = connections.filter(({ dialect }) => dialect !== 'openvpn');
  return judgeProposals(ipsec, () => ({ product, version: version ?? 'newest' })).flatMap((judged): readonly ConfigRemark[] => {
    const { proposal, use, connections: having } = judged;
    const verdict = proposal.line === 0 ? undefined : verdictOf(judged, version !== undefined);
    if (verdict === undefined) return [];
    const { text, ...rest } = verdict;
    const what = `${use === 'ike' ? 'IKE' : 'ESP'} proposal ${proposal.value}`;
    return [{ file: proposal.file, line: proposal.line, connection: having[0].name, ...rest, text: `${what}: ${text}` }];
  });
}

/** `sure`: of the version told. */
function verdictOf({ unknown, absent, weak }: JudgedProposal, sure: boolean): Pick<ConfigRemark, 'severity' | 'code' | 'text'> | undefined {
  if (unknown.length > 0)
    return { severity: 'error', code: 'unknown-algorithm', text: `${unknown.join(', ')} is no algorithm that any product knows` };
  if (absent.length > 0)
    return {
      severity: sure ? 'error' : 'warning',
      code: 'removed-algorithm',
      text: absent
        .map(({ transform, dropped }) => `${transform.name} is ${dropped.what} in ${dropped.product} since ${dropped.version}`)
        .join('; '),
    };
  if (weak.length > 0)
    return {
      severity: 'warning',
      code: weak.some(({ weakness }) => weakness?.grade === 'broken') ? 'broken-algorithm' : 'weak-algorithm',
      text: weak.map(({ weakness }) => `${weakness?.name}: ${weakness?.why}`).join('; '),
    };
  return undefined;
}
