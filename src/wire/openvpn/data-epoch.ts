/**
 * The epoch that the first four bytes of a packet id with epochs give (`packet_id.c`, `packet_id_read_epoch`): 16 bits, 1 and up, before 48
 * bits that count, whose upper 16 stay zero for the first 2^32 packets. Undefined where they cannot be that.
 */
export function epochFront(first: number): number | undefined {
  return first >>> 16 !== 0 && (first & 0xffff) === 0 ? first >>> 16 : undefined;
}
