/** Puts an entry behind all others of a table that strangers fill; when that makes more than `most`, the oldest goes. */
export function putBounded<K, V>(table: Map<K, V>, most: number, key: K, value: V): void {
  table.delete(key);
  table.set(key, value);
  if (table.size <= most) return;
  const oldest = table.keys().next();
  if (oldest.done !== true) table.delete(oldest.value);
}
