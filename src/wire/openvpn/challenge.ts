/** A question that a server asks behind name and password, for a second factor (`management-notes.txt`, "Challenge/Response"). */
export interface DynamicChallenge {
  /** `R`: an answer is wanted; `E`: it may be shown as it is typed. */
  readonly flags: string;
  /** What the server knows the question by. */
  readonly state: string;
  readonly username: string;
  /** For the user. */
  readonly question: string;
}

const DYNAMIC = /CRV1:([^:]*):([^:]*):([^:]*):(.*)$/s;

/** @param line `AUTH_FAILED,CRV1:R,E:STATE:BASE64:QUESTION`; undefined for what is no question */
export function readDynamicChallenge(line: string): DynamicChallenge | undefined {
  const [, flags, state, username, question] = DYNAMIC.exec(line) ?? [];
  if (flags === undefined || state === undefined || username === undefined || question === undefined) return undefined;
  return { flags, state, username: Buffer.from(username, 'base64').toString('utf8'), question };
}

/** The password of the next attempt. */
export function answerDynamic({ state }: DynamicChallenge, answer: string): string {
  return `CRV1::${state}::${answer}`;
}

/** Password and answer in one, where the client's configuration has the question (`static-challenge`). */
export function answerStatic(password: string, answer: string): string {
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  return `SCRV1:${base64(password)}:${base64(answer)}`;
}

/** Whether a password has an answer in it, and to which kind of question. */
export function answerIn(password: string): 'static' | 'dynamic' | undefined {
  return /^SCRV1:[^:]*:/.test(password) ? 'static' : password.startsWith('CRV1::') ? 'dynamic' : undefined;
}
