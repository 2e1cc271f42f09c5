/**
 * Which of these are accepted, by asking for several at once: a set nobody wants costs one question, however large. Questions go one
 * after the other.
 * @param accepts whether at least one of a set is accepted; undefined when there was no answer
 * @returns the accepted ones in their order, and those that nothing is known of
 */
export async function searchAccepted<T>(
  candidates: readonly T[],
  accepts: (set: readonly T[]) => Promise<boolean | undefined>,
): Promise<{ readonly accepted: readonly T[]; readonly unknown: readonly T[] }> {
  const accepted: T[] = [];
  const unknown: T[] = [];
  /** @param known one of them is accepted, as earlier answers imply */
  const search = async (set: readonly T[], known: boolean): Promise<boolean> => {
    if (set.length === 0) return false;
    const answer = known || (await accepts(set));
    if (answer === undefined) {
      unknown.push(...set);
      return false;
    }
    if (!answer) return false;
    if (set.length === 1) {
      accepted.push(...set);
      return true;
    }
    const middle = Math.ceil(set.length / 2);
    const left = await search(set.slice(0, middle), false);
    const lost = unknown.length > 0;
    // What the left half does not have must be in the right one.
    await search(set.slice(middle), !left && !lost);
    return true;
  };
  await search(candidates, false);
  return { accepted: candidates.filter((one) => accepted.includes(one)), unknown };
}
