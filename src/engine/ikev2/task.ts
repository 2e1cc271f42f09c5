/** Our request that is out on an established IKE SA, and what its answer will be used for. */
export type Task = { readonly kind: 'liveness' } | { readonly kind: 'delete-child'; readonly spiIn: number };
