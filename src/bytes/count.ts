/** `1 packet`, `3 packets`; `2 entries` where the plural is given. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
