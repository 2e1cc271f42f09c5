/** UTF-8 text for people: control characters and broken sequences become `\xNN`, so that no terminal obeys them. */
export function printableText(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(bytes);
  if (!text.includes('\ufffd')) return escapeControls(text);
  return Array.from(bytes, (byte) => (byte < 0x20 || byte > 0x7e ? escaped(byte) : String.fromCharCode(byte))).join('');
}

/** Whether the bytes are ASCII that can be printed as it is. */
export function isPrintable(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function escapeControls(text: string): string {
  let safe = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    safe += code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ? escaped(code) : character;
  }
  return safe;
}

function escaped(code: number): string {
  return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`;
}
