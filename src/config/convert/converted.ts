/** What a conversion gave: files to be written, and what they do not say. */
export interface Converted {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** What could not be carried over, and what is to be filled in. */
  readonly notes: readonly string[];
}
