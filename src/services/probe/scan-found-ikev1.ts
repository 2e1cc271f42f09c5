import { nameOf } from '../../bytes/registry.js';
import { type Ikev1Suite, suiteText } from '../../probes/ike/shared/ikev1-suite.js';
import type { Ikev1ModeScan } from '../../report/scan-report-ikev1.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import type { IkeMessage } from '../../wire/ike/message.js';
import { payloadName } from '../../wire/ike/payload-name.js';
import { IKEV1_NOTIFY_TYPES, NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { V1 } from '../../wire/ike/tables/payload-types.js';

/** Refusals that have nothing to do with the transforms: the name is not known, or this mode is not allowed to it. */
const OF_THE_NAME: ReadonlySet<number> = new Set([NOTIFY_V1['AUTHENTICATION-FAILED'], NOTIFY_V1['INVALID-ID-INFORMATION']]);

/** What the scan of one mode of IKEv1 has brought so far. */
export class Found {
  readonly accepted = new Map<string, Ikev1Suite>();
  readonly #values = new Set<string>();
  outcome: Ikev1ModeScan['outcome'] = 'silent';
  first?: Ikev1Suite;
  told?: IkeMessage;
  unanswered = 0;
  complete = true;

  add(suite: Ikev1Suite, message: IkeMessage): void {
    if (this.first === undefined) {
      this.first = suite;
      this.told = message;
    }
    this.outcome = 'answered';
    this.accepted.set(suiteText(suite), suite);
    for (const value of valuesOf(suite)) this.#values.add(value);
  }

  refused(message: IkeMessage, notify: number | undefined): void {
    if (this.outcome === 'answered') return;
    this.outcome = notify !== undefined && OF_THE_NAME.has(notify) ? 'name-refused' : 'refused';
    this.told ??= message;
  }

  /** Methods are taken unseen: of what else it took, this one stands for all. */
  forgetOthers(method: number): void {
    for (const [text, suite] of this.accepted) if (suite.method !== method) this.accepted.delete(text);
  }

  /** Whether it would tell of an algorithm that is not known yet to be accepted. */
  isNews(suite: Ikev1Suite): boolean {
    return valuesOf(suite).some((value) => !this.#values.has(value));
  }
}

const valuesOf = ({ cipher, keyLength, hash, method, group }: Ikev1Suite): readonly string[] => [
  `c${cipher}/${keyLength}`,
  `h${hash}`,
  `m${method}`,
  `g${group}`,
];

/** The same for the report. */
export function modeReport({ outcome, first, accepted, told, unanswered, complete }: Found): Ikev1ModeScan {
  const payloads = told?.payloads ?? [];
  const id = payloads.flatMap((node) => (node.kind === 'id-v1' ? [identityText(node.value.type, node.value.data)] : []))[0];
  const notifies = payloads.flatMap((node) => (node.kind === 'notify-v1' ? [nameOf(IKEV1_NOTIFY_TYPES, node.value.type)] : []));
  return {
    outcome,
    ...(first === undefined ? {} : { first }),
    accepted: [...accepted.values()],
    complete,
    unanswered,
    vendorIds: payloads.flatMap((node) => (node.kind === 'vendor-id' ? [node.value.id] : [])),
    payloads: payloads.map((node) => payloadName(1, node.type, 'value' in node ? node.value : undefined)),
    notifies,
    ...(id === undefined ? {} : { peerId: id }),
    showsHash: payloads.some(({ type }) => type === V1.HASH),
  };
}
