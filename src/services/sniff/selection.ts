import { isIP } from 'node:net';
import { UsageError } from '../../bytes/errors.js';
import type { PacketEnd } from '../../model/endpoint.js';
import type { Timestamp } from '../../model/packet.js';

/** The protocols that can be selected. */
export type Kind = 'esp' | 'ah' | 'ike' | 'openvpn';

/** Flags as the user gave them. */
export interface SelectionFlags {
  readonly kinds: readonly Kind[];
  /** `0xd514eed9` or decimal; IKE SPIs have 16 hex digits. */
  readonly spi: readonly string[];
  readonly host: readonly string[];
  readonly port: readonly string[];
  /** An address is a source, anything else a time. */
  readonly from?: string | undefined;
  /** An address is a destination, anything else a time. */
  readonly to?: string | undefined;
}

/** What of a unit the selection looks at. */
export interface Selectable {
  readonly kind: string;
  readonly src: PacketEnd;
  readonly dst: PacketEnd;
  /** ESP and AH SPI, IKE SPIs, as `0x…`. */
  readonly spis: readonly string[];
  readonly time: Timestamp;
}

type Moment = { readonly kind: 'time'; readonly at: number } | { readonly kind: 'clock'; readonly seconds: number };

/**
 * Which packets, SAs and sessions are shown. The diagnosis always reads everything: a selection must not make a
 * one-way tunnel out of one that was only half looked at.
 */
export class Selection {
  readonly #kinds: ReadonlySet<string> | undefined;
  readonly #spis: ReadonlySet<string> | undefined;
  readonly #hosts: ReadonlySet<string> | undefined;
  readonly #ports: ReadonlySet<number> | undefined;
  readonly #source: string | undefined;
  readonly #destination: string | undefined;
  readonly #after: Moment | undefined;
  readonly #before: Moment | undefined;

  /** @throws UsageError naming the flag that cannot be understood */
  constructor(flags: SelectionFlags) {
    this.#kinds = setOf(flags.kinds.flatMap(kindsOf));
    this.#spis = setOf(flags.spi.map(parseSpi));
    this.#hosts = setOf(flags.host.map((text) => parseAddress('--host', text)));
    this.#ports = setOf(flags.port.map(parsePort));
    if (flags.from !== undefined) {
      if (isIP(flags.from)) this.#source = canonical(flags.from);
      else this.#after = parseMoment('--from', flags.from);
    }
    if (flags.to !== undefined) {
      if (isIP(flags.to)) this.#destination = canonical(flags.to);
      else this.#before = parseMoment('--to', flags.to);
    }
  }

  /** Nothing was asked for: everything is shown. */
  get all(): boolean {
    return this.#kinds === undefined && this.#allWithinKinds;
  }

  /** Whether packets of this kind can be shown at all. */
  hasKind(kind: string): boolean {
    return this.#kinds === undefined || this.#kinds.has(kind);
  }

  get #allWithinKinds(): boolean {
    const rest = [this.#spis, this.#hosts, this.#ports, this.#source, this.#destination, this.#after, this.#before];
    return rest.every((part) => part === undefined);
  }

  /** Every packet of this kind is shown, or none: no need to look at each. */
  decidesByKind(): boolean {
    return this.#allWithinKinds;
  }

  shows(unit: Selectable): boolean {
    if (!this.hasKind(unit.kind)) return false;
    if (this.#allWithinKinds) return true;
    const { src, dst } = unit;
    return (
      (this.#spis === undefined || unit.spis.some((spi) => this.#spis?.has(spi))) &&
      (this.#hosts === undefined || this.#hosts.has(src.address) || this.#hosts.has(dst.address)) &&
      (this.#ports === undefined || hasPort(this.#ports, src) || hasPort(this.#ports, dst)) &&
      (this.#source === undefined || this.#source === src.address) &&
      (this.#destination === undefined || this.#destination === dst.address) &&
      (this.#after === undefined || compare(unit.time, this.#after) >= 0) &&
      (this.#before === undefined || compare(unit.time, this.#before) <= 0)
    );
  }
}

function setOf<T>(values: readonly T[]): ReadonlySet<T> | undefined {
  return values.length === 0 ? undefined : new Set(values);
}

/** ESP comes with IPComp, IKE with the keepalives of its NAT mapping and the ICMP errors about it. */
function kindsOf(kind: Kind): string[] {
  if (kind === 'ike') return ['ike', 'natt-keepalive', 'icmp-error'];
  if (kind === 'esp') return ['esp', 'ipcomp'];
  return [kind];
}

function hasPort(ports: ReadonlySet<number>, { port }: PacketEnd): boolean {
  return port !== undefined && ports.has(port);
}

function parseSpi(text: string): string {
  const hex = /^0x[0-9a-f]{1,16}$/i.test(text)
    ? text.slice(2).toLowerCase()
    : /^\d{1,10}$/.test(text)
      ? Number(text).toString(16)
      : undefined;
  if (hex === undefined) throw new UsageError(`--spi ${text} is not an SPI`, 'give it as 0x and hex digits, e.g. --spi 0xd514eed9');
  return `0x${hex.padStart(hex.length > 8 ? 16 : 8, '0')}`;
}

function parseAddress(flag: string, text: string): string {
  if (isIP(text) === 0) throw new UsageError(`${flag} ${text} is not an IP address`, 'names are not resolved: give the address');
  return canonical(text);
}

/** RFC 5952 form, as packets are shown. */
function canonical(text: string): string {
  return isIP(text) === 6 ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new UsageError(`--port ${text} is not a port`, 'ports go from 1 to 65535');
  return port;
}

/** `2026-01-02T03:04:05.5Z` (UTC where it says so, local otherwise) or a local time of day `03:04[:05[.5]]`. */
function parseMoment(flag: string, text: string): Moment {
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/.exec(text);
  if (clock) return { kind: 'clock', seconds: Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0) };
  const at = Date.parse(text) / 1000;
  if (Number.isNaN(at)) {
    throw new UsageError(`${flag} ${text} is neither an address nor a time`, 'give 10.0.0.1, 2001:db8::1, 14:05:00 or 2026-01-02T14:05:00');
  }
  return { kind: 'time', at };
}

function compare({ sec, nsec }: Timestamp, moment: Moment): number {
  if (moment.kind === 'time') return sec + nsec / 1e9 - moment.at;
  const local = new Date(sec * 1000);
  return local.getHours() * 3600 + local.getMinutes() * 60 + local.getSeconds() + nsec / 1e9 - moment.seconds;
}
