import { cipherNameWithKey } from '../../crypto/ciphers.js';
import type { IkeHappening } from '../../engine/ike-machine.js';
import { course } from '../../probes/ike/course.js';
import { virtualAddress } from '../../probes/ike/shared/inner-addresses.js';
import { ProbeFacts } from '../../probes/ike/shared/probe-facts.js';
import { type LinkOptions, TunnelLink } from '../../probes/ike/shared/tunnel-link.js';
import type { ProbeTarget } from '../../probes/ike/target.js';
import type { Negotiated } from '../../report/probe-json.js';
import { systemClock } from '../../transport/clock.js';
import { systemEnvironment } from '../../transport/environment.js';
import { prepareKept } from '../../transport/openssl.js';
import { createTlsStack } from '../../transport/tls.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import { selectorFacts } from '../../wire/ike/selector-facts.js';
import { keyLengthOf, transformName } from '../../wire/ike/transform-name.js';
import { describeVendorId } from '../../wire/ike/vendor-ids.js';
import type { RunFlags } from './flags.js';
import { heldChild } from './held-child.js';
import type { ProbeIo } from './io.js';
import { RunRecording } from './recording.js';
import { takeSteps } from './take-steps.js';
import { TunBridge } from './tun.js';

/** What differs from probe to probe: where the sockets come from. */
export type Ways = Pick<LinkOptions, 'openTransport' | 'rawEsp' | 'resolve' | 'route'>;

/**
 * Takes the steps against a peer and reports each as it ends.
 * @param title names the peer in the head of the report
 * @returns exit status: 0 everything works, 1 something is wrong, 2 interrupted
 */
export async function runProbe(
  title: string,
  target: ProbeTarget,
  ways: Ways,
  flags: RunFlags & { readonly tun?: string },
  io: ProbeIo,
): Promise<number> {
  const facts = new ProbeFacts();
  const tls = createTlsStack();
  const bridge = flags.tun === undefined ? undefined : new TunBridge(flags.tun, io.signal, io.warn);
  const recording = flags.write === undefined ? undefined : new RunRecording(flags.write);
  const link = new TunnelLink({
    target,
    facts,
    clock: systemClock,
    environment: systemEnvironment,
    signal: bridge?.signal ?? io.signal,
    tls,
    prepareCipher: prepareKept,
    ...ways,
    ...(bridge === undefined ? {} : { onInnerPacket: (packet: Uint8Array) => bridge.deliver(packet) }),
    ...(recording === undefined
      ? {}
      : {
          openTransport: async (address: string, source: string) => recording.wrap(await ways.openTransport(address, source)),
          onHappening: (happening: IkeHappening) => recording.onHappening(happening),
        }),
  });
  try {
    return await takeSteps(
      course,
      { target, facts, link },
      {
        title,
        peer: target.host,
        flags,
        io,
        negotiated: () => negotiated(facts),
        hold: bridge?.step(() => heldChild(target, facts, link)),
      },
    );
  } finally {
    bridge?.close();
    await link.close();
    tls.close();
    recording?.close();
  }
}

/** What both ends agreed on; no secrets among it. */
function negotiated(facts: ProbeFacts): Negotiated {
  const { address, source, proposal, lastChild: child, identity, innerMtu } = facts;
  const virtual = [virtualAddress(facts, 4), virtualAddress(facts, 6)].filter((one) => one !== undefined);
  const texts = (selectors: Parameters<typeof selectorFacts>[0]['selectors']) => selectorFacts({ selectors }).map((one) => one.text);
  return {
    ...(address === undefined ? {} : { address }),
    ...(source === undefined ? {} : { source }),
    ...(proposal === undefined
      ? {}
      : { ike: proposal.chosen.transforms.map((transform) => transformName(transform.type, transform.id, keyLengthOf(transform))) }),
    ...(child === undefined
      ? {}
      : {
          esp: [
            ...(child.encryption === undefined ? [] : [cipherNameWithKey(child.encryption, child.keyLength)]),
            child.integrity,
            child.esn ? 'ESN' : 'NO_ESN',
          ],
          ...(child.ah === undefined ? {} : { ah: [child.ah.integrity, child.ah.esn ? 'ESN' : 'NO_ESN'] }),
          ...(child.compression === undefined ? {} : { compression: child.compression.algorithm }),
          ...(child.kilobytes === undefined ? {} : { kilobytes: child.kilobytes }),
          mode: child.mode,
          encapsulation: child.encapsulation,
          localSelectors: texts(child.localSelectors),
          remoteSelectors: texts(child.remoteSelectors),
        }),
    ...(identity === undefined ? {} : { peerId: identityText(identity.type, identity.data) }),
    ...(virtual.length === 0 ? {} : { virtualAddresses: virtual }),
    ...(facts.vendorIds.length === 0 ? {} : { vendorIds: facts.vendorIds.map((id) => describeVendorId(id).name) }),
    ...(innerMtu === undefined ? {} : { innerMtu }),
  };
}
