import type { ChildFacts, IkeSession } from '../../model/ike-session.js';

/** Who negotiated an SPI of ESP or AH. */
export interface NegotiatedSpi {
  readonly session: IkeSession;
  readonly child: ChildFacts;
  /** The end that chose the SPI: packets that carry it go there. */
  readonly receiver: 'initiator' | 'responder';
  /** The SPI of the other direction. */
  readonly pair?: string;
}

/**
 * Makes a look-up from an SPI (`0x` + 8 digits) to the child that negotiated it, as far as quick mode and CHILD_SA exchanges
 * were readable. Sessions with hidden children may have negotiated any other SPI: see `children`.
 *
 * @returns the latest child with that SPI; `dst` narrows to one whose receiving end has been seen under that address
 */
export function linkEsp(sessions: readonly IkeSession[]): (spi: string, dst?: string) => NegotiatedSpi | undefined {
  const bySpi = new Map<string, NegotiatedSpi[]>();
  const add = (spi: string | undefined, entry: NegotiatedSpi) => {
    if (spi === undefined) return;
    const list = bySpi.get(spi);
    if (list === undefined) bySpi.set(spi, [entry]);
    else list.push(entry);
  };
  for (const session of sessions) {
    for (const child of session.children) {
      const { spiInitiator, spiResponder } = child;
      const entry = (receiver: NegotiatedSpi['receiver'], pair: string | undefined): NegotiatedSpi =>
        pair === undefined ? { session, child, receiver } : { session, child, receiver, pair };
      add(spiInitiator, entry('initiator', spiResponder));
      add(spiResponder, entry('responder', spiInitiator));
    }
  }
  return (spi, dst) => bySpi.get(spi)?.findLast(({ session, receiver }) => dst === undefined || wasAt(session, receiver, dst));
}

function wasAt(session: IkeSession, end: 'initiator' | 'responder', address: string): boolean {
  if (session[end].address === address) return true;
  return (session.moves ?? []).some((move) => move.end === end && move.to.address === address);
}
