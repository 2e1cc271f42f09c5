import { shellWord } from '../bytes/shell-word.js';
import type { RemarkList } from './source.js';

/** Whether a file is no text, because it holds NUL bytes: said, and nothing of it is read. */
export function isBinary(remarks: RemarkList, file: string, text: string): boolean {
  const at = text.indexOf('\0');
  if (at < 0) return false;
  const line = text.slice(0, at).split('\n').length;
  remarks.add({ file, line, severity: 'error', code: 'binary', text: 'not a text file: it holds NUL bytes' });
  return true;
}

/** Where a product takes a byte order mark for a part of the text. `of`: of what, `first word`. */
export function remarkOnByteOrderMark(remarks: RemarkList, file: string, text: string, of: string): void {
  if (!text.startsWith('\uFEFF')) return;
  remarks.add({
    file,
    line: 1,
    severity: 'error',
    code: 'byte-order-mark',
    text: `the file begins with a byte order mark, which is read as part of ${of}`,
    fix: `sed -i '1s/^\\xef\\xbb\\xbf//' ${shellWord(file)}`,
  });
}
