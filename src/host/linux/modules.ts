import { type Answer, answer, answered, type Host, mapAnswer, noAnswer } from '../host.js';

/** `absent`: neither loaded, nor built in, nor in the module folder of the running kernel. */
export type ModuleStatus = 'loaded' | 'built-in' | 'loadable' | 'absent';

/** The modules of the running kernel; names with underscores, as the kernel compares them. */
export interface Modules {
  /** `6.1.0-28-amd64`. */
  readonly release: string;
  readonly loaded: ReadonlySet<string>;
  /** Undefined: /lib/modules/<release> is not there (containers, small systems), so that nobody knows what is built in or could be loaded. */
  readonly builtIn?: ReadonlySet<string>;
  readonly loadable?: ReadonlySet<string>;
}

/** An algorithm that the kernel has registered (/proc/crypto); others may load on demand. */
export interface CryptoAlgorithm {
  /** `cbc(aes)`. */
  readonly name: string;
  /** `cbc-aes-aesni`. */
  readonly driver: string;
  readonly module: string;
  /** `skcipher`, `shash`, `aead` … */
  readonly type: string;
}

const underscored = (name: string) => name.replaceAll('-', '_');

/** What is known of one module; undefined when that cannot be told. */
export function moduleStatus(modules: Modules, name: string): ModuleStatus | undefined {
  const key = underscored(name);
  if (modules.loaded.has(key)) return 'loaded';
  if (modules.builtIn?.has(key)) return 'built-in';
  if (modules.loadable?.has(key)) return 'loadable';
  return modules.builtIn !== undefined && modules.loadable !== undefined ? 'absent' : undefined;
}

/** First words of /proc/modules. */
export function parseLoaded(text: string): ReadonlySet<string> {
  return new Set(text.split('\n').flatMap((line) => (line === '' ? [] : [underscored(line.split(' ', 1)[0] ?? '')])));
}

/** Names of modules.builtin (`kernel/net/xfrm/xfrm_user.ko`) or modules.dep (`kernel/net/ipv4/esp4.ko.xz: …`), without folder and ending. */
export function parseModulePaths(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const line of text.split('\n')) {
    const path = line.split(':', 1)[0] ?? '';
    const name = /([^/]+)\.ko(\.\w+)?$/.exec(path)?.[1];
    if (name !== undefined) names.add(underscored(name));
  }
  return names;
}

/** Blocks of /proc/crypto. */
export function parseCrypto(text: string): readonly CryptoAlgorithm[] {
  return text
    .split(/\n\s*\n/)
    .map(
      (block) => new Map(block.split('\n').map((line) => [line.split(':', 1)[0]?.trim() ?? '', line.slice(line.indexOf(':') + 1).trim()])),
    )
    .filter((block) => block.has('name'))
    .map((block) => ({
      name: block.get('name') ?? '',
      driver: block.get('driver') ?? '',
      module: block.get('module') ?? '',
      type: block.get('type') ?? '',
    }));
}

/** `missing` for /proc/modules means a kernel without modules: nothing is loaded, everything is built in. */
export async function readModules(host: Host): Promise<Answer<Modules>> {
  const release = await host.readFile('/proc/sys/kernel/osrelease');
  if (!release.ok) return release;
  const name = release.value.trim();
  const folder = `/lib/modules/${name}`;
  const [loaded, builtIn, loadable] = await Promise.all([
    host.readFile('/proc/modules'),
    host.readFile(`${folder}/modules.builtin`),
    host.readFile(`${folder}/modules.dep`),
  ]);
  if (!loaded.ok && loaded.reason !== 'missing') return noAnswer(loaded.reason, loaded.message);
  return answer({
    release: name,
    loaded: parseLoaded(answered(loaded) ?? ''),
    ...(builtIn.ok && { builtIn: parseModulePaths(builtIn.value) }),
    ...(loadable.ok && { loadable: parseModulePaths(loadable.value) }),
  });
}

export async function readCrypto(host: Host): Promise<Answer<readonly CryptoAlgorithm[]>> {
  return mapAnswer(await host.readFile('/proc/crypto'), parseCrypto);
}
