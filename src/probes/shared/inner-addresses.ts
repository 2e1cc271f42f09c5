/** Addresses to send test traffic between, and how they were found. */
export interface InnerAddresses {
  readonly from: string;
  readonly to: string;
  /** Nobody told us that `to` is there: no answer means nothing. */
  readonly guessed: boolean;
}
