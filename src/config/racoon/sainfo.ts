import { contains, parseNetwork } from '../../wire/ip/network.js';
import type { RemarkList } from '../source.js';
import type { RacoonStatement } from './read-blocks.js';
import type { SetkeyPolicy } from './read-policies.js';

/** `sainfo address 10.1.0.0/16 any address 10.2.0.0/16 any`; nothing for identities of other kinds and for `anonymous`. */
export function policyOfSainfo({ words, file, line }: RacoonStatement): readonly SetkeyPolicy[] {
  const [, kind, source = '', , other, destination = ''] = words;
  if (!/^(address|subnet)$/.test(kind ?? '') || !/^(address|subnet)$/.test(other ?? '')) return [];
  const [local, remote] = [source, destination].map((text) => ({ value: text.replace(/\[.*$/, ''), file, line }));
  if (local === undefined || remote === undefined || [local, remote].some(({ value }) => parseNetwork(value) === undefined)) return [];
  return [{ file, line, source: local, destination: remote, protocol: 'esp', compress: false, mode: 'tunnel' }];
}

/** racoon looks for a sainfo of the networks of a policy, and for an anonymous one; phase 2 has no parameters without (racoon.conf(5)). */
export function remarkOnPolicy(
  { source, destination, file, line }: SetkeyPolicy,
  sainfos: readonly RacoonStatement[],
  remarks: RemarkList,
): void {
  const all = sainfos.flatMap((sainfo) => policyOfSainfo(sainfo).map((policy) => ({ sainfo, policy })));
  if (all.length === 0 || all.length < sainfos.length) return;
  if (all.some(({ policy }) => same(policy.source.value, source.value) && same(policy.destination.value, destination.value))) return;
  const [only] = all;
  const own = only?.sainfo;
  const wanted = `sainfo address ${source.value} any address ${destination.value} any {`;
  remarks.add({
    ...(all.length === 1 && own !== undefined ? { file: own.file, line: own.line } : { file, line }),
    severity: 'error',
    code: 'no-sainfo',
    text: `no sainfo is for ${source.value} - ${destination.value}, which the policy asks for, and none is anonymous: racoon says "failed to get sainfo" and phase 2 fails`,
    ...(all.length === 1 && own !== undefined && own.sub.every((each) => each.line > own.line) && { fix: wanted }),
  });
}

/** The sainfo whose networks are those of the policy; else the anonymous one, else the only one. */
export function sainfoFor(policy: SetkeyPolicy | undefined, sainfos: readonly RacoonStatement[]): RacoonStatement | undefined {
  const exact = sainfos.find(({ words }) => {
    const [, , source, , , destination] = words;
    return policy !== undefined && same(source, policy.source.value) && same(destination, policy.destination.value);
  });
  return exact ?? sainfos.find(({ words }) => words[1] === 'anonymous') ?? (sainfos.length === 1 ? sainfos[0] : undefined);
}

function same(a: string | undefined, b: string): boolean {
  const [x, y] = [parseNetwork((a ?? '').replace(/\[.*$/, '')), parseNetwork(b)];
  return x !== undefined && y !== undefined && contains(x, y) && contains(y, x);
}
