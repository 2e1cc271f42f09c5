import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SYSCTL_FILE, sysctlFix, sysctlMends, sysctlName } from '../../../src/checks/shared/sysctl-mend.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
const CHANGES = [
  { path: 'net/ipv4/conf/all/rp_filter', old: 1, value: 0 },
  { path: 'net/ipv4/conf/eth0.7/rp_filter', old: 1, value: 0 },
];

describe('settings of the kernel', () => {
  it('have dots, and slashes where an interface has a dot in its name', () =>
    expect(CHANGES.map(({ path }) => sysctlName(path))).toEqual(['net.ipv4.conf.all.rp_filter', 'net/ipv4/conf/eth0.7/rp_filter']));

  it('are changed by one command now, and by a line for good', () =>
    expect(sysctlFix(CHANGES).map(({ text }) => text)).toEqual([
      'as root:\nsysctl -w net.ipv4.conf.all.rp_filter=0 net/ipv4/conf/eth0.7/rp_filter=0',
      `to keep it, in ${SYSCTL_FILE}:\nnet.ipv4.conf.all.rp_filter = 0\nnet/ipv4/conf/eth0.7/rp_filter = 0`,
    ]));

  it('are in force again as they were when it is undone', () =>
    expect(sysctlMends(CHANGES, 'why').filter(({ apply }) => apply.startsWith('sysctl'))).toMatchObject([
      { apply: 'sysctl -w net.ipv4.conf.all.rp_filter=0', undo: 'sysctl -w net.ipv4.conf.all.rp_filter=1' },
      { apply: 'sysctl -w net/ipv4/conf/eth0.7/rp_filter=0', undo: 'sysctl -w net/ipv4/conf/eth0.7/rp_filter=1' },
    ]));

  it('takes back what the kernel changed along with it', () =>
    expect(
      sysctlMends(
        [{ path: 'net/ipv4/ip_forward', old: 0, value: 1, takesAlong: [{ path: 'net/ipv4/conf/all/accept_redirects', value: '0' }] }],
        'why',
      )[0],
    ).toMatchObject({
      apply: 'sysctl -w net.ipv4.ip_forward=1',
      undo: 'sysctl -w net.ipv4.ip_forward=0 net.ipv4.conf.all.accept_redirects=0',
    }));

  it.each([
    ['', undefined],
    ['net.core.somaxconn = 100\n', 'net.core.somaxconn = 100\n'],
    // As if the dots of the pattern stood for any character.
    ['net.ipv4.conf.all-rp_filter = 0\n', 'net.ipv4.conf.all-rp_filter = 0\n'],
  ])('the file with %j is as before, once, and once more', (before, after) => {
    const file = at('99-vpndoctor.conf');
    const run = (command: string) => execFileSync('bash', ['-c', command.replaceAll(SYSCTL_FILE, file)]);
    if (before !== '') writeFileSync(file, before);
    const mends = sysctlMends(CHANGES, 'why').filter(({ apply }) => !apply.startsWith('sysctl'));
    for (const { apply } of [...mends, ...mends]) run(apply);
    expect(readFileSync(file, 'utf8')).toBe(`${before}net.ipv4.conf.all.rp_filter = 0\nnet/ipv4/conf/eth0.7/rp_filter = 0\n`);
    for (const { undo } of mends) if (undo !== undefined) run(undo);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(after);
  });

  it.each(['$(id)', '`id`', "x';id;'", 'a|b', '*', '[a'])('an interface may be called %s: its name is data', (name) => {
    const file = at('99-strange.conf');
    const line = `net.ipv4.conf.${name}.rp_filter = 0\n`;
    const [now, later] = sysctlMends([{ path: `net/ipv4/conf/${name}/rp_filter`, old: 1, value: 0 }], 'why');
    const run = (command = '') => execFileSync('bash', ['-c', command.replaceAll(SYSCTL_FILE, file)]).toString();
    expect(run(now?.apply.replace('sysctl -w', 'printf %s'))).toBe(line.trim().replaceAll(' ', ''));
    run(later?.apply);
    expect(readFileSync(file, 'utf8')).toBe(line);
    run(later?.undo);
    expect(existsSync(file)).toBe(false);
  });
});
