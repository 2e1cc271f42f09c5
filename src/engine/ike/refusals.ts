import { nameOf, type Registry } from '../../bytes/registry.js';
import type { Refusal, RefusedBy } from '../refusal.js';

/** What the two versions have of their own. */
export interface RefusalWords {
  readonly exchanges: Registry;
  readonly notifies: Registry;
  /** What error notifies mean, in words, by their numbers. */
  readonly meanings: Readonly<Record<number, string>>;
  /** Codes of notifies that are not just their names. */
  readonly codes?: Readonly<Record<number, string>>;
}

/** How one version speaks of refusals: both give the same codes, so that whoever explains one explains the other. */
export function refusalsOf({ exchanges, notifies, meanings, codes = {} }: RefusalWords) {
  const exchangeName = (exchange: number): string => nameOf(exchanges, exchange);
  const notifyName = (type: number): string => nameOf(notifies, type);
  /** `NO_PROPOSAL_CHOSEN` is `no-proposal-chosen`. */
  const codeOf = (type: number): string => {
    const name = notifyName(type);
    return codes[type] ?? (name.startsWith('unknown') ? `notify-${type}` : name.toLowerCase().replaceAll('_', '-'));
  };
  return {
    /** `IKE_AUTH`, `Quick Mode` and their like. */
    exchangeName,
    notifyName,
    /** What the peer refused by a notify. */
    refusedByNotify: (type: number, exchange: number, values: Pick<Refusal, 'ours' | 'theirs'> = {}): Refusal => ({
      code: codeOf(type),
      by: 'peer',
      exchange: exchangeName(exchange),
      text: meanings[type] ?? `the peer refused with ${notifyName(type)}`,
      ...values,
      notify: notifyName(type),
    }),
    /** Any other refusal; `notify` is the type that was or will be sent about it. */
    refusal: (
      code: string,
      by: RefusedBy,
      exchange: number,
      text: string,
      { notify, ...values }: Pick<Refusal, 'ours' | 'theirs'> & { readonly notify?: number } = {},
    ): Refusal => ({
      code,
      by,
      exchange: exchangeName(exchange),
      text,
      ...values,
      ...(notify === undefined ? {} : { notify: notifyName(notify) }),
    }),
  };
}
