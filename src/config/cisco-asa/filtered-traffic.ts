import type { ConfigRemark, Connection, SelectorPair } from '../../model/connection.js';
import type { CiscoParts } from './cisco-parts.js';
import { permits } from './nat-exemption.js';
import { begins, type CiscoStatement } from './statement.js';

/**
 * What comes out of a tunnel and has to pass the access list of its interface like anything else: `no sysopt connection permit-vpn`, and a
 * PIX 6 without `sysopt connection permit-ipsec` (command references of both: on by default since 7.0).
 */
export function filteredTraffic(
  statements: readonly CiscoStatement[],
  connections: readonly Connection[],
  { platform, oldPix, lists }: Pick<CiscoParts, 'platform' | 'oldPix' | 'lists'>,
  file: string,
): readonly ConfigRemark[] {
  if (platform === 'ios' || connections.length === 0) return [];
  const at = (...words: readonly string[]) => statements.find((one) => begins(one, ...words));
  const off = at('no', 'sysopt', 'connection', 'permit-vpn') ?? at('no', 'sysopt', 'connection', 'permit-ipsec');
  const on = at('sysopt', 'connection', 'permit-ipsec') ?? at('sysopt', 'connection', 'permit-vpn');
  if (oldPix ? on !== undefined : off === undefined) return [];
  const groups = statements.filter((one) => begins(one, 'access-group') && one.words.includes('in'));
  const entries = groups.map(({ words }) => lists.find(words[1] ?? '')?.pairs ?? []);
  const passes = ({ local, remote }: SelectorPair) => entries.some((list) => permits(list, { local: remote, remote: local }));
  const lost = connections.flatMap(({ selectorPairs = [] }) => selectorPairs).find((pair) => !passes(pair));
  if (lost === undefined) return [];
  const command = `sysopt connection permit-${oldPix ? 'ipsec' : 'vpn'}`;
  return [
    {
      file: off?.file ?? file,
      line: off?.line ?? 0,
      severity: 'warning',
      code: 'vpn-traffic-filtered',
      text: `${off === undefined ? `there is no "${command}"` : `"${off.words.join(' ')}"`}: what comes out of a tunnel goes through the access list of its interface, and none permits all of ${lost.remote.value} to ${lost.local.value}`,
      ...(off !== undefined && { fix: command }),
    },
  ];
}
