/** Gives `length` random bytes: the system's generator, or a seeded one in tests. */
export type RandomSource = (length: number) => Uint8Array;
