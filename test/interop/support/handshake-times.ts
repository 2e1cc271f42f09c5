/** Milliseconds of one handshake, as a capture at the initiator has it. */
export interface HandshakeTime {
  /** First packet to the last answer. */
  readonly whole: number;
  /** IKE: from the last answer of the first exchange to the request of the second. OpenVPN: all that the client takes for its answers. */
  readonly own: number;
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
    times[name].push({ whole: milliseconds(last) - milliseconds(first), own: milliseconds(request) - milliseconds(answer) });
  }
  return times;
}

interface OpenvpnRecord {
  readonly type: string;
  readonly proto?: string;
  readonly opcode?: string;
  readonly session?: number;
  readonly from_client?: boolean;
  readonly time: string;
}

/** Every handshake of OpenVPN in what `sniff --json` printed, in the order in which they began: from the client's reset to the PUSH_REPLY. */
export function openvpnWireTimes(records: string): readonly HandshakeTime[] {
  const bySession = new Map<number, OpenvpnRecord[]>();
  for (const line of records.trim().split('\n')) {
    const record = JSON.parse(line) as OpenvpnRecord;
    if (record.type !== 'packet' || record.proto !== 'openvpn' || !/^P_(CONTROL|ACK)_/.test(record.opcode ?? '')) continue;
    const session = record.session ?? 0;
    bySession.set(session, [...(bySession.get(session) ?? []), record]);
  }
  return [...bySession.values()].map((packets) => {
    // Nothing that a server says through TLS comes after it.
    const last = packets.findLastIndex(({ opcode, from_client }) => opcode === 'P_CONTROL_V1' && from_client === false);
    const until = packets.slice(0, last + 1);
    const at = until.map(milliseconds);
    let own = 0;
    for (const [n, packet] of until.entries())
      if (packet.from_client === true && until[n - 1]?.from_client === false) own += (at[n] ?? 0) - (at[n - 1] ?? 0);
    return { whole: (at.at(-1) ?? Number.NaN) - (at[0] ?? Number.NaN), own };
  });
}

/** Both, their ratio, and what of it the initiator takes itself. */
export function comparedTimes(
  their: string,
  theirs: readonly HandshakeTime[] = [],
  ours: readonly HandshakeTime[] = [],
  own: string,
): string {
  const of = (times: readonly HandshakeTime[], key: keyof HandshakeTime) => times.map((one) => one[key]);
  const show = (times: readonly HandshakeTime[], key: keyof HandshakeTime) =>
    `${median(of(times, key)).toFixed(2)} (${Math.min(...of(times, key)).toFixed(2)})`;
  const ratio = (median(of(ours, 'whole')) / median(of(theirs, 'whole'))).toFixed(2);
  return `${their} ${show(theirs, 'whole')}, ours ${show(ours, 'whole')}, ratio ${ratio}; of it ${own}: ${their} ${show(theirs, 'own')}, ours ${show(ours, 'own')}`;
}

/** Dates have milliseconds, captures microseconds. */
function milliseconds({ time }: { readonly time: string }): number {
  return Date.parse(`${time.slice(0, 23)}Z`) + Number(time.slice(23, 26)) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(at)] ?? Number.NaN) + (sorted[Math.ceil(at)] ?? Number.NaN)) / 2;
}
