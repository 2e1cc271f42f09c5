/** A text as a pattern that matches itself: what stands in a configuration may hold anything. */
export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
