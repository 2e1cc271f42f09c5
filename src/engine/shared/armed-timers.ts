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
