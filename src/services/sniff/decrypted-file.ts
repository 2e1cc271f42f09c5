import { type CaptureFile, createCaptureFile } from '../../capture/rotate.js';
import type { Observation, ObservedUnit } from '../../dissect/analyser.js';
import { innerIpPacket } from '../../dissect/inner-ip-packet.js';
import { LINKTYPE } from '../../pcapfile/linktypes.js';

/** Writes what ESP carried as a capture of bare IP packets. Of tunnels in tunnels every level is written, from the outside in. */
export class DecryptedFile {
  readonly #file: CaptureFile;
  #packets = 0;

  constructor(path: string) {
    this.#file = createCaptureFile({ path, format: 'pcapng', decrypted: true });
  }

  /** Written so far. */
  get packets(): number {
    return this.#packets;
  }

  add({ packet, units }: Observation): void {
    for (const unit of units) this.#unit(unit, packet);
  }

  close(): void {
    this.#file.close();
  }

  #unit({ unit, inner }: ObservedUnit, packet: Observation['packet']): void {
    if (inner === undefined) return;
    const data = innerIpPacket(unit, inner);
    if (data !== undefined) {
      this.#packets++;
      const { frame, sec, nsec } = packet;
      this.#file.write({
        frame,
        sec,
        nsec,
        nanoseconds: true,
        linkType: LINKTYPE.RAW,
        interfaceId: 0,
        data,
        start: 0,
        end: data.length,
        originalLength: data.length,
      });
    }
    for (const next of inner.units) this.#unit(next, packet);
  }
}
