import { shellWord } from '../../bytes/shell-word.js';
import type { ConfigurationFile, ConfigurationFileRole } from '../../host/configurations.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { ConfigRemark } from '../../model/connection.js';
import type { CheckLine, Mend } from '../check.js';
import { hostFinding, THIS_HOST } from './finding.js';
import { pass, skip, unknown, unseen } from './lines.js';
import { placeOf } from './tunnels.js';

/** Files with what was remarked on while reading them. */
export interface RemarkFacts {
  readonly files: readonly ConfigurationFile[];
  readonly remarks: readonly ConfigRemark[];
}

export async function readRemarks(host: HostFacts): Promise<RemarkFacts> {
  const { files, remarks } = await host.configurations();
  const { stack } = host.options;
  const wanted = files.filter(({ role }) => {
    if (stack === undefined) return true;
    if (role === 'openvpn') return stack === 'openvpn';
    if (role === 'racoon.conf' || role === 'psk.txt') return stack === 'racoon';
    if (role === 'isakmpd.conf') return stack === 'isakmpd';
    return role === 'swanctl.conf' ? stack === 'strongswan' : !['openvpn', 'racoon', 'isakmpd'].includes(stack);
  });
  const paths = new Set(wanted.map(({ path }) => path));
  return { files: wanted, remarks: remarks.filter(({ file }) => paths.has(file)) };
}

/** Whose business a remark is: the check that judges it. What is in none of these is a matter of syntax. */
const checkOfCode: Readonly<Record<string, string>> = {
  'unknown-keyword': 'conf-unknown-keywords',
  'too-new-keyword': 'conf-unknown-keywords',
  'obsolete-keyword': 'conf-obsolete-keywords',
  'removed-keyword': 'conf-obsolete-keywords',
  'deprecated-keyword': 'conf-obsolete-keywords',
  crlf: 'conf-crlf-quoting',
  quoting: 'conf-crlf-quoting',
  'byte-order-mark': 'conf-crlf-quoting',
  'missing-include': 'conf-include-missing',
  'unreadable-include': 'conf-include-missing',
  'relative-include': 'conf-include-missing',
  'include-depth': 'conf-include-missing',
  'duplicate-section': 'conf-duplicate-conns',
  'duplicate-key': 'conf-duplicate-conns',
  'malformed-secret': 'secret-syntax',
  'unknown-kind': 'secret-syntax',
};

/** The same words mean something else in a configuration of OpenVPN. */
const openvpnCheckOfCode: Readonly<Record<string, string>> = {
  'obsolete-keyword': 'openvpn-deprecated',
  'removed-keyword': 'openvpn-deprecated',
  'deprecated-keyword': 'openvpn-deprecated',
  'deprecated-static-key': 'openvpn-deprecated',
  'deprecated-compression': 'openvpn-deprecated',
  'cipher-without-data-ciphers': 'openvpn-deprecated',
  'weak-cipher': 'openvpn-deprecated',
  'weak-auth': 'openvpn-deprecated',
  'default-changed': 'openvpn-deprecated',
  'no-server-verification': 'openvpn-certs',
};

const manuals: Readonly<Record<ConfigurationFileRole, string>> = {
  'ipsec.conf': 'ipsec.conf(5)',
  'ipsec.secrets': 'ipsec.secrets(5)',
  'swanctl.conf': 'swanctl.conf(5)',
  openvpn: 'openvpn(8)',
  'racoon.conf': 'racoon.conf(5)',
  'psk.txt': 'racoon.conf(5)',
  'isakmpd.conf': 'isakmpd.conf(5)',
};

/** More lines than this are not read by anybody; the first ones are the cause of the others often enough. */
const MAX_LINES = 20;

/** How a check speaks of its remarks. */
export interface RemarkVerdict {
  readonly id: string;
  readonly label: string;
  /** Why it matters, in a sentence. */
  readonly cause: (remark: ConfigRemark) => string;
  /** Roles of files that the check is about. */
  readonly roles: readonly ConfigurationFileRole[];
  /** Findings that explain remarks of this check. */
  readonly dependsOn?: readonly string[];
  /** Roles of which it says which files could not be read; once is enough, in the check of their syntax. */
  readonly reportsUnread?: readonly ConfigurationFileRole[];
}

export const CONFIGURATION_ROLES: readonly ConfigurationFileRole[] = [
  'ipsec.conf',
  'swanctl.conf',
  'openvpn',
  'racoon.conf',
  'isakmpd.conf',
];

/** Files with preshared keys in them. */
export const SECRET_ROLES: readonly ConfigurationFileRole[] = ['ipsec.secrets', 'swanctl.conf', 'psk.txt', 'isakmpd.conf'];

