/** Names that mean nobody. */
const general = /^(?:localhost|%\w+|any|all|default|self|none|\*|[\d.:/a-f]*)$/i;

const email = /(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}(?![\w-])/gi;

/** Sections of swanctl.conf and strongswan.conf that are called so by the program: `local-1` too. */
const sections =
  /^(?:connections|children|secrets|pools|authorities|conn-defaults|(?:local|remote)(?:-\w+)?|(?:ca)?cert\w*|pubkey\w*|charon\w*|plugins|swanctl|libstrongswan)$/;

/** What the names of secrets begin with: `ike-office`. */
const kinds = /^(?:ike|eap|xauth|ntlm|ppk|private|rsa|ecdsa|pkcs8|pkcs12|token)-?/;

/**
 * Replaces names of hosts, people and organisations, the same by the same: `gw.example.com` by `name-1.example`.
 * Only what is known to be a name is replaced, so that file names and keywords stay.
 */
export class NameMap {
  readonly #replacements = new Map<string, string>();
  readonly #telling: RegExp | undefined;
  readonly #words: RegExp | undefined;
  readonly #connections: ReadonlySet<string>;
  readonly #inComments: RegExp | undefined;
  /** What was met and replaced. */
  readonly used = new Map<string, string>();

  /**
   * @param names identities, hosts and users as they stand in the configuration
   * @param texts configurations, to tell a user called `left` from the keyword
   * @param connections names of connections and their children: replaced where a configuration names them, and in its comments
   */
  constructor(names: readonly string[], texts: readonly string[], connections: readonly string[] = []) {
    this.#connections = new Set(connections.filter((name) => !general.test(name) && !sections.test(name)));
    const bare = names
      .map((name) => name.replace(/^["']|["']$/g, '').replace(/^@+/, ''))
      .filter((name) => name.length > 1 && !general.test(name));
    const emails = texts.flatMap((text) => text.match(email) ?? []);
    const domains = [...bare, ...emails].flatMap(domainsOf);
    for (const name of new Set([...bare, ...emails, ...domains, ...this.#connections])) this.#replacements.set(name, this.#stand(name));
    const longestFirst = [...this.#replacements.keys()].sort((a, b) => b.length - a.length);
    const telling = (name: string) => /[.@=]/.test(name);
    const assigned = new Set(texts.flatMap((text) => text.match(/[\w-]+(?=[ \t]*=)/g) ?? []));
    const headed = texts.flatMap((text) => text.match(/[\w-]+(?=[ \t]*\{)/g) ?? []);
    const keywords = new Set([...assigned, ...headed.filter((word) => !this.#connections.has(word))]);
    this.#telling = anyOf(longestFirst.filter(telling));
    const identities = new Set([...bare, ...emails]);
    this.#words = anyOf(longestFirst.filter((name) => identities.has(name) && !telling(name) && name.length >= 3 && !keywords.has(name)));
    this.#inComments = anyOf([...this.#connections].filter((name) => !assigned.has(name)).sort((a, b) => b.length - a.length));
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

  /** A text that is a name as a whole, be it a single word. */
  replaceWhole(text: string): string {
    return this.#replacements.has(text) ? this.#stands(text) : text;
  }

  /** Single words too: for configurations alone. */
  replaceWords(text: string): string {
    return this.#replaceConnections(this.#apply(text, this.#words));
  }

  /**
   * A connection may be called as any value is (`tunnel`, `psk`), so its name is replaced only where it stands as a name: behind
   * `conn` and `also=`, before the brace of a section, in comments.
   */
  #replaceConnections(text: string): string {
    if (this.#connections.size === 0) return text;
    const one = (name: string) => (this.#connections.has(name) ? this.#stands(name) : name);
    const header = (words: string) =>
      words.replace(/[^\s:,."]+/g, (word) => {
        const kind = kinds.exec(word)?.[0] ?? '';
        return this.#connections.has(word) ? one(word) : kind + one(word.slice(kind.length));
      });
    return text
      .replace(/^([ \t]*conn[ \t]+)(\S+)/gm, (_, before: string, name: string) => before + one(name))
      .replace(/^([ \t]*also[ \t]*=[ \t]*)(\S+)/gm, (_, before: string, list: string) => before + list.replace(/[^\s,"]+/g, one))
      .replace(/[^{}=\n#]+(?=\{)/g, header)
      .replace(/#.*$/gm, (comment) => this.#apply(comment, this.#inComments));
  }

  #apply(text: string, pattern: RegExp | undefined): string {
    if (pattern === undefined) return text;
    return text.replace(pattern, (name) => this.#stands(name));
  }

  /** What stands for a name, which counts as met. */
  #stands(name: string): string {
    const stand = this.#replacements.get(name) ?? name;
    this.used.set(name, stand);
    return stand;
  }
}

/** Domains that a host or a mailbox is in, of two labels at least: they stand alone in search lists and comments. */
function domainsOf(name: string): readonly string[] {
  const host = name.slice(name.lastIndexOf('@') + 1);
  if (!/^(?:[\w-]{1,63}\.)+[a-z]{2,24}$/i.test(host)) return [];
  const labels = host.split('.');
  const first = name.includes('@') ? 0 : 1;
  return labels.slice(first, -1).map((_, index) => labels.slice(first + index).join('.'));
}

function anyOf(names: readonly string[]): RegExp | undefined {
  if (names.length === 0) return undefined;
  return new RegExp(`(?<![\\w-])(?:${names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})(?![\\w-])`, 'g');
}
