import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A path at which there is nothing, for tables of tests: `/nonexistent` is the home of nobody, and some hosts have it. */
export const MISSING = join(tmpdir(), 'vpndoctor-test-that-nobody-makes');
