import type { ConfigText, RemarkList } from '../source.js';
import { isBinary } from '../text-bytes.js';
import { modeOf } from './modes.js';
import type { CiscoStatement } from './statement.js';

/** More lines than this are no configuration of a router. */
const MAX_LINES = 500_000;

interface Open {
  readonly statement: { words: readonly string[]; file: string; line: number; sub: CiscoStatement[] };
  readonly indent: number;
  readonly mode: ReadonlySet<string> | undefined;
}

/**
 * Cuts a `show running-config` into commands, each with those of its mode. Takes what terminals leave: prompts, `<--- More --->` with
 * its backspaces, CR LF, lost or doubled indentation, the text cut off anywhere. Nothing is thrown for a text.
 */
export function readStatements({ file, text }: ConfigText, remarks: RemarkList): readonly CiscoStatement[] {
  const statements: CiscoStatement[] = [];
  let open: Open | undefined;
  let nested: Open | undefined;
  const lines = text.replace(/^\uFEFF/, '').split('\n', MAX_LINES);
  for (const [index, raw] of lines.entries()) {
    const plain = withoutTerminal(raw);
    const words = plain
      .trim()
      .replace(/^int(?=\s)/, 'interface')
      .split(/\s+/);
    if (words[0] === undefined || words[0] === '') continue;
    // Behind a comment, which often ends a mode, only what is indented belongs to it still.
    if (/^[!:]/.test(plain.trim())) {
      if (plain.startsWith('!') && open !== undefined) open = { ...open, mode: undefined };
      continue;
    }
    // What was typed in, and not what a box shows, leaves its modes by name.
    if (words.length === 1 && /^(exit|end)$/i.test(words[0])) {
      if (nested === undefined || words[0] === 'end') open = undefined;
      nested = undefined;
      continue;
    }
    const indent = /^\s*/.exec(plain)?.[0].length ?? 0;
    const statement = { words, file, line: index + 1, sub: [] as CiscoStatement[] };
    const first = (words[0] === 'no' ? words[1] : words[0])?.toLowerCase() ?? '';
    const isSub: boolean = open !== undefined && (indent > open.indent || belongs(open.mode, first, words));
    if (!isSub || open === undefined) {
      statements.push(statement);
      open = { statement, indent, mode: modeOf(words.join(' ').toLowerCase()) };
      nested = undefined;
      continue;
    }
    if (nested !== undefined && first !== 'peer' && (indent > nested.indent || belongs(nested.mode, first, words))) {
      nested.statement.sub.push(statement);
      continue;
    }
    open.statement.sub.push(statement);
    // The one mode within a mode: peers of an IKEv2 keyring.
    nested =
      first === 'peer'
        ? { statement, indent, mode: new Set(['address', 'identity', 'hostname', 'pre-shared-key', 'description']) }
        : undefined;
  }
  isBinary(remarks, file, text);
  // "show tech-support" goes on behind the end of it.
  const ended = lines.some((line) => /^(\s*: end|end)\s*$/.test(line));
  const last = lines.findLast((line) => line.trim() !== '') ?? '';
  // What is pasted from a manual ends where it likes; a whole one names its version.
  const whole = statements.some(({ words }) => /^(ASA |PIX )?version /i.test(words.join(' ')));
  if (whole && !ended && statements.length > 20 && !/^\s*(!|Cryptochecksum.*|.*[#>]\s*|\[OK\])\s*$/.test(last))
    remarks.add({
      file,
      line: lines.length,
      severity: 'warning',
      code: 'truncated',
      text: 'the text does not end as a running-config does (": end", "end"): what follows here is missing',
    });
  return statements;
}

/** Whether a line without indentation belongs to the open mode by its words alone. */
function belongs(mode: ReadonlySet<string> | undefined, first: string, words: readonly string[]): boolean {
  if (mode === undefined) return false;
  // Entries of an IOS access list begin with their number.
  if (mode.has('permit') && /^\d+$/.test(first)) return true;
  if (!mode.has(first)) return false;
  // Words that begin commands of their own, too.
  if (first === 'crypto') return words[1] === 'map' && words.length === 3;
  if (first === 'ip') return words[1] === 'address' || (words[1] === 'nat' && words.length === 3);
  if (first === 'isakmp') return words[1] === 'keepalive';
  // `nat … source …` is twice NAT, which stands alone.
  return first !== 'nat' || !words.includes('source');
}

/** `fw/pri/act(config-isakmp)# `: what follows was typed. */
const PROMPT = /^\s*[\w./-]+\(config[\w-]*\)#\s*/i;

/** What a terminal adds, taken off: the pager and the backspaces with which it is wiped out, colours, the CR. */
function withoutTerminal(raw: string): string {
  const text = raw
    .replace(/\r+$/, '')
    .replace(/<--- More --->|-+ ?More ?-+/gi, '')
    .replace(PROMPT, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters
    .replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
  if (!/[\r\b]/.test(text)) return text;
  // The pager's line is overwritten with blanks and then with the next line.
  const behind = text.slice(text.lastIndexOf('\r') + 1);
  let plain = '';
  for (const c of behind) plain = c === '\b' ? plain.slice(0, -1) : plain + c;
  return plain;
}
