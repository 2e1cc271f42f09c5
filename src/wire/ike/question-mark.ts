/** Vendor id of messages that only ask whether somebody answers, and how: whoever finds one in a capture or log knows that no more comes. */
export const QUESTION_MARK = 'vpndoctor: only a question';

/** Its bytes. */
export const questionMark = (): Uint8Array => new TextEncoder().encode(QUESTION_MARK);
