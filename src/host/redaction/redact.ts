import { secretSections } from '../../config/hide-secrets.js';
import type { SecretStrength } from '../../config/secret-entry.js';
import type { BundleAnswers, Recorded, Redaction } from '../bundle.js';
import { censorXfrmState } from '../commands.js';
import type { CommandOutput } from '../host.js';
import {
  commandLineAssignment,
  commandLineSecret,
  inlineSecret,
  openvpnKeyBlock,
  passwordFileDirective,
  privateKeyBlock,
  pskFileDirective,
  secretPatterns,
} from './patterns.js';
import { type Place, Redactor } from './redactor.js';
import { redactSecretsFile } from './secrets-file.js';

export interface Redacted {
  readonly answers: BundleAnswers;
  readonly redactions: readonly Redaction[];
  readonly strengths: Readonly<Record<string, SecretStrength>>;
}

/**
 * What is shorter stands elsewhere by chance. So do words, however long (`strongswan` is a popular secret), and numbers up to the length
 * of a counter.
 */
const MIN_LITERAL = 6;
const byChance = /^(?:[a-z]+|\d{1,15})$/i;

/**
 * Takes every secret out of what a host said. First by form: the files and directives in which secrets stand. Then by value:
 * wherever else one of those found turns up, in a log line or a comment, also as hexadecimal or base64. Lines keep their numbers.
 * @param strengthOf judges a secret before it goes
 */
export function redactAnswers(answers: BundleAnswers, strengthOf?: (secret: string) => SecretStrength | undefined): Redacted {
  const redactor = new Redactor(strengthOf);
  const passwordFiles = namedFiles(answers.files, passwordFileDirective);
  const pskFiles = namedFiles(answers.files, pskFileDirective);
  const files = mapRecorded(answers.files, (text, path) => redactFile(text, path, { passwordFiles, pskFiles }, redactor));
  const commands = mapRecorded(answers.commands, (output, line) => ({
    ...output,
    stdout: redactOutput(output.stdout, line, redactor),
    stderr: redactOutput(output.stderr, line, redactor),
  }));
  const literally = literalRedaction(redactor);
  const output = ({ stdout, stderr, status }: CommandOutput) => ({ stdout: literally(stdout), stderr: literally(stderr), status });
  return {
    answers: {
      files: mapRecorded(files, literally),
      directories: mapRecorded(answers.directories, (names) => names.map(literally)),
      links: mapRecorded(answers.links, literally),
      stats: answers.stats,
      commands: mapRecorded(commands, output),
    },
    redactions: redactor.redactions,
    strengths: redactor.strengths,
  };
}

/** Files that a configuration names as full of secrets. */
interface NamedFiles {
  readonly passwordFiles: ReadonlySet<string>;
  readonly pskFiles: ReadonlySet<string>;
}

