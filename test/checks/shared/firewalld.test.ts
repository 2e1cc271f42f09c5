import { describe, expect, it } from 'vitest';
import { firewalldChange } from '../../../src/checks/shared/firewalld.js';

describe('a change of firewalld', () => {
  it('is in force and for good, without a reload that would take away what stands in the runtime alone', () => {
    expect(firewalldChange((verb) => ['esp', 'ah'].map((name) => `--${verb}-protocol=${name}`))).toEqual({
      apply:
        'firewall-cmd --add-protocol=esp && firewall-cmd --add-protocol=ah && firewall-cmd --permanent --add-protocol=esp && firewall-cmd --permanent --add-protocol=ah',
      undo: 'firewall-cmd --remove-protocol=esp && firewall-cmd --remove-protocol=ah && firewall-cmd --permanent --remove-protocol=esp && firewall-cmd --permanent --remove-protocol=ah',
    });
  });
});
