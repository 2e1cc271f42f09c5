/** Milliseconds of one handshake, as a capture at the initiator has it. */
export interface HandshakeTime {
  /** First packet to the last answer. */
  readonly whole: number;
  /** From the last answer of the first exchange to the request of the second: what the initiator itself takes. */
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

/** Exchanges of a handshake, first and second: IKE_SA_INIT and IKE_AUTH, main mode and quick mode. */
const EXCHANGES: Readonly<Record<string, readonly [string, string]>> = {
  ikev2: ['IKE_SA_INIT', 'IKE_AUTH'],
  ikev1: ['Identity Protection (Main Mode)', 'Quick Mode'],
};

/**
 * Every whole handshake in what `sniff --json` printed, by who began it; questions that got no further are left out.
 * @param who by the source port of the first packet
 */
export function wireTimes(
  records: string,
  who: (port: number) => string,
  version: 'ikev1' | 'ikev2' = 'ikev2',
): Readonly<Record<string, HandshakeTime[]>> {
  const [firstExchange, secondExchange] = EXCHANGES[version] as readonly [string, string];
  const bySpi = new Map<string, PacketRecord[]>();
  for (const line of records.trim().split('\n')) {
    const record = JSON.parse(line) as PacketRecord;
    if (record.type !== 'packet' || record.proto !== version) continue;
    if (record.exchange !== firstExchange && record.exchange !== secondExchange) continue;
    const spi = record.spi_i ?? '';
    bySpi.set(spi, [...(bySpi.get(spi) ?? []), record]);
  }
  const times: Record<string, HandshakeTime[]> = {};
  for (const packets of bySpi.values()) {
    // The third message of quick mode is the initiator's, who has its SA by then.
    const [first, last] = [packets[0], packets.findLast(({ response }) => response === true)];
    const request = packets.find(({ exchange }) => exchange === secondExchange);
    const answer = packets.findLast(({ exchange }) => exchange === firstExchange);
    if (first === undefined || last?.exchange !== secondExchange || request === undefined || answer === undefined) continue;
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