/** A line for each remark that is this check's business; one that says so where there is none. */
export function judgeRemarks({ files, remarks }: RemarkFacts, verdict: RemarkVerdict): readonly CheckLine[] {
  const { id, label, roles } = verdict;
  const roleOf = new Map(files.map(({ path, role }) => [path, role]));
  const looked = files.filter(({ role }) => roles.includes(role));
  if (looked.length === 0) return [skip(label, `no file of that kind (${roles.join(', ')})`)];
  const unread = looked.flatMap((file) => (file.unread === undefined ? [] : [{ path: file.path, role: file.role, ...file.unread }]));
  const read = looked.filter((file) => file.unread === undefined);
  const mine = remarks.filter((remark) => checkOf(remark, roleOf.get(remark.file)) === id);
  // What we may not read the daemon may: no fault, but nothing we know either.
  const unseenIncludes = mine.filter(({ code }) => code === 'unreadable-include');
  const faults = mine.filter((remark) => remark.severity !== 'info' && !unseenIncludes.includes(remark));
  const lines: CheckLine[] = faults.slice(0, MAX_LINES).map((remark) => line(remark, roleOf.get(remark.file) ?? 'ipsec.conf', verdict));
  const last = lines.at(-1);
  if (faults.length > lines.length && last !== undefined) {
    lines.push({ ...last, label: `${label}: the rest`, detail: `${faults.length - lines.length} more of that kind` });
  }
  lines.push(...unseenIncludes.map((remark) => unknown(`${label}, ${placeText(remark)}`, remark.text)));
  const told = unread.filter(({ role }) => verdict.reportsUnread?.includes(role));
  lines.push(...told.map((each) => unseen(`${label} of ${each.path}`, each)));
  if (faults.length + unseenIncludes.length === 0 && read.length > 0)
    lines.unshift(pass(label, [pathsOf(read), ...mine.filter(({ severity }) => severity === 'info').map(infoText)].join('; ')));
  const [first] = unread;
  return lines.length === 0 && first !== undefined ? [unseen(label, first)] : lines;
}

/** A file that was not read is reported as such, and not as a fault of it. */
function checkOf({ code }: ConfigRemark, role: ConfigurationFileRole | undefined): string {
  if (role === 'ipsec.secrets') return 'secret-syntax';
  if (code === 'unreadable') return '';
  return (role === 'openvpn' ? openvpnCheckOfCode[code] : undefined) ?? checkOfCode[code] ?? 'conf-syntax';
}

const placeText = ({ file, line }: ConfigRemark) => (line === 0 ? file : `${file}:${line}`);
const infoText = (remark: ConfigRemark) => `${placeText(remark)} ${remark.text}`;

/** `/etc/ipsec.conf and 3 more`. */
function pathsOf(files: readonly { readonly path: string }[]): string {
  const [first, second] = files.map(({ path }) => path);
  return files.length <= 2 ? [first, second].filter((path) => path !== undefined).join(', ') : `${first} and ${files.length - 1} more`;
}

function line(remark: ConfigRemark, role: ConfigurationFileRole, { id, label, cause, dependsOn = [] }: RemarkVerdict): CheckLine {
  const place = placeText(remark);
  const mend = mendOf(remark);
  return {
    status: remark.severity === 'error' ? 'fail' : 'warn',
    label: `${label}, ${place}`,
    detail: remark.text,
    finding: hostFinding(id, {
      // A file that its daemon refuses explains whatever else is amiss with its connections.
      subject: id === 'conf-syntax' && remark.severity === 'error' ? THIS_HOST : place,
      severity: remark.severity === 'error' ? 'error' : 'warning',
      title: `${place}: ${remark.text}`,
      cause: cause(remark),
      evidence: [{ ...placeOf(remark), text: remark.text }],
      fix: [{ end: 'ours', text: fixOf(remark) }],
      retest: `vpndoctor verify --only ${id}`,
      refs: [manuals[role]],
      dependsOn,
    }),
    ...(mend !== undefined && { mend: [mend] }),
  };
}

/** What has to go where nothing came in its place. */
const GONE: ReadonlySet<string> = new Set(['removed-keyword', 'obsolete-keyword', 'too-new-keyword', 'deprecated-compression']);

function fixOf({ code, fix, file, line, text }: ConfigRemark): string {
  if (line === 0) return fix === undefined ? `add it to ${file}: ${text}` : `add to ${file}:\n${fix}`;
  if (fix === undefined) return `${GONE.has(code) && !text.includes(' instead') ? 'take out' : 'mend'} line ${line} of ${file}`;
  return isCommand(fix) ? fix : `line ${line} of ${file} becomes:\n${fix}`;
}

const isCommand = (fix: string) => fix.startsWith('sed ');

/** Only what keeps the meaning of the file can be done by a script. */
function mendOf({ code, fix, file, text }: ConfigRemark): Mend | undefined {
  if (code !== 'crlf' || fix === undefined || !isCommand(fix)) return undefined;
  return { comment: `${file}: ${text}`, apply: fix, undo: `sed -i 's/$/\\r/' ${shellWord(file)}` };
}
