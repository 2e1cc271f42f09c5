/** Ends of lines, tabs and the codes of `style.ts` pass; anything else that a terminal would obey does not, nor what turns the order of writing round. */
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]|\r(?!\n|$)|\x1b(?!\[(?:1|2|22|31|32|33|36|39)m)/g;

/**
 * Text as it may go to a terminal: names, messages and options of strangers are in it. Control characters become `\u001b`, which in
 * JSON means the very same character.
 */
export function forTerminal(text: string): string {
  return text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
