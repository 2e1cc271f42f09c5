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
    'files that ca, cert, key, dh, tls-auth, tls-crypt, crl-verify, client-config-dir … name',
    '<ca>, <cert>, <key> … within a configuration',
  ],
  refs: ['openvpn(8): INLINE FILE SUPPORT'],
  async facts(host) {
    const tunnels = await readTunnels(host);
    const needs = await Promise.all(
      tunnels.openvpn.map(async (config) => ({
        config,
        files: await Promise.all(
          [...config.filesNamed].map(async ([directive, source]) => {
            const path = openvpnPath(config, source.value);
            return { directive, source, path, stat: await host.host.stat(path) };
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
    else if (stat.value.kind === 'file' && stat.value.size === 0) lines.push(emptyFile(label, name, file));
  }
  for (const { block, fault } of blocks) if (fault !== undefined) lines.push(badBlock(label, name, block, fault));
  if (lines.length > 0) return lines;
  const count = files.length + blocks.length;
  return [count === 0 ? skip(label, 'needs none') : pass(label, `${files.length} files, ${blocks.length} blocks`)];
}

function missingFile(label: string, name: string, { directive, source, path }: NamedFile): CheckLine {
  return say(
    'missing',
    label,
    name,
    `${path} is not there`,
    `${directive} of ${name} names ${path}, which is not there`,
    source,
    `${directive} ${source.value}`,
    {
      cause: `OpenVPN ends before it sends anything: "--${directive} fails with '${source.value}': No such file or directory". A name without a path is looked for where the process starts.`,
      fix: `bring the file to ${path}, or mend its name in ${source.file}:${source.line}:\n${directive} /FULL/PATH`,
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
