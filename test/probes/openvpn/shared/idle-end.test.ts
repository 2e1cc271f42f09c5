import { expect, it } from 'vitest';
import { idleEnd } from '../../../../src/probes/openvpn/shared/idle-end.js';
import type { ProbeFacts } from '../../../../src/probes/openvpn/shared/probe-facts.js';

it.each<[readonly string[] | undefined, string]>([
  [undefined, 'inactive N in its configuration'],
  [['ping 10', 'inactivex 3'], 'inactive N in its configuration'],
  [['inactive 5', 'inactive 300 1000'], 'it pushes inactive 300, and'],
])('pushed %j', (options, says) => {
  const facts = (options === undefined ? {} : { push: { options } }) as Pick<ProbeFacts, 'push'>;
  expect(idleEnd(facts)).toContain(says);
});
