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

/** A list that stops growing. */
export class BoundedList<T> {
  readonly items: T[] = [];

  push(item: T): void {
    if (this.items.length < MAX_ENTRIES) this.items.push(item);
  }
}

/** A set of texts that stops growing. */
export class BoundedTexts {
  readonly items = new Set<string>();

  add(text: string): void {
    if (this.items.size < MAX_ENTRIES) this.items.add(boundedText(text));
  }
}
