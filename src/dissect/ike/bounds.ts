import type { IdentityFacts, ProposalFacts } from '../../model/ike-session.js';

/**
 * How much of what a peer sends is kept in facts. Real messages are far below; a datagram of 64 KiB may hold thousands of payloads,
 * transforms or one endless name.
 */
const MAX_TEXT = 600;
const MAX_TRANSFORMS = 1024;
/** Entries of a kind that a session can collect. */
const MAX_ENTRIES = 256;

export function boundedText(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}… (${text.length} characters)`;
}

export function boundedIdentity({ type, value }: IdentityFacts): IdentityFacts {
  return { type, value: boundedText(value) };
}

/** Proposals as long as their transforms are not too many together. */
export function boundedProposals(proposals: readonly ProposalFacts[]): readonly ProposalFacts[] {
  let transforms = 0;
  const end = proposals.findIndex((proposal) => {
    transforms += Math.max(1, proposal.transforms.length);
    return transforms > MAX_TRANSFORMS;
  });
  return end < 0 ? proposals : proposals.slice(0, end);
}

/* A session has a dozen of these, most of them empty to the end: those share one that nobody fills. */

const NO_ITEMS: readonly never[] = Object.freeze([]);
const NO_TEXTS: ReadonlySet<string> = new Set();

/** A list that stops growing. */
export class BoundedList<T> {
  #items: T[] | undefined;

  get items(): readonly T[] {
    return this.#items ?? NO_ITEMS;
  }

  push(item: T): void {
    if (this.#items === undefined) this.#items = [item];
    else if (this.#items.length < MAX_ENTRIES) this.#items.push(item);
  }
}

/** A set of texts that stops growing. */
export class BoundedTexts {
  #items: Set<string> | undefined;

  get items(): ReadonlySet<string> {
    return this.#items ?? NO_TEXTS;
  }

  add(text: string): void {
    this.#items ??= new Set();
    if (this.#items.size < MAX_ENTRIES) this.#items.add(boundedText(text));
  }
}
