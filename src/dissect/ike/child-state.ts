import type { ChildFacts } from '../../model/ike-session.js';

/** A CHILD_SA while its exchange is being followed. */
export type ChildState = { -readonly [K in keyof ChildFacts]: ChildFacts[K] };

/** One of which only the request was seen, and nothing in it. */
export function newChild(frame: number, fromInitiator: boolean): ChildState {
  return {
    frame,
    protocol: 'hidden',
    fromInitiator,
    offered: [],
    selectorsInitiator: [],
    selectorsResponder: [],
    lifetimes: [],
    outcome: 'unanswered',
  };
}
