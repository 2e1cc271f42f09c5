import { type Answer, answer, type Host, noAnswer } from '../host.js';

/** One object of a JSON list; every field is read with a check of its own. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The list of objects that a program prints with `-j`. Nothing printed is an empty list, as `ip` does it. */
export async function readJsonList(host: Host, command: readonly [string, ...string[]]): Promise<Answer<readonly JsonObject[]>> {
  const output = await host.run(command);
  if (!output.ok) return output;
  const { stdout, stderr, status } = output.value;
  if (status !== 0) return noAnswer('failed', `${command.join(' ')}: ${stderr.trim() || `status ${status}`}`);
  const list = parseList(stdout);
  return list === undefined ? noAnswer('failed', `${command.join(' ')}: not the JSON list expected`) : answer(list);
}

/** A JSON list of objects; undefined where the text is something else. */
export function parseList(json: string): readonly JsonObject[] | undefined {
  if (json.trim() === '') return [];
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list.filter((entry) => typeof entry === 'object' && entry !== null) : undefined;
  } catch {
    return undefined;
  }
}

export const text = (object: JsonObject, key: string): string | undefined =>
  typeof object[key] === 'string' ? (object[key] as string) : undefined;

/** A number, also where an older `ip` prints it as a string. */
export const number = (object: JsonObject, key: string): number | undefined => {
  const value = object[key];
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
};

export const objects = (object: JsonObject, key: string): readonly JsonObject[] => {
  const value = object[key];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : [];
};

export const texts = (object: JsonObject, key: string): readonly string[] => {
  const value = object[key];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
};

export const object = (from: JsonObject, key: string): JsonObject => {
  const value = from[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
};
