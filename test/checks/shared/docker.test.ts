import { describe, expect, it } from 'vitest';
import { isDockers, isDockersPolicy } from '../../../src/checks/shared/docker.js';
import { parseIptablesSave } from '../../../src/host/linux/firewall/iptables-save.js';

const tableOf = (text: string) => {
  const [table] = parseIptablesSave(text, 'ip', 'iptables-save');
  if (table === undefined) throw new TypeError('no table');
  return table;
};

const DOCKERS = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
COMMIT
`;

describe('rules of Docker', () => {
  it.each([
    [DOCKERS, true],
    [DOCKERS.replaceAll('DOCKER-USER', 'DOCKER'), true],
    [DOCKERS.replaceAll('DOCKER-USER', 'KUBE-FORWARD'), false],
  ])('%#: are known by the names of their chains', (text, expected) => expect(isDockers(tableOf(text))).toBe(expected));

  it('have set the policy of FORWARD, and no rule', () => {
    const table = tableOf(DOCKERS);
    const chain = (name: string) => {
      const found = table.chains.get(name);
      if (found === undefined) throw new TypeError(name);
      return found;
    };
    const [rule] = chain('FORWARD').rules;
    if (rule === undefined) throw new TypeError('no rule');
    expect(isDockersPolicy({ table, chain: chain('FORWARD') })).toBe(true);
    expect(isDockersPolicy({ table, chain: chain('INPUT') })).toBe(false);
    expect(isDockersPolicy({ table, chain: chain('FORWARD'), rule })).toBe(false);
    const own = tableOf(DOCKERS.replaceAll('DOCKER-USER', 'KUBE-FORWARD'));
    const forward = own.chains.get('FORWARD');
    expect(forward !== undefined && isDockersPolicy({ table: own, chain: forward })).toBe(false);
  });
});
