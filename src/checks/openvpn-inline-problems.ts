import { shellWord } from '../bytes/shell-word.js';
import type { OpenvpnConfig, OpenvpnInline } from '../config/openvpn/openvpn-config.js';
import { parseCertificates, parseKeyFile } from '../host/certificates.js';
import type { Answer, FileStat } from '../host/host.js';
import type { Sourced } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { openvpnPath } from './shared/credentials.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';
import { placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface NamedFile {
  readonly directive: string;
  readonly source: Sourced<string>;
  readonly path: string;
  readonly stat: Answer<FileStat>;
  /** It is run, not read. */
  readonly script?: true;
}

/** One configuration with what it needs. Blocks are judged here already: they may hold keys, and no key is a fact. */
interface Needs {
  readonly config: OpenvpnConfig;
  readonly files: readonly NamedFile[];
  readonly blocks: readonly { readonly block: Pick<OpenvpnInline, 'name' | 'file' | 'line'>; readonly fault?: string }[];
}

interface Facts {
  readonly tunnels: Tunnels;
  readonly needs: readonly Needs[];
}

const LABEL = 'files and blocks of OpenVPN';

export const check: Check<Facts> = {
  id: 'openvpn-inline-problems',
  group: 'openvpn',
  title: LABEL,
  reads: [
    'files that ca, cert, key, dh, tls-auth, tls-crypt, crl-verify, client-config-dir … name, programs of up, route-up, client-connect …',
    '<ca>, <cert>, <key> … within a configuration',
  ],
  refs: ['openvpn(8): INLINE FILE SUPPORT'],
  async facts(host) {
    const tunnels = await readTunnels(host);
    const needs = await Promise.all(
      tunnels.openvpn.map(async (config) => ({
        config,
        files: await Promise.all(
          [...[...config.filesNamed].map(([directive, source]) => ({ directive, source })), ...scriptsOf(config)].map(async (named) => {
            const path = openvpnPath(config, named.source.value);
            return { ...named, path, stat: await host.host.stat(path) };
          }),
        ),
        blocks: config.inline.map(({ name, file, line, ...content }) => {
          const fault = faultOf({ name, file, line, ...content });
          return { block: { name, file, line }, ...(fault !== undefined && { fault }) };
        }),
      })),
    );
    return { tunnels, needs };
  },
  judge({ tunnels, needs }) {
    if (needs.length === 0) return [unneeded(LABEL, tunnels, 'no configuration of OpenVPN', 'openvpn')];
    return needs.flatMap(judgeNeeds);
  },
};

/** Programs that are started at events: the first word of a command. */
const scripts: ReadonlySet<string> = new Set(
  'up down route-up route-pre-down ipchange client-connect client-disconnect client-crresponse learn-address auth-user-pass-verify tls-verify tls-crypt-v2-verify'.split(
    ' ',
  ),
);

function scriptsOf({ directives }: OpenvpnConfig): readonly Pick<NamedFile, 'directive' | 'source' | 'script'>[] {
  return directives.flatMap(({ name, args, file, line }) => {
    const value = scripts.has(name)
      ? /^\s*(?:"([^"]+)"|'([^']+)'|(\S+))/
          .exec(args[0] ?? '')
          ?.slice(1)
          .find(Boolean)
      : undefined;
    return value === undefined ? [] : [{ directive: name, source: { value, file, line }, script: true }];
  });
}

/** What is wrong with a block, without quoting it. */
function faultOf({ name, text, secret }: OpenvpnInline): string | undefined {
  const content = text ?? (secret === undefined ? '' : Buffer.from(secret.reveal()).toString('utf8'));
  switch (name) {
    case 'ca':
    case 'cert':
      return parseCertificates(content, name).length === 0 ? 'holds no certificate that can be read' : undefined;
    case 'key':
      return parseKeyFile(content) === undefined ? 'holds no private key that can be read' : undefined;
    case 'tls-auth':
    case 'tls-crypt':
    case 'tls-crypt-v2':
    case 'secret':
      return /-----BEGIN OpenVPN [^\n]+-----/.test(content)
        ? undefined
        : 'holds no static key of OpenVPN (-----BEGIN OpenVPN Static key V1-----)';
    default:
      return undefined;
  }
}

