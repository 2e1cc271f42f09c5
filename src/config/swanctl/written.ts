/** A value as swanctl.conf has it: `#` begins a comment there, braces end a section. */
export function swanctlValue(value: string): string {
  return /[\s,{}#"=]/.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value;
}

/**
 * An entry of `secrets`, to be typed as it stands. A value lasts until the end of its line: what follows `id = NAME` there is a part of the
 * name to strongSwan, which then misses the secret.
 */
export function swanctlSecret(name: string, ids: readonly string[], secret: string): string {
  const keys = ids.length === 1 ? ['id'] : ids.map((_, i) => `id-${i + 1}`);
  const lines = [...ids.map((id, i) => `${keys[i]} = ${swanctlValue(id)}`), `secret = "${secret}"`];
  return [`  ${name} {`, ...lines.map((line) => `    ${line}`), '  }'].join('\n');
}
