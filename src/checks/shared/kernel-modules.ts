import { type Answer, answered } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import { type Modules, moduleStatus } from '../../host/linux/modules.js';
import type { Evidence } from '../../model/finding.js';

/** A line of modprobe.d(5) that keeps a module from loading on demand. */
export interface ModuleBlock {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export interface ModuleFacts {
  readonly modules: Answer<Modules>;
  /** kernel.modules_disabled is 1: nothing more is loaded until the next start. */
  readonly loadingOff: boolean;
  readonly blocked: ReadonlyMap<string, ModuleBlock>;
}

/** `there`: built in, loaded, or loads on demand. */
export type Availability =
  | { readonly is: 'there'; readonly how: string }
  | { readonly is: 'absent'; readonly how: string; readonly evidence: readonly Evidence[]; readonly fix: string }
  | { readonly is: 'unknown'; readonly how: string };

const FOLDERS = ['/etc/modprobe.d', '/run/modprobe.d', '/usr/lib/modprobe.d', '/lib/modprobe.d'];

export async function readModuleFacts(host: HostFacts): Promise<ModuleFacts> {
  const [modules, disabled, ...folders] = await Promise.all([
    host.modules(),
    host.sysctl('kernel/modules_disabled'),
    ...FOLDERS.map((folder) => readBlocks(host, folder)),
  ]);
  return { modules, loadingOff: answered(disabled) === '1', blocked: new Map(folders.flat().reverse()) };
}

async function readBlocks(host: HostFacts, folder: string): Promise<(readonly [string, ModuleBlock])[]> {
  const names = answered(await host.host.readDir(folder)) ?? [];
  const blocks = await Promise.all(
    names
      .filter((name) => name.endsWith('.conf'))
      .map(async (name) => parseBlocks(`${folder}/${name}`, answered(await host.host.readFile(`${folder}/${name}`)) ?? '')),
  );
  return blocks.flat();
}

/** `blacklist esp4`, `install esp4 /bin/false`. Names with underscores, as the kernel compares them. */
export function parseBlocks(file: string, text: string): (readonly [string, ModuleBlock])[] {
  return text.split('\n').flatMap((raw, index) => {
    const found = /^\s*(?:blacklist\s+(\S+)|install\s+(\S+)\s+\S*(?:true|false))\s*(?:#.*)?$/.exec(raw);
    const name = found?.[1] ?? found?.[2];
    return name === undefined ? [] : [[name.replaceAll('-', '_'), { file, line: index + 1, text: raw.trim() }] as const];
  });
}

/** Whether any of some modules that do the same under different names can be used. */
export function availability({ modules, loadingOff, blocked }: ModuleFacts, names: readonly string[]): Availability {
  const [name = ''] = names;
  if (!modules.ok) return { is: 'unknown', how: modules.message };
  const { release } = modules.value;
  const found = names.map((alternative) => ({ alternative, status: moduleStatus(modules.value, alternative) }));
  const ready = found.find(({ status }) => status === 'loaded' || status === 'built-in');
  if (ready !== undefined) return { is: 'there', how: `${ready.alternative} ${ready.status}` };
  const loadable = found.find(({ status }) => status === 'loadable')?.alternative;
  if (loadable === undefined) {
    return found.some(({ status }) => status === undefined)
      ? { is: 'unknown', how: `${name} is not loaded, and /lib/modules/${release} is not there to tell more` }
      : {
          is: 'absent',
          how: `no module ${name} for ${release}`,
          evidence: [
            { text: `neither /proc/modules nor modules.builtin nor modules.dep of /lib/modules/${release} has ${names.join(' or ')}` },
          ],
          fix: `install the full kernel package of ${release} (linux-image-…, kernel-modules-extra), or a kernel built with it`,
        };
  }
  if (loadingOff) {
    return {
      is: 'absent',
      how: `${loadable} is not loaded, and loading is switched off`,
      evidence: [{ text: 'kernel.modules_disabled = 1' }],
      fix: `name ${loadable} in /etc/modules-load.d/vpn.conf, so that it is loaded before modules_disabled is set, and restart the host`,
    };
  }
  const block = blocked.get(loadable.replaceAll('-', '_'));
  if (block === undefined) return { is: 'there', how: `${loadable} loads on demand` };
  return {
    is: 'absent',
    how: `${loadable} is kept from loading`,
    evidence: [block],
    fix: `take that line out of ${block.file}, or: modprobe ${loadable} (before the daemon starts)`,
  };
}
