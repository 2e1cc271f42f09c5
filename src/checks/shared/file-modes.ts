import { shellWord } from '../../bytes/shell-word.js';
import type { Answer, FileStat, Host } from '../../host/host.js';
import type { CheckLine } from '../check.js';
import { asRoot, hostFinding } from './finding.js';
import { pass, unseen } from './lines.js';

/** A file that nobody but root, or the daemon, should read. */
export interface SecretFile {
  readonly path: string;
  /** What stands in it: `private key`, `preshared keys`. */
  readonly what: string;
  readonly stat: Answer<FileStat>;
  /** A directory above it that keeps others out, whatever the mode of the file is. */
  readonly shelter?: string;
}

export async function lookAtFile(host: Host, path: string, what: string): Promise<SecretFile> {
  const stat = await host.stat(path);
  const shelter = stat.ok && (stat.value.mode & 0o077) !== 0 ? await shelterOf(host, path) : undefined;
  return { path, what, stat, ...(shelter !== undefined && { shelter }) };
}

async function shelterOf(host: Host, path: string): Promise<string | undefined> {
  const parts = path.split('/').slice(1, -1);
  const above = parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
  const stats = await Promise.all(above.map((directory) => host.stat(directory)));
  return above.find((_, index) => {
    const stat = stats[index];
    // The group of root is root.
    return stat?.ok && (stat.value.mode & (stat.value.gid === 0 ? 0o001 : 0o011)) === 0;
  });
}

/** Whose mode is wrong, one line each; one line for all that are right. Files that are missing are no business of this. */
export function judgeFileModes(
  id: string,
  label: string,
  files: readonly SecretFile[],
  owners: ReadonlySet<number>,
  manual: string,
): readonly CheckLine[] {
  const there = files.filter(({ stat }) => stat.ok || stat.reason !== 'missing');
  const lines = there.flatMap((file) => judge(id, label, file, owners, manual));
  const good = there.length - new Set(lines.map(({ label: each }) => each)).size;
  return good > 0 ? [pass(label, `${good} of ${there.length} ${there.length === 1 ? 'file' : 'files'}`), ...lines] : lines;
}

function judge(
  id: string,
  label: string,
  { path, what, stat, shelter }: SecretFile,
  owners: ReadonlySet<number>,
  manual: string,
): readonly CheckLine[] {
  if (!stat.ok) return [unseen(`${label}: ${path}`, stat)];
  const { mode, uid, gid } = stat.value;
  const octal = mode.toString(8).padStart(4, '0');
  const ours = uid === 0 || owners.has(uid);
  const others = mode & 0o007;
  const group = gid === 0 ? 0 : mode & 0o070;
  const writable = (others & 0o002) !== 0 || (group & 0o020) !== 0;
  const exposed = shelter === undefined && others !== 0;
  if (ours && ((others === 0 && group === 0) || shelter !== undefined)) return [];
  const status = exposed || (writable && shelter === undefined) ? 'fail' : 'warn';
  const who = others !== 0 ? 'everybody on this host' : `group ${gid}`;
  const problem = !ours ? `belongs to user ${uid}` : writable ? `may be written by ${who}` : `may be read by ${who}`;
  const wanted = (mode & 0o700).toString(8).padStart(4, '0');
  const fix = ours ? `chmod ${wanted} ${shellWord(path)}` : `chown root: ${shellWord(path)}; chmod 0600 ${shellWord(path)}`;
  return [
    {
      status: ours ? status : exposed ? 'fail' : 'warn',
      label: `${label}: ${path}`,
      detail: `${octal}, user ${uid}, group ${gid}: ${problem}`,
      finding: hostFinding(id, {
        ...(ours ? (writable ? { what: 'writable' } : {}) : { what: 'owner' }),
        subject: path,
        severity: status === 'fail' ? 'error' : 'warning',
        title: `${path} (${what}) ${problem}`,
        cause: `It holds ${what}. Whoever reads it can be this end of the tunnel, or read recorded traffic; some daemons warn about such a file, or refuse it.`,
        evidence: [{ file: path, text: `mode ${octal}, user ${uid}, group ${gid}` }],
        fix: [asRoot(fix)],
        retest: `vpndoctor verify --only ${id}`,
        refs: [manual],
      }),
      mend: [
        {
          comment: `${path}: for its owner alone`,
          apply: fix,
          undo: ours ? `chmod ${octal} ${shellWord(path)}` : `chown ${uid}:${gid} ${shellWord(path)}; chmod ${octal} ${shellWord(path)}`,
        },
      ],
    },
  ];
}
