import { shellWord } from '../../bytes/shell-word.js';
import { answered } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { Stack } from '../../host/linux/stacks.js';
import type { CheckLine } from '../check.js';
import { unitOf } from './daemon-unit.js';
import { asRoot, hostFinding } from './finding.js';
import { skip } from './lines.js';
import { stackOf } from './tunnels.js';

/** A daemon that runs and for which no connection is configured. */
export interface Idle {
  readonly stack: Stack;
  /** Files where its connections belong that nothing includes. */
  readonly files: readonly UnloadedFile[];
}

interface UnloadedFile {
  readonly path: string;
  /** The main file, which includes others of that folder. */
  readonly main: string;
  /** `include conf.d/*.conf`, as it stands in the file that the package brings. */
  readonly include: string;
}

/** Files of a folder that are looked at. */
const MAX_NAMES = 100;
/** Files in these folders that are no configuration: what libreswan keeps there beside connections, and what packages put there. */
const OTHERS = /^(README.*|.*passwd|.*passwords?)$/i;

/**
 * IKE daemons that run with nothing configured: no connection in any file, no policy of a tunnel in the kernel (one may be loaded over
 * vici or by whack). Nothing where that cannot be told: files that were not read, or that the user chose.
 */
export async function readIdle(host: HostFacts): Promise<readonly Idle[]> {
  if (host.options.configPaths !== undefined) return [];
  const [running, { connections, files }] = await Promise.all([host.runningStacks(), host.configurations()]);
  const idle = running.filter(
    ({ id }) => ['strongswan', 'libreswan', 'openswan'].includes(id) && !connections.some((connection) => stackOf(connection) === id),
  );
  if (idle.length === 0 || files.some(({ role, unread }) => /^(ipsec|swanctl)\.conf$/.test(role) && unread !== undefined)) return [];
  const policies = answered(await host.xfrmPolicies()) ?? [];
  if (policies.some(({ templates }) => templates.length > 0)) return [];
  return Promise.all(idle.map(async (stack) => ({ stack, files: await unloadedFiles(host, stack) })));
}

async function unloadedFiles(host: HostFacts, { id }: Stack): Promise<readonly UnloadedFile[]> {
  const { files } = await host.configurations();
  const read = new Set(files.map(({ path }) => path));
  const found: UnloadedFile[] = [];
  for (const { path: main, role, includedFrom } of files) {
    if (includedFrom !== undefined || !(role === 'ipsec.conf' || (role === 'swanctl.conf' && id === 'strongswan'))) continue;
    const base = main.slice(0, main.lastIndexOf('/'));
    const folder = role === 'swanctl.conf' ? `${base}/conf.d` : `${base}/ipsec.d`;
    const include = `include ${role === 'swanctl.conf' ? 'conf.d' : folder}/*.conf`;
    for (const name of (answered(await host.host.readDir(folder)) ?? []).slice(0, MAX_NAMES)) {
      const path = `${folder}/${name}`;
      const shaped = /^[^.]+$|\.conf/.test(name) && !OTHERS.test(name) && !read.has(path);
      if (shaped && answered(await host.host.stat(path))?.kind === 'file') found.push({ path, main, include });
    }
  }
  return found;
}

/** A line for each of them; a fault only where a file lies beside, for a daemon that a package started has nothing to do. */
export function idleLine(id: string, label: string, { stack, files }: Idle): CheckLine {
  const daemon = stack.running.map(({ name }) => name).join(', ');
  const [first] = files;
  if (first === undefined) return skip(label, `${daemon} runs, and no connection is configured`);
  const suffixed = first.path.endsWith('.conf');
  const others = files.length > 1 ? ` and ${files.length - 1} more` : '';
  return {
    status: 'warn',
    label: `${label}: ${stack.name}`,
    detail: `${daemon} runs, and no connection is configured: nothing includes ${first.path}${others}`,
    finding: hostFinding(id, {
      what: 'none',
      subject: stack.name,
      severity: 'warning',
      confidence: 0.7,
      title: `${daemon} runs, and no connection is configured for it, while ${first.path}${others} lies beside`,
      cause: suffixed
        ? `No include in ${first.main} takes that file, so the daemon knows no connection: it refuses every peer, and calls none.`
        : 'The include takes names that end in .conf only, so the daemon knows no connection: it refuses every peer, and calls none.',
      evidence: [
        { file: first.main, text: 'no connection in it, nor in what it includes' },
        ...files.slice(0, 5).map(({ path }) => ({ file: path, text: 'not read by the daemon' })),
      ],
      fix: suffixed
        ? [{ end: 'ours', text: `add to ${first.main}:\n${first.include}` }, asRoot(load(stack, first))]
        : [
            asRoot(`mv ${shellWord(first.path)} ${shellWord(`${first.path.replace(/\.conf[^/]*$/, '')}.conf`)}`, load(stack, first)),
            { end: 'ours', text: `${first.main} needs this line, if it is not there:\n${first.include}` },
          ],
      retest: `vpndoctor verify --only ${id}`,
      refs: [first.main.endsWith('swanctl.conf') ? 'swanctl.conf(5)' : 'ipsec.conf(5)'],
      dependsOn: ['host/conf-syntax', 'host/conf-include-missing'],
    }),
  };
}

/** What has the daemon read its files again. */
function load(stack: Stack, { main }: UnloadedFile): string {
  return main.endsWith('swanctl.conf') ? 'swanctl --load-all' : `systemctl restart ${unitOf(stack)}`;
}
