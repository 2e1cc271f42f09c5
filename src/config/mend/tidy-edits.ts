import type { Edit } from './change.js';

/**
 * The same edits in as few words as a reader needs: what is put behind a line is not said to replace it, new lines at one place are
 * one edit.
 */
export function tidyEdits(edits: readonly Edit[], texts: ReadonlyMap<string, string>): readonly Edit[] {
  const tidy: Edit[] = [];
  for (const edit of edits.map((each) => onlyWhatIsNew(each, texts))) {
    const last = tidy.at(-1);
    if (last?.how === 'behind' && edit.how === 'behind' && last.file === edit.file && last.line === edit.line)
      tidy[tidy.length - 1] = { ...last, text: `${last.text}\n${edit.text}` };
    else tidy.push(edit);
  }
  return tidy;
}

function onlyWhatIsNew(edit: Edit, texts: ReadonlyMap<string, string>): Edit {
  const before = (texts.get(edit.file) ?? '').split('\n')[edit.line - 1]?.trimEnd();
  return edit.how === 'replace' && edit.text.startsWith(`${before}\n`)
    ? { ...edit, how: 'behind', text: edit.text.slice(`${before}\n`.length) }
    : edit;
}
