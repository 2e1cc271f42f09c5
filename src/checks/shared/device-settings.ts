import type { Answer } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { Interface } from '../../host/linux/interfaces.js';
import type { Family } from '../../host/linux/routes.js';
import type { EffectiveSysctl, InterfaceSysctl } from '../../host/linux/sysctls.js';
import type { Finding } from '../../model/finding.js';
import type { CheckLine } from '../check.js';
import { pass, skip, unseen } from './lines.js';
import { type SysctlChange, sysctlMends } from './sysctl-mend.js';

/** A setting in force on one interface, or why it could not be seen. */
export interface DeviceSetting {
  readonly device: string;
  readonly setting: Answer<EffectiveSysctl>;
}

export async function readDeviceSettings(
  host: HostFacts,
  family: Family,
  name: InterfaceSysctl,
  devices: readonly string[],
): Promise<readonly DeviceSetting[]> {
  return Promise.all(devices.map(async (device) => ({ device, setting: await host.interfaceSysctl(family, device, name) })));
}

/** Interfaces that are up and have an address of a family; loopback is none. */
export function addressedDevices(interfaces: readonly Interface[], family: Family): readonly string[] {
  return interfaces
    .filter(
      ({ up, loopback, addresses }) =>
        up && !loopback && addresses.some((address) => address.family === family && address.scope !== 'host'),
    )
    .map(({ name }) => name);
}

/** How one kind of setting is judged. */
export interface SettingVerdict {
  /** Before the name of the interface: `send_redirects on`. */
  readonly label: string;
  /** What is wrong with a value; undefined when it is right. */
  bad(effective: EffectiveSysctl): { readonly status: 'fail' | 'warn' } | undefined;
  /** In words: `strict`. */
  words(value: number): string;
  /** What mends it. */
  changes(effective: EffectiveSysctl): readonly SysctlChange[];
  /** Why, in the comment of the script. */
  readonly why: string;
  /** About all interfaces that are wrong in the same way. */
  finding(bad: readonly EffectiveSysctl[], status: 'fail' | 'warn', changes: readonly SysctlChange[]): Finding;
}

/** A line for each interface; those that are wrong share a finding. */
export function judgeDevices(settings: readonly DeviceSetting[], verdict: SettingVerdict): readonly CheckLine[] {
  const values = settings.map(({ setting }) => setting).filter((setting) => setting.ok);
  const bad = values.flatMap(({ value }) => {
    const found = verdict.bad(value);
    return found === undefined ? [] : [{ value, status: found.status }];
  });
  const findings = new Map(
    (['fail', 'warn'] as const).flatMap((status) => {
      const its = bad.filter((each) => each.status === status).map(({ value }) => value);
      return its.length === 0 ? [] : [[status, verdict.finding(its, status, unique(its.flatMap(verdict.changes)))] as const];
    }),
  );
  return settings.map(({ device, setting }): CheckLine => {
    const label = `${verdict.label} ${device}`;
    if (!setting.ok) return setting.reason === 'missing' ? skip(label, 'there is no such setting') : unseen(label, setting);
    const { value, how } = setting.value;
    const found = bad.find((each) => each.value === setting.value);
    if (found === undefined) return pass(label, verdict.words(value));
    const finding = findings.get(found.status);
    return {
      status: found.status,
      label,
      detail: `${verdict.words(value)}: ${how}`,
      ...(finding === undefined ? {} : { finding }),
      mend: sysctlMends(verdict.changes(setting.value), verdict.why),
    };
  });
}

/** Every setting read that is not 0 becomes 0. */
export function allToZero({ sources, name }: EffectiveSysctl): readonly SysctlChange[] {
  return sources
    .filter((source) => source.value !== 0 && source.name.endsWith(`.${name}`))
    .map((source) => ({ path: pathOf(source.name), old: source.value, value: 0 }));
}

/** `net.ipv4.conf.eth0.7.rp_filter` to its path: the interface is what stands between `conf` and the last word. */
export function pathOf(name: string): string {
  const [, family = '', device = '', setting = ''] = /^net\.(\w+)\.conf\.(.+)\.(\w+)$/.exec(name) ?? [];
  return `net/${family}/conf/${device}/${setting}`;
}

/** As evidence: the settings read, with their values. */
export function sourcesText({ sources, how }: EffectiveSysctl): string {
  return `${sources.map(({ name, value }) => `${name} = ${value}`).join(', ')} (${how})`;
}

function unique(changes: readonly SysctlChange[]): readonly SysctlChange[] {
  return [...new Map(changes.map((change) => [change.path, change])).values()];
}