/** Contents of one file, by its name and by what is in it. */
function redactFile(text: string, path: string, { passwordFiles, pskFiles }: NamedFiles, redactor: Redactor): string {
  if (/^\/proc\/\d+\/cmdline$/.test(path)) return redactCommandLine(text, path, redactor);
  if (/^\/(?:proc|sys|lib\/modules)\//.test(path)) return text;
  if (passwordFiles.has(path)) return everyLine(text, path, 'password', redactor, /^(?:)()(.*\S)/);
  if (pskFiles.has(path) || /\/psk\.txt$/.test(path))
    return everyLine(text, path, 'preshared key', redactor, /^(\s*(?:#\s*)?\S+\s+)(\S.*)/);
  if (/\/(?:chap|pap)-secrets$/.test(path))
    return everyLine(text, path, 'PPP secret', redactor, /^(\s*(?:#\s*)?(?:"[^"]*"|\S+)\s+(?:"[^"]*"|\S+)\s+)("[^"]*"|\S+)/);
  if (/nsspassword$/.test(path)) return everyLine(text, path, 'NSS password', redactor, /^((?:[^:\r\n]*:)?)(.*\S)/);
  return redactText(redactSecretsFile(text, path, redactor), path, redactor);
}

function redactOutput(text: string, line: string, redactor: Redactor): string {
  return line.endsWith('xfrm state') ? censorXfrmState(text) : redactText(text, line, redactor);
}

/** Every form that is known, whatever the file is called: secrets get included under any name. */
function redactText(text: string, source: string, redactor: Redactor): string {
  const at = (whole: string, offset: number): Place => ({ source, line: lineOf(whole, offset) });
  let result = text.replace(privateKeyBlock, (block, ...rest) => {
    const [offset, whole] = rest.slice(-2) as [number, string];
    return redactor.replacePrivateKey(block, at(whole, offset));
  });
  result = result.replace(openvpnKeyBlock, (block, ...rest) => {
    const [offset, whole] = rest.slice(-2) as [number, string];
    redactor.note(block, 'static key', at(whole, offset));
    return keyLines(block, redactor);
  });
  result = result.replace(inlineSecret, (all, open: string, tag: string, body: string, close: string, offset: number, whole: string) => {
    if (/-----BEGIN /.test(body)) return all;
    redactor.note(body, `<${tag}>`, at(whole, offset));
    return `${open}${tag.endsWith('pass') ? body.replace(/[^\r\n]*\S/g, 'redacted') : keyLines(body, redactor)}${close}`;
  });
  for (const { kind, pattern, within } of secretPatterns) {
    if (within !== undefined && !within.test(result)) continue;
    result = result.replace(pattern, (all: string, before: string, secret: string, ...rest: (string | number | undefined)[]) => {
      if (standsForNothing(secret)) return all;
      const [offset, whole] = rest.slice(-2) as [number, string];
      const comment = typeof rest[0] === 'string' && rest[0] !== '' ? ' # [comment left out]' : '';
      return before + redactor.replace(secret, kind, at(whole, offset)) + comment;
    });
  }
  return redactSecretSections(result, source, redactor);
}

/** `secrets { … }` of a swanctl.conf: what a keyword with a slip has. Ids and the places of keys stay. */
function redactSecretSections(text: string, source: string, redactor: Redactor): string {
  const setting = /((?<![\w.-])(?!(?:id[\w.-]*|file|handle|slot|module)[ \t]*=)[\w.-]+[ \t]*=[ \t]*)("[^"\r\n]*"?|[^\s"{}#;]+)/g;
  return secretSections(text).reduceRight((whole, { from, to }) => {
    const section = whole.slice(from, to).replace(setting, (_all, before: string, value: string, offset: number) => {
      return before + redactor.replace(value, 'secret', { source, line: lineOf(text, from + offset) });
    });
    return whole.slice(0, from) + section + whole.slice(to);
  }, text);
}

/** What follows `secret =` without being one: a section, a place to ask, a file of strongSwan's. */
function standsForNothing(value: string): boolean {
  return value === '' || value === '{' || /^\[secret, \d+ bytes?\]$/.test(value);
}

const keyLines = (block: string, redactor: Redactor) => block.replace(/^(?!-----|#|;)[^\r\n]*\S/gm, (line) => redactor.replaceDigits(line));

function everyLine(text: string, source: string, kind: string, redactor: Redactor, pattern: RegExp): string {
  return text
    .split('\n')
    .map((line, index) => {
      const [all, before = '', secret = ''] = pattern.exec(line) ?? [];
      if (all === undefined || secret === '') return line;
      return before + redactor.replace(secret, kind, { source, line: index + 1 }) + line.slice(all.trimEnd().length);
    })
    .join('\n');
}

function redactCommandLine(text: string, source: string, redactor: Redactor): string {
  const place = { source, line: 1 };
  const words = text.split('\0');
  return words
    .map((word, index) => {
      const assigned = commandLineAssignment.exec(word);
      if (assigned !== null) return `${assigned[1]}${redactor.replace(assigned[2] ?? '', 'password', place)}`;
      return word !== '' && commandLineSecret.test(words[index - 1] ?? '') ? redactor.replace(word, 'password', place) : word;
    })
    .join('\0');
}

/** Files that a directive of a configuration names; a relative name is looked for beside it. */
function namedFiles(files: BundleAnswers['files'], directive: RegExp): ReadonlySet<string> {
  const named = new Set<string>();
  for (const [path, recorded] of Object.entries(files)) {
    if (!('value' in recorded) || path.startsWith('/proc/')) continue;
    for (const [, written = ''] of recorded.value.matchAll(directive)) {
      const name = written.replace(/^"|"$/g, '');
      const folder = path.slice(0, path.lastIndexOf('/'));
      for (const candidate of [name, `${folder}/${name}`]) if (candidate in files) named.add(candidate);
    }
  }
  named.delete('');
  return named;
}

/** Replaces the values found wherever else they stand. */
function literalRedaction(redactor: Redactor): (text: string) => string {
  const values = [...redactor.secrets].filter((secret) => secret.length >= MIN_LITERAL && !byChance.test(secret));
  const forms = values.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64'),
    ...(/^0[xs]/i.test(secret) ? [secret.slice(2)] : []),
  ]);
  const longestFirst = [...new Set(forms)].filter((form) => form.length >= MIN_LITERAL).sort((a, b) => b.length - a.length);
  return (text) => {
    let result = text;
    for (const form of longestFirst) if (result.includes(form)) result = result.replaceAll(form, '[redacted]');
    return result;
  };
}

function mapRecorded<A, B>(table: Readonly<Record<string, Recorded<A>>>, turn: (value: A, key: string) => B): Record<string, Recorded<B>> {
  return Object.fromEntries(
    Object.entries(table).map(([key, recorded]) => [key, 'value' in recorded ? { value: turn(recorded.value, key) } : recorded]),
  );
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
