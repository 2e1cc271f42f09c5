/** `vpd?`: the first four bytes of the session id of a hard reset that only asks whether somebody answers it, and how. */
const QUESTION_MARK = 0x7670643fn;
const RANDOM_BITS = 32n;

/**
 * Marks a session id, so that whoever finds it in a capture or log knows that nothing was to come of it.
 * @param random what the id would be otherwise; its last four bytes stay
 */
export function questionSessionId(random: bigint): bigint {
  return (QUESTION_MARK << RANDOM_BITS) | BigInt.asUintN(32, random);
}

export function isQuestionSessionId(id: bigint): boolean {
  return id >> RANDOM_BITS === QUESTION_MARK;
}
