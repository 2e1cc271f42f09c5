/** A text as one word of a POSIX shell, as it stands where it is plain: what a stranger named is data in a command, whatever is in it. */
export function shellWord(text: string): string {
  return /^[\w./@%+:,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
