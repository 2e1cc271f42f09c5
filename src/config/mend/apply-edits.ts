import type { Edit } from './change.js';

/** The text of one file with its edits; those of other files are left out. Lines are those of the text before. */
export function applyEdits(text: string, file: string, edits: readonly Edit[]): string {
  const lines = text.split('\n');
  const own = edits.filter((edit) => edit.file === file);
  const result = lines.flatMap((line, index) => {
    const here = own.filter((edit) => edit.line === index + 1);
    const replaced = here.findLast(({ how }) => how !== 'behind');
    const added = here.filter(({ how }) => how === 'behind').map((edit) => edit.text);
    const kept = replaced === undefined ? [line] : replaced.how === 'delete' ? [] : [replaced.text];
    return [...kept, ...added];
  });
  return result.join('\n');
}
