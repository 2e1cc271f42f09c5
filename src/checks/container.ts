import type { Answer } from '../host/host.js';
import type { Container } from '../host/linux/container.js';
import type { Check } from './check.js';
import { pass, unseen } from './shared/lines.js';

const LABEL = 'container';

/** Never a fault by itself: it explains why others cannot see, and where to mend. */
export const check: Check<Answer<Container>> = {
  id: 'container',
  group: 'kernel',
  title: LABEL,
  reads: ['systemd-detect-virt -c', '/run/.containerenv', '/.dockerenv', '/proc/1/cgroup'],
  refs: ['systemd-detect-virt(1)', 'cgroups(7)'],
  facts: (host) => host.container(),
  judge(container) {
    if (!container.ok) return [unseen(LABEL, container)];
    const { inside, kind, evidence } = container.value;
    return [pass(LABEL, inside ? `${kind ?? 'yes'}: modules and some settings are those of the host around it (${evidence})` : 'no')];
  },
};
