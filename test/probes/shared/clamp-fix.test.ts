import { expect, it } from 'vitest';
import { clampFix } from '../../../src/probes/shared/clamp-fix.js';

it.each([
  [4, 1360, / iptables -t mangle .*--set-mss 1360;/],
  [6, 1340, / ip6tables -t mangle .*--set-mss 1340;/],
])('with IPv%d inside: an MSS of %d, by the program of its version', (version, mss, line) => {
  const { text } = clampFix(1400, version === 6);
  expect(text).toContain(`clamp the MSS to ${mss}:`);
  expect(text).toMatch(line);
});
