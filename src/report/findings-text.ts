import type { Finding, Fix } from '../model/finding.js';
import type { Style } from './style.js';
import { hanging, wrap } from './wrap.js';

const LABEL = 11;

/** What the ends of a tunnel are called where the text is read. */
export type EndNames = Readonly<Record<Fix['end'], string>>;

/** OpenVPN's own words for them. */
const ofOpenvpn: EndNames = { ours: 'client', theirs: 'server', either: 'either end', path: 'the path' };

/** In a capture nobody knows which end is ours. */
const captured: EndNames = { ours: 'initiator', theirs: 'responder', either: 'either end', path: 'the path' };

/** The findings of a run, most important first, as blocks of text; one line when there are none. */
export function findingsText(findings: readonly Finding[], style: Style, ends: EndNames = captured): string {
  if (findings.length === 0) return `${style.good('No problem found.')}\n`;
  return findings
    .map((finding) => findingText(finding, style, ends === captured && finding.code.startsWith('openvpn/') ? ofOpenvpn : ends))
    .join('\n');
}

function findingText(finding: Finding, style: Style, ends: EndNames): string {
  const body = style.width - 2;
  const lines = [
    ...headline(finding, style),
    ...wrap(finding.title, body),
    ...hanging('why', LABEL, finding.cause, body),
    ...finding.evidence.flatMap((item, i) => hanging(i === 0 ? 'evidence' : '', LABEL, evidenceText(item), body)),
    ...finding.fix.flatMap((fix, i) => fixLines(i === 0 ? 'fix' : '', `${ends[fix.end]}: ${fix.text}`, body)),
    ...(finding.consequences ?? []).flatMap((other, i) => hanging(i === 0 ? 'explains' : '', LABEL, `${other.code}: ${other.title}`, body)),
    ...hanging('retest', LABEL, finding.retest, body),
    ...(finding.refs.length > 0 ? hanging('see', LABEL, finding.refs.join(', '), body) : []),
  ];
  return `${lines.map((line, i) => (i === 0 ? line : `  ${line}`)).join('\n')}\n`;
}

/** Commands and lines of files, which follow the first line, are to be copied: they are broken nowhere. */
function fixLines(label: string, text: string, width: number): string[] {
  const [first = '', ...literal] = text.split('\n');
  return [...hanging(label, LABEL, first, width), ...literal.map((line) => `${' '.repeat(LABEL)}${line}`)];
}

/** What, about whom and how sure, on as few lines as the width allows. Subjects are not broken: they are to be searched for. */
function headline({ severity, code, subject, confidence }: Finding, style: Style): string[] {
  const tag = `[${severity.toUpperCase()}]`;
  const sure = `confidence ${Math.round(confidence * 100)} %`;
  const what = `${style.severity(severity, tag)} ${style.bold(code)}`;
  // Two columns of indent, or the gap before it.
  const whomWidth = 2 + subject.length + 2 + sure.length;
  if (tag.length + 1 + code.length + whomWidth <= style.width) return [`${what}  ${subject}  ${style.dim(sure)}`];
  return whomWidth <= style.width ? [what, `${subject}  ${style.dim(sure)}`] : [what, subject, style.dim(sure)];
}

function evidenceText({ frame, field, file, line, text }: Finding['evidence'][number]): string {
  const place = frame !== undefined ? `packet ${frame}` : file !== undefined ? `${file}${line === undefined ? '' : `:${line}`}` : '';
  const where = [place, field ?? ''].filter((part) => part !== '').join(', ');
  return where === '' ? text : `${where}: ${text}`;
}
