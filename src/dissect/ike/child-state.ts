import type { ChildFacts } from '../../model/ike-session.js';

/** A CHILD_SA while its exchange is being followed. */
export type ChildState = { -readonly [K in keyof ChildFacts]: ChildFacts[K] };
