import type { Sourced } from '../../model/connection.js';
import type { RemarkList } from '../source.js';
import type { IpsecConfDocument, IpsecConfProduct, IpsecConfSection } from './document.js';

/** The settings in force for a section, by canonical key, in the order in which they were found; several where a key appends. */
export type Effective = ReadonlyMap<string, readonly Sourced<string>[]>;

/** Keys that may be given more than once and add up (libreswan's kt_appendstrings, Openswan's kt_appendlist). */
const APPENDING = new Set(['leftsubnets', 'rightsubnets', 'connalias']);

/** Chains of `also=` longer than this go in circles. */
const MAX_ALSO = 100;

/** `LEFT-ID` and `leftid` are one to libreswan; to strongSwan a key is what it is. */
export function canonicalKey(key: string, product: IpsecConfProduct): string {
  if (product === 'strongswan') return key;
  const lower = key.toLowerCase();
  return product === 'libreswan' ? lower.replace(/^(left|right)-(?=.)/, '$1') : lower;
}

/**
 * Applies `also=` and `%default`. Where one key is set twice: strongSwan takes the section before what it includes and later
 * `also=` before earlier ones; Openswan and libreswan refuse the connection when the values differ (also over `also=`), and
 * `%default` gives way to everything.
 */
export class Inheritance {
  readonly #byName = new Map<string, IpsecConfSection[]>();
  readonly #product: IpsecConfProduct;
  readonly #remarks: RemarkList;
  /** Names that some section includes: templates. */
  readonly alsoTargets: ReadonlySet<string>;

  constructor(document: IpsecConfDocument, product: IpsecConfProduct, remarks: RemarkList) {
    this.#product = product;
    this.#remarks = remarks;
    for (const section of document.sections) {
      const key = `${section.kind} ${section.name}`;
      const known = this.#byName.get(key);
      if (known === undefined) this.#byName.set(key, [section]);
      else known.push(section);
    }
    this.alsoTargets = new Set(document.sections.flatMap((section) => this.#alsoOf(section).map(({ value }) => value)));
  }

  /** Sections of one name are one to strongSwan. */
  #sectionsNamed(kind: IpsecConfSection['kind'], name: string): readonly IpsecConfSection[] {
    return this.#byName.get(`${kind} ${name}`) ?? [];
  }

  effective(section: IpsecConfSection): Effective {
    const effective = new Map<string, Sourced<string>[]>();
    const seen = new Set<string>([section.name]);
    const own = this.#product === 'strongswan' ? this.#sectionsNamed(section.kind, section.name) : [section];
    for (const part of own) this.#merge(effective, part, section.name, part === own[0] ? 'own' : 'again');
    this.#follow(effective, own, section, seen);
    for (const part of this.#sectionsNamed(section.kind, '%default')) this.#merge(effective, part, section.name, 'default');
    // An empty value takes an inherited one away (strongSwan); to the others it is nothing.
    for (const [key, values] of effective) if (values.every(({ value }) => value === '')) effective.delete(key);
    return effective;
  }

  #follow(effective: Map<string, Sourced<string>[]>, parts: readonly IpsecConfSection[], root: IpsecConfSection, seen: Set<string>): void {
    const also = parts.flatMap((part) => this.#alsoOf(part));
    for (const { value, file, line } of this.#product === 'strongswan' ? also.toReversed() : also) {
      if (seen.has(value) || seen.size > MAX_ALSO) continue;
      seen.add(value);
      const targets = this.#sectionsNamed(root.kind, value);
      if (targets.length === 0) {
        if (value !== '%default')
          this.#remarks.add({
            file,
            line,
            severity: 'error',
            code: 'unknown-also',
            text: `also=${value}: there is no ${root.kind} ${value}`,
          });
        continue;
      }
      for (const target of targets) this.#merge(effective, target, root.name, 'also');
      this.#follow(effective, targets, root, seen);
    }
  }

  #merge(
    effective: Map<string, Sourced<string>[]>,
    section: IpsecConfSection,
    name: string,
    role: 'own' | 'again' | 'also' | 'default',
  ): void {
    const before = new Set(effective.keys());
    for (const setting of section.settings) {
      const key = canonicalKey(setting.key, this.#product);
      if (key === 'also') continue;
      const there = effective.get(key);
      if (there === undefined) {
        effective.set(key, [setting.value]);
        continue;
      }
      if (this.#product !== 'strongswan' && APPENDING.has(key)) {
        there.push(setting.value);
        continue;
      }
      if (role === 'default' && before.has(key)) continue;
      this.#twice(effective, key, there, setting.value, name, role);
    }
  }

  #twice(
    effective: Map<string, Sourced<string>[]>,
    key: string,
    there: readonly Sourced<string>[],
    value: Sourced<string>,
    name: string,
    role: 'own' | 'again' | 'also' | 'default',
  ): void {
    const first = there[0];
    if (first === undefined) return;
    const same = first.value === value.value;
    if (this.#product === 'strongswan') {
      // Within its section the later one counts.
      if (role !== 'own' && role !== 'again') return;
      effective.set(key, [value]);
      if (!same)
        this.#duplicate('warning', value, `${key}= is given twice in conn ${name}: ${first.value} (line ${first.line}) does not count`);
      return;
    }
    if (same || key === 'auto' || role === 'default') return;
    this.#duplicate(
      'error',
      value,
      `${key}= is given twice for conn ${name}: ${first.value} in ${first.file}:${first.line} and ${value.value} here; ${this.#product} does not load such a connection`,
    );
  }

  #duplicate(severity: 'error' | 'warning', { file, line }: Sourced<string>, text: string): void {
    this.#remarks.add({ file, line, severity, code: 'duplicate-key', text });
  }

  #alsoOf(section: IpsecConfSection): readonly Sourced<string>[] {
    return section.settings
      .filter(({ key, value }) => canonicalKey(key, this.#product) === 'also' && value.value !== '')
      .map(({ value }) => value);
  }
}
