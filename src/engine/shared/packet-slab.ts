const BLOCK = 0x1_0000;

/**
 * Memory for packets, cut from larger blocks: each packet is its receiver's to keep, sockets hold them until they are
 * sent, and none costs an allocation of its own. Not zeroed: whoever takes a piece fills it.
 */
export class PacketSlab {
  #block = Buffer.allocUnsafeSlow(BLOCK).buffer;
  #at = 0;

  take(length: number): Uint8Array {
    if (length > BLOCK / 2) return new Uint8Array(length);
    if (this.#at + length > BLOCK) {
      this.#block = Buffer.allocUnsafeSlow(BLOCK).buffer;
      this.#at = 0;
    }
    const piece = new Uint8Array(this.#block, this.#at, length);
    this.#at += length;
    return piece;
  }
}
