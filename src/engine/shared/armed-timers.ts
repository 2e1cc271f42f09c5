/** How a machine's timer is called outside: `ike/<number of the SA>/<name>`. */
export function timerId(number: number, name: string): string {
  return `ike/${number}/${name}`;
}

/** Which timers of which SA are set, by the SA's number. An SA without any takes no room. */
export class ArmedTimers {
  readonly #names = new Map<number, Set<string>>();

  arm(number: number, name: string): void {
    const names = this.#names.get(number);
    if (names === undefined) this.#names.set(number, new Set([name]));
    else names.add(name);
  }

  /** False when it was not set: a timer that was cancelled too late. */
  disarm(number: number, name: string): boolean {
    const names = this.#names.get(number);
    if (names?.delete(name) !== true) return false;
    if (names.size === 0) this.#names.delete(number);
    return true;
  }

  /** Takes a timer that went off back by its id; undefined when it was not set: cancelled too late, or nobody's. */
  fire(id: string): { readonly number: number; readonly name: string } | undefined {
    const [, digits, name] = /^ike\/(\d+)\/(.+)$/.exec(id) ?? [];
    if (name === undefined) return undefined;
    const number = Number(digits);
    return this.disarm(number, name) ? { number, name } : undefined;
  }

  /** A copy: it may be walked while timers are disarmed. */
  of(number: number): readonly string[] {
    return [...(this.#names.get(number) ?? [])];
  }

  get size(): number {
    let size = 0;
    for (const names of this.#names.values()) size += names.size;
    return size;
  }
}
