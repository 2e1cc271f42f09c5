import { type Answer, answer, type Host } from '../host.js';

/** Whether this is a container: there modules cannot be loaded, and some sysctls are not to be seen. */
export interface Container {
  readonly inside: boolean;
  /** `docker`, `podman`, `lxc`, `kubernetes`, `systemd-nspawn` …, where it could be told. */
  readonly kind?: string;
  /** What told so: a file and its line, or the output of a command. */
  readonly evidence: string;
}

const cgroupKinds: readonly (readonly [RegExp, string])[] = [
  [/kubepods/, 'kubernetes'],
  [/docker/, 'docker'],
  [/libpod/, 'podman'],
  [/\/lxc|lxc\.payload/, 'lxc'],
  [/machine\.slice|nspawn/, 'systemd-nspawn'],
];

/** The container that a path in /proc/1/cgroup names (cgroups(7)). */
export function parseCgroup(text: string): { kind: string; line: string } | undefined {
  for (const line of text.split('\n')) {
    const kind = cgroupKinds.find(([pattern]) => pattern.test(line))?.[1];
    if (kind !== undefined) return { kind, line };
  }
  return undefined;
}

/** systemd-detect-virt knows most kinds, so it is asked first; the marker files are for systems without systemd. */
export async function readContainer(host: Host): Promise<Answer<Container>> {
  const detected = await host.run(['systemd-detect-virt', '-c']);
  const said = detected.ok ? detected.value.stdout.trim() : '';
  if (said !== '' && said !== 'none') return answer({ inside: true, kind: said, evidence: `systemd-detect-virt -c: ${said}` });
  for (const [path, kind] of [
    ['/run/.containerenv', 'podman'],
    ['/.dockerenv', 'docker'],
  ] as const) {
    if ((await host.stat(path)).ok) return answer({ inside: true, kind, evidence: `${path} exists` });
  }
  const cgroup = await host.readFile('/proc/1/cgroup');
  if (!cgroup.ok) return said === 'none' ? answer({ inside: false, evidence: 'systemd-detect-virt -c: none' }) : cgroup;
  const found = parseCgroup(cgroup.value);
  return found === undefined
    ? answer({ inside: false, evidence: '/proc/1/cgroup names no container' })
    : answer({ inside: true, kind: found.kind, evidence: `/proc/1/cgroup: ${found.line}` });
}
