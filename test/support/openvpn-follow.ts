import { readFileSync } from 'node:fs';
import { Analyser, type Observation } from '../../src/dissect/analyser.js';
import { KeyRing } from '../../src/dissect/keys/key-ring.js';
import { readKeys } from '../../src/dissect/keys/read-keys.js';
import type { CaptureFacts } from '../../src/model/capture-facts.js';
import type { PacketView } from '../../src/pcapfile/packet-view.js';
import { createCaptureReader } from '../../src/pcapfile/reader.js';

/** A capture followed to its end. */
export interface Followed {
  readonly facts: CaptureFacts;
  readonly observations: readonly Observation[];
}

/** Reads a capture of ours; `keys`: the text of a key file, or its own `keys.json`. `change`: what to do to each packet before. */
export function follow(slug: string, keys?: string | true, change: (view: PacketView) => PacketView = (view) => view): Followed {
  const ring = new KeyRing();
  if (keys !== undefined) ring.merge(readKeys(keys === true ? readFileSync(`captures/${slug}/keys.json`, 'utf8') : keys, 'keys'));
  const analyser = new Analyser({ keys: ring });
  const observations: Observation[] = [];
  const reader = createCaptureReader((view) => {
    const observation = analyser.observe(change(view));
    if (observation !== undefined) observations.push(observation);
    return true;
  });
  reader.feed(readFileSync(`captures/${slug}/capture.pcap`));
  reader.end(true);
  return { facts: analyser.facts(), observations };
}
