/** What one line of an ipsec.conf is, before anybody asks whether the keyword exists. */
export type IpsecConfLine =
  | { readonly kind: 'empty' }
  | { readonly kind: 'section'; readonly section: 'setup' | 'conn' | 'ca'; readonly name: string; readonly indented: boolean }
  | { readonly kind: 'include'; readonly pattern: string; readonly indented: boolean }
  | { readonly kind: 'version'; readonly version: string; readonly indented: boolean }
  | { readonly kind: 'setting'; readonly key: string; readonly rest: string; readonly indented: boolean }
  | { readonly kind: 'other'; readonly text: string };

/** Splits a line without its end. The value of a setting is left to `readValue`: its rules differ by product. */
export function readLine(line: string): IpsecConfLine {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return { kind: 'empty' };
  const indented = line.startsWith(' ') || line.startsWith('\t');
  const equals = text.indexOf('=');
  const head = /^(config\s+setup|conn|ca|include|version)(?:\s+(.*))?$/.exec(text);
  // `include=…`, `version=…`: settings that nobody knows, but settings.
  if (head !== null) {
    const word = head[1] ?? '';
    const rest = (head[2] ?? '').trim();
    if (word.startsWith('config')) return { kind: 'section', section: 'setup', name: '', indented };
    if (word === 'conn' || word === 'ca') return { kind: 'section', section: word, name: nameOf(rest), indented };
    if (word === 'include') return { kind: 'include', pattern: withoutComment(rest), indented };
    return { kind: 'version', version: withoutComment(rest), indented };
  }
  if (equals > 0) return { kind: 'setting', key: text.slice(0, equals).trim(), rest: text.slice(equals + 1), indented };
  // libreswan's x-comment, with or without a value.
  return /^x[-_]\S*$/i.test(text) ? { kind: 'empty' } : { kind: 'other', text };
}

function nameOf(rest: string): string {
  return unquote(withoutComment(rest));
}

function withoutComment(text: string): string {
  const comment = /(^|\s)#/.exec(text);
  return (comment === null ? text : text.slice(0, comment.index)).trim();
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
