import type { GradeWord } from '../crypto/grades.js';
import { describeVendorId } from '../wire/ike/vendor-ids.js';
import type { Style } from './style.js';
import { wrap } from './wrap.js';

/** An algorithm with what is to be said of it. */
export interface GradedTransform {
  readonly name: string;
  readonly id: number;
  readonly keyLength?: number;
  readonly grade?: GradeWord;
  readonly why?: string;
}

/** Columns of a label in front of its text. */
export const LABEL = 14;
const NAME = 26;
const GRADE = 12;

/** Whether it should not be accepted. */
export function isWeak({ grade }: Pick<GradedTransform, 'grade'>): boolean {
  return grade === 'obsolete' || grade === 'broken';
}

/** The sum where nothing weak was found; of a scan that was cut short that is not the whole. */
export function nothingWeak(interrupted: boolean, style: Style): string {
  return interrupted ? 'nothing weak so far' : style.good('nothing weak is accepted');
}

/** One line of a table, with the reason behind it where it is a bad one. */
export function gradedLines({ name, grade, why }: GradedTransform, style: Style, verbose: boolean): string[] {
  const word = (grade ?? '').padEnd(GRADE);
  const dress =
    grade === 'strong'
      ? style.good
      : grade === 'broken'
        ? style.bad
        : grade === 'obsolete'
          ? (text: string) => style.severity('warning', text)
          : (text: string) => text;
  const head = `  ${name.padEnd(NAME)} ${dress(word)}`;
  const at = 2 + NAME + 1 + GRADE + 1;
  if (why === undefined || (!verbose && !isWeak(grade === undefined ? {} : { grade }))) return [head.trimEnd()];
  if (style.width - at < 20) return [head.trimEnd(), ...wrap(why, style.width - 4).map((line) => `    ${line}`)];
  return wrap(why, style.width - at).map((line, i) => (i === 0 ? `${head} ${line}` : `${' '.repeat(at)}${line}`));
}

/** `Cisco Unity`, `strongSwan 5.1.0`. */
export function vendorTexts(vendorIds: readonly Uint8Array[]): readonly string[] {
  return vendorIds.map((id) => {
    const { name, detail } = describeVendorId(id);
    return detail === undefined ? name : `${name} (${detail})`;
  });
}
