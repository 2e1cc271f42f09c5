import { shellWord } from '../../bytes/shell-word.js';
import type { Fix } from '../../model/finding.js';
import type { Mend } from '../check.js';
import { asRoot } from './finding.js';

/** Read after those of the distribution, so that it has the last word (sysctl.d(5)). */
export const SYSCTL_FILE = '/etc/sysctl.d/99-vpndoctor.conf';

/** A setting that is to change. */
export interface SysctlChange {
  /** Below /proc/sys: `net/ipv4/conf/eth0/rp_filter`. */
  readonly path: string;
  /** What was found. */
  readonly old: string | number;
  readonly value: string | number;
  /** What the kernel changes along with it, as it was found: put back when this is undone. */
  readonly takesAlong?: readonly { readonly path: string; readonly value: string | number }[];
}

/**
 * The name as sysctl(8) wants it: dots, or slashes where an interface name holds a dot itself (`net/ipv4/conf/eth0.7/rp_filter`).
 */
export function sysctlName(path: string): string {
  return path.includes('.') ? path : path.replaceAll('/', '.');
}

const assignment = ({ path, value }: Pick<SysctlChange, 'path' | 'value'>) => shellWord(`${sysctlName(path)}=${value}`);

/** The command for now and the line for good. */
export function sysctlFix(changes: readonly SysctlChange[]): Fix[] {
  return [
    asRoot(`sysctl -w ${changes.map(assignment).join(' ')}`),
    {
      end: 'ours',
      text: `to keep it, in ${SYSCTL_FILE}:\n${changes.map(({ path, value }) => `${sysctlName(path)} = ${value}`).join('\n')}`,
    },
  ];
}

/** The same for the fix script; undone, the old value is in force and the line is gone. */
export function sysctlMends(changes: readonly SysctlChange[], why: string): Mend[] {
  return changes.flatMap(({ path, old, value, takesAlong = [] }) => {
    const name = sysctlName(path);
    const line = `${name} = ${value}`;
    return [
      {
        comment: `${name}: ${why}`,
        apply: `sysctl -w ${assignment({ path, value })}`,
        undo: ['sysctl -w', ...[{ path, value: old }, ...takesAlong].map(assignment)].join(' '),
      },
      {
        comment: `${name}: and after the next start`,
        apply: `grep -qxF ${shellWord(line)} ${SYSCTL_FILE} 2>/dev/null || echo ${shellWord(line)} >>${SYSCTL_FILE}`,
        undo: `sed -i ${shellWord(`\\|^${line.replace(/[.*[\]^$|\\]/g, '\\$&')}$|d`)} ${SYSCTL_FILE}; [ -s ${SYSCTL_FILE} ] || rm -f ${SYSCTL_FILE}`,
      },
    ];
  });
}
