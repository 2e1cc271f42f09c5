/** Milliseconds of one handshake of two exchanges, as a capture at the initiator has it. */
export interface HandshakeTime {
  /** First packet to last. */
  readonly whole: number;
  /** From the last answer to IKE_SA_INIT to the request of IKE_AUTH: what the initiator itself takes. */
  readonly between: number;
}

interface PacketRecord {
  readonly type: string;
  readonly proto?: string;
  readonly exchange?: string;
  readonly response?: boolean;
  readonly spi_i?: string;
  readonly sport?: number;
  readonly time: string;
}

/**
 * Every whole handshake in what `sniff --json` printed, by who began it; questions that got no further are left out.
 * @param who by the source port of the first packet
 */
export function wireTimes(records: string, who: (port: number) => string): Readonly<Record<string, HandshakeTime[]>> {
  const bySpi = new Map<string, PacketRecord[]>();
  for (const line of records.trim().split('\n')) {
    const record = JSON.parse(line) as PacketRecord;
    if (record.type !== 'packet' || record.proto !== 'ikev2' || !/^IKE_(?:SA_INIT|AUTH)$/.test(record.exchange ?? '')) continue;
    const spi = record.spi_i ?? '';
    bySpi.set(spi, [...(bySpi.get(spi) ?? []), record]);
  }
  const times: Record<string, HandshakeTime[]> = {};
  for (const packets of bySpi.values()) {
    const [first, last] = [packets[0], packets.at(-1)];
    const request = packets.find(({ exchange }) => exchange === 'IKE_AUTH');
    const answer = packets.findLast(({ exchange }) => exchange === 'IKE_SA_INIT');
    if (first === undefined || last?.response !== true || request === undefined || answer === undefined) continue;
    const name = who(first.sport ?? 0);
    times[name] ??= [];
    times[name].push({ whole: milliseconds(last) - milliseconds(first), between: milliseconds(request) - milliseconds(answer) });
  }
  return times;
}

/** Dates have milliseconds, captures microseconds. */
function milliseconds({ time }: PacketRecord): number {
  return Date.parse(`${time.slice(0, 23)}Z`) + Number(time.slice(23, 26)) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(at)] ?? Number.NaN) + (sorted[Math.ceil(at)] ?? Number.NaN)) / 2;
}
