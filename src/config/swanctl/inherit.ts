import type { RemarkList } from '../source.js';
import type { SettingsSection } from './settings.js';

/** More than this many sections put together come from references that multiply, not from a configuration. */
const MAX_MERGES = 20_000;

/**
 * Resolves references: gives a section with what it inherits, its own settings first, then those of the references in their
 * order; subsections likewise. References that lead nowhere or in a circle are remarked on and left out.
 */
export class Inheritance {
  readonly #root: SettingsSection;
  readonly #remarks: RemarkList;
  readonly #done = new Map<SettingsSection, SettingsSection>();
  readonly #under = new Set<SettingsSection>();
  #merges = 0;

  constructor(root: SettingsSection, remarks: RemarkList) {
    this.#root = root;
    this.#remarks = remarks;
  }

  resolve(section: SettingsSection): SettingsSection {
    const known = this.#done.get(section);
    if (known !== undefined) return known;
    if (this.#under.has(section)) return { ...section, references: [] };
    this.#under.add(section);
    const settings = new Map(section.settings);
    const sections = new Map(section.sections);
    for (const reference of section.references) {
      const target = this.#at(reference.value);
      if (target === undefined || this.#under.has(target)) {
        const { file, line, value } = reference;
        const text =
          target === undefined ? `there is no section ${value.slice(0, 60)} to inherit from` : `the section inherits from itself`;
        this.#remarks.add({ file, line, severity: 'warning', code: 'unknown-reference', text });
        continue;
      }
      const inherited = this.resolve(target);
      for (const [key, value] of inherited.settings) if (!settings.has(key)) settings.set(key, value);
      for (const [name, sub] of inherited.sections) {
        const own = sections.get(name);
        sections.set(name, own === undefined ? sub : this.#merge(own, sub));
      }
    }
    const resolved: SettingsSection = {
      ...section,
      settings,
      sections: new Map([...sections].map(([name, sub]) => [name, this.resolve(sub)])),
      references: [],
    };
    this.#under.delete(section);
    this.#done.set(section, resolved);
    return resolved;
  }

  #at(path: string): SettingsSection | undefined {
    let section: SettingsSection | undefined = this.#root;
    for (const name of path.split('.')) section = section?.sections.get(name);
    return section === this.#root ? undefined : section;
  }

  #merge(own: SettingsSection, other: SettingsSection): SettingsSection {
    if (++this.#merges > MAX_MERGES) return own;
    const sections = new Map(other.sections);
    for (const [name, sub] of own.sections) {
      const theirs = sections.get(name);
      sections.set(name, theirs === undefined ? sub : this.#merge(sub, theirs));
    }
    return { ...own, settings: new Map([...other.settings, ...own.settings]), sections };
  }
}