function judgeNeeds({ config, files, blocks }: Needs): readonly CheckLine[] {
  const { name } = config.connection;
  const label = `${LABEL}: ${name}`;
  const lines: CheckLine[] = [];
  for (const file of files) {
    const { stat, path } = file;
    if (!stat.ok && stat.reason !== 'missing') lines.push(unseen(`${label}, ${path}`, stat));
    else if (!stat.ok) lines.push(missingFile(label, name, file));
    else if (file.script === true && stat.value.kind === 'file' && (stat.value.mode & 0o111) === 0)
      lines.push(lockedScript(label, name, file));
    else if (stat.value.kind === 'file' && stat.value.size === 0) lines.push(emptyFile(label, name, file));
  }
  for (const { block, fault } of blocks) if (fault !== undefined) lines.push(badBlock(label, name, block, fault));
  if (lines.length > 0) return lines;
  const count = files.length + blocks.length;
  return [count === 0 ? skip(label, 'needs none') : pass(label, `${files.length} files, ${blocks.length} blocks`)];
}

function missingFile(label: string, name: string, { directive, source, path, script }: NamedFile): CheckLine {
  const fails = `--${directive}${script === true ? ' script' : ''} fails with '${source.value}': No such file or directory`;
  return say(
    'missing',
    label,
    name,
    `${path} is not there`,
    `${directive} of ${name} names ${path}, which is not there`,
    source,
    `${directive} ${source.value}`,
    {
      cause: `OpenVPN ends before it sends anything: "${fails}". A name without a path is looked for where the process starts.`,
      fix: `bring the file to ${path}, or mend its name in ${source.file}:${source.line}:\n${directive} /FULL/PATH`,
    },
  );
}

function lockedScript(label: string, name: string, { directive, source, path }: NamedFile): CheckLine {
  return say(
    'not-executable',
    label,
    name,
    `${path} may not be run`,
    `${directive} of ${name} names ${path}, which nobody may run`,
    source,
    `${directive} ${source.value}; no x in its mode`,
    {
      cause: `OpenVPN ends before it sends anything: "--${directive} script fails with '${source.value}': Permission denied".`,
      fix: `as root:\nchmod +x ${shellWord(path)}`,
    },
  );
}

function emptyFile(label: string, name: string, { directive, source, path }: NamedFile): CheckLine {
  return say(
    'empty',
    label,
    name,
    `${path} is empty`,
    `${directive} of ${name} names ${path}, which is empty`,
    source,
    `${directive} ${source.value}; 0 bytes`,
    {
      cause:
        'An empty file is what a failed copy or a full disk leaves behind. OpenVPN cannot load anything from it and ends, or lets everybody through where it is a list.',
      fix: `bring the file to ${path} again`,
    },
  );
}

function badBlock(label: string, name: string, block: Pick<OpenvpnInline, 'name' | 'file' | 'line'>, fault: string): CheckLine {
  return say('block', label, name, `<${block.name}> ${fault}`, `<${block.name}> of ${name} ${fault}`, block, `<${block.name}> ${fault}`, {
    cause:
      'OpenVPN takes what stands between the two tags for the file itself. What was lost or changed when it was copied (a line, a BEGIN or END) makes it end with "Cannot load inline …".',
    fix: `copy the whole of it, from -----BEGIN to -----END, between <${block.name}> and </${block.name}> in ${block.file}:${block.line}`,
  });
}

function say(
  what: string,
  label: string,
  subject: string,
  detail: string,
  title: string,
  place: { readonly file: string; readonly line: number },
  evidence: string,
  { cause, fix }: { readonly cause: string; readonly fix: string },
): CheckLine {
  return {
    status: 'fail',
    label,
    detail,
    finding: hostFinding(check.id, {
      what,
      subject,
      severity: 'error',
      confidence: 0.9,
      title,
      cause,
      evidence: [{ ...placeOf(place), text: evidence }],
      fix: [{ end: 'ours', text: fix }],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['openvpn(8)'],
    }),
  };
}
