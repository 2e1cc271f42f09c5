import type { ConfigRemark, SourcedProposal } from '../../model/connection.js';
import { parseProposal } from '../proposals.js';
import type { ReadConfig } from '../read-config.js';
import { atLeast } from '../versions.js';

/** Weak algorithms, and those that the product, or the newest one at the other end, does not have any more. A line is judged once. */
export function checkAlgorithms({ connections, product, version }: ReadConfig): readonly ConfigRemark[] {
  const remarks = new Map<string, ConfigRemark>();
  const judge = (proposal: SourcedProposal, use: 'ike' | 'esp', name: string) => {
    const key = `${proposal.file}:${proposal.line} ${use} ${proposal.value}`;
    if (proposal.line === 0 || remarks.has(key)) return;
    const { transforms, unknown } = parseProposal(proposal.value, use);
    const place = { file: proposal.file, line: proposal.line, connection: name };
    const what = `${use === 'ike' ? 'IKE' : 'ESP'} proposal ${proposal.value}`;
    if (unknown.length > 0)
      remarks.set(key, {
        ...place,
        severity: 'error',
        code: 'unknown-algorithm',
        text: `${what}: ${unknown.join(', ')} is no algorithm that any product knows`,
      });
    const absent = transforms.filter(({ removed }) =>
      removed.some(
        (one) =>
          one.product === product && /removed|not implemented/.test(one.what) && (version === undefined || atLeast(version, one.version)),
      ),
    );
    const weak = transforms.filter(({ weakness }) => weakness !== undefined);
    if (unknown.length > 0) return;
    if (absent.length > 0)
      remarks.set(key, {
        ...place,
        severity: version === undefined ? 'warning' : 'error',
        code: 'removed-algorithm',
        text: `${what}: ${absent.map(({ name: algorithm, removed }) => `${algorithm} is ${removed.find((one) => one.product === product)?.what} in ${product} since ${removed.find((one) => one.product === product)?.version}`).join('; ')}`,
      });
    else if (weak.length > 0)
      remarks.set(key, {
        ...place,
        severity: 'warning',
        code: weak.some(({ weakness }) => weakness?.grade === 'broken') ? 'broken-algorithm' : 'weak-algorithm',
        text: `${what}: ${weak.map(({ weakness }) => `${weakness?.name}: ${weakness?.why}`).join('; ')}`,
      });
  };
  for (const connection of connections) {
    if (connection.dialect === 'openvpn') continue;
    for (const proposal of connection.ikeProposals) judge(proposal, 'ike', connection.name);
    for (const proposal of connection.espProposals) judge(proposal, 'esp', connection.name);
  }
  return [...remarks.values()];
}
