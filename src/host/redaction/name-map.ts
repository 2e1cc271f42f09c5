/** Names that mean nobody. */
const general = /^(?:localhost|%\w+|any|all|default|self|none|\*|[\d.:/a-f]*)$/i;

const email = /(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}(?![\w-])/gi;

/**
 * Replaces names of hosts, people and organisations, the same by the same: `gw.example.com` by `name-1.example`.
 * Only what is known to be a name is replaced, so that file names and keywords stay.
 */
export class NameMap {
  readonly #replacements = new Map<string, string>();
  readonly #telling: RegExp | undefined;
  readonly #words: RegExp | undefined;
  /** What was met and replaced. */
  readonly used = new Map<string, string>();

  /**
   * @param names identities, hosts and users as they stand in the configuration
   * @param texts configurations, to tell a user called `left` from the keyword
   */
  constructor(names: readonly string[], texts: readonly string[]) {
    const bare = names
      .map((name) => name.replace(/^["']|["']$/g, '').replace(/^@+/, ''))
      .filter((name) => name.length > 1 && !general.test(name));
    const emails = texts.flatMap((text) => text.match(email) ?? []);
    for (const name of new Set([...bare, ...emails])) this.#replacements.set(name, this.#stand(name));
    const longestFirst = [...this.#replacements.keys()].sort((a, b) => b.length - a.length);
    const telling = (name: string) => /[.@=]/.test(name);
    const keywords = new Set(texts.flatMap((text) => text.match(/[\w-]+(?=[ \t]*[={])/g) ?? []));
    this.#telling = anyOf(longestFirst.filter(telling));
    this.#words = anyOf(longestFirst.filter((name) => !telling(name) && name.length >= 3 && !keywords.has(name)));
  }

  #stand(name: string): string {
    const number = this.#replacements.size + 1;
    if (name.includes('=')) return `CN=name-${number}`;
    if (name.includes('@')) return `user-${number}@name.example`;
    return name.includes('.') ? `name-${number}.example` : `name-${number}`;
  }

  /** Names that cannot be anything else, in any text. */
  replace(text: string): string {
    return this.#apply(text, this.#telling);
  }

  /** Single words too: for configurations alone. */
  replaceWords(text: string): string {
    return this.#apply(text, this.#words);
  }

  #apply(text: string, pattern: RegExp | undefined): string {
    if (pattern === undefined) return text;
    return text.replace(pattern, (name) => {
      const stand = this.#replacements.get(name) ?? name;
      this.used.set(name, stand);
      return stand;
    });
  }
}

function anyOf(names: readonly string[]): RegExp | undefined {
  if (names.length === 0) return undefined;
  return new RegExp(`(?<![\\w-])(?:${names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})(?![\\w-])`, 'g');
}
