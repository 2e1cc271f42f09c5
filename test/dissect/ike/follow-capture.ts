import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DecodeError } from '../../../src/bytes/errors.js';
import { Dissector } from '../../../src/dissect/frame/dissector.js';
import { IcmpErrors } from '../../../src/dissect/icmp-errors.js';
import { IkeTracker, type ObservedIke } from '../../../src/dissect/ike/session-tracker.js';
import { KeyRing } from '../../../src/dissect/keys/key-ring.js';
import { readKeys } from '../../../src/dissect/keys/read-keys.js';
import { SaTracker } from '../../../src/dissect/sa/sa-tracker.js';
import type { IkeSession } from '../../../src/model/ike-session.js';
import type { Timestamp } from '../../../src/model/packet.js';
import type { SaFacts } from '../../../src/model/sa.js';
import { createCaptureReader } from '../../../src/pcapfile/reader.js';

export interface Followed {
  readonly sessions: readonly IkeSession[];
  readonly observed: readonly ObservedIke[];
  readonly sas: readonly SaFacts[];
}

/** Reads a capture file to its end, decodes, follows; keys of a file as the user would give it. */
export function followCapture(path: string, keysPath?: string): Followed {
  const keys = new KeyRing();
  if (keysPath !== undefined) keys.merge(readKeys(readFileSync(keysPath, 'utf8'), keysPath));
  const dissector = new Dissector();
  const ike = new IkeTracker(keys);
  const sas = new SaTracker();
  const icmp = new IcmpErrors();
  const observed: ObservedIke[] = [];
  let lastTime: Timestamp | undefined;
  const reader = createCaptureReader(
    (view) => {
      const packet = dissector.dissect(view);
      lastTime = { sec: packet.sec, nsec: packet.nsec };
      for (const unit of packet.units) {
        if (unit.kind === 'ike') observed.push(...tolerating(() => ike.observe(unit, packet)));
        else if (unit.kind === 'esp' || unit.kind === 'ah') sas.observe(unit, packet);
        else if (unit.kind === 'icmp-error') icmp.observe(unit, packet);
      }
      return true;
    },
    { name: path },
  );
  const bytes = readFileSync(path);
  reader.feed(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
  reader.end(true);
  const context = { sas: sas.facts(), icmpErrors: icmp.facts(), ...(lastTime === undefined ? {} : { lastTime }) };
  return { sessions: ike.facts(context), observed, sas: context.sas };
}

function tolerating(observe: () => ObservedIke): ObservedIke[] {
  try {
    return [observe()];
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return [];
  }
}

export interface OwnCapture {
  readonly slug: string;
  readonly path: string;
  readonly keysPath: string | undefined;
  readonly expect: {
    readonly outcome: string;
    readonly healthy: boolean;
    readonly ike_versions: readonly string[];
    readonly wire_can_tell: boolean;
    readonly finding: string | null;
  };
}

/** The captures of this repository that have an expectation. */
export function ownCaptures(): readonly OwnCapture[] {
  const root = new URL('../../../captures', import.meta.url).pathname;
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((slug) => {
    const folder = join(root, slug);
    const path = join(folder, 'capture.pcap');
    const expectation = join(folder, 'expect.json');
    if (!existsSync(path) || !existsSync(expectation)) return [];
    const keys = join(folder, 'keys.json');
    return [{ slug, path, keysPath: existsSync(keys) ? keys : undefined, expect: JSON.parse(readFileSync(expectation, 'utf8')) }];
  });
}
