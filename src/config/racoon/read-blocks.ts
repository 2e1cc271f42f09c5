import type { ConfigText, RemarkList } from '../source.js';

/** One statement of racoon.conf: `word word …;`, or `word … { … }`. */
export interface RacoonStatement {
  readonly words: readonly string[];
  readonly file: string;
  readonly line: number;
  readonly sub: readonly RacoonStatement[];
}

/** Deeper nesting than this is no configuration. */
const MAX_DEPTH = 20;

interface Token {
  readonly text: string;
  readonly line: number;
  readonly quoted: boolean;
}

/** Cuts a racoon.conf (racoon.conf(5): words, strings, `#` comments, `;`, braces) into statements. Nothing is thrown for a text. */
export function readBlocks({ file, text }: ConfigText, remarks: RemarkList): readonly RacoonStatement[] {
  const tokens = tokensOf(text);
  let at = 0;
  const block = (depth: number, opened: number): RacoonStatement[] => {
    const statements: RacoonStatement[] = [];
    let words: Token[] = [];
    for (;;) {
      const token = tokens[at++];
      if (token === undefined) {
        if (depth > 0)
          remarks.add({ file, line: opened, severity: 'error', code: 'syntax', text: 'the block that begins here is never closed (})' });
        break;
      }
      const plain = token.quoted ? '' : token.text;
      if (plain === ';' || plain === '}') {
        if (words[0] !== undefined) statements.push({ words: words.map((word) => word.text), file, line: words[0].line, sub: [] });
        words = [];
        if (plain === ';') continue;
        if (depth === 0) {
          remarks.add({ file, line: token.line, severity: 'error', code: 'syntax', text: '} closes nothing' });
          continue;
        }
        return statements;
      }
      if (plain === '{') {
        const first = words[0] ?? token;
        if (depth >= MAX_DEPTH) {
          remarks.add({ file, line: token.line, severity: 'error', code: 'syntax', text: 'blocks nest too deep' });
          return statements;
        }
        const head = words.map((word) => word.text);
        words = [];
        statements.push({ words: head, file, line: first.line, sub: block(depth + 1, token.line) });
        continue;
      }
      words.push(token);
    }
    const [first] = words;
    if (first !== undefined)
      remarks.add({ file, line: first.line, severity: 'error', code: 'syntax', text: `"${first.text.slice(0, 40)}" has no ; behind it` });
    return statements;
  };
  return block(0, 1);
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (const match of text.matchAll(/\n|#[^\n]*|"([^"\n]*)"|[;{}]|,|[^\s;{}",#]+/g)) {
    const [found, string] = match;
    if (found === '\n') line++;
    else if (!found.startsWith('#') && found !== ',') tokens.push({ text: string ?? found, line, quoted: string !== undefined });
  }
  return tokens;
}
