/**
 * The process that holds the interface open for `libpcapSource`: reads packets through the npm package `pcap`
 * and writes them to standard output as a pcap stream. Messages go to descriptor 3, a JSON object a line.
 * It ends when its standard input or output is closed, that is also when its parent died.
 *
 * Started as: node pcap-helper.js '{"device": "eth0", …}'
 */
import { existsSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PCAP_RECORD_HEADER, pcapHeader, putPcapPacket } from '../pcapfile/writer.js';
import { writeAll } from './write-all.js';

export interface HelperOptions {
  readonly device: string;
  readonly filter: string;
  readonly snapLength: number;
  /** Bytes of the kernel's buffer. */
  readonly bufferSize: number;
  /** Milliseconds. */
  readonly bufferTimeout: number;
}

export type HelperMessage =
  | { readonly type: 'listening' }
  /** The package or libpcap is not there. */
  | { readonly type: 'unavailable'; readonly reason: string }
  /** libpcap said no. */
  | { readonly type: 'refused'; readonly reason: string }
  /** `reason`: why it ended, when nobody asked it to. */
  | {
      readonly type: 'end';
      readonly received: number;
      readonly dropped: number;
      readonly interfaceDropped: number;
      readonly reason?: string;
    };

/** What is used of the package; its own types describe more and are absent where it could not be built. */
interface PcapPackage {
  warningHandler: (text: string) => void;
  createSession(device: string, options: Record<string, unknown>): PcapSession;
}

interface PcapSession {
  /** `LINKTYPE_ETHERNET`, …, or `Unknown linktype 276`. */
  readonly link_type: string;
  /** `buf` and `header` are one buffer each, filled again for the next packet. `header`: seconds, microseconds, captured and original length. */
  on(event: 'packet', listener: (packet: { readonly buf: Buffer; readonly header: Buffer }) => void): void;
  stats(): { readonly ps_recv: number; readonly ps_drop: number; readonly ps_ifdrop: number };
}

const LINK_TYPES: Readonly<Record<string, number>> = {
  LINKTYPE_NULL: 0,
  LINKTYPE_ETHERNET: 1,
  LINKTYPE_RAW: 101,
  LINKTYPE_LINUX_SLL: 113,
  LINKTYPE_IEEE802_11_RADIO: 127,
};

const OUTPUT = 1;
const MESSAGES = 3;
/** Packets are collected up to this many bytes, then written at once. */
const BATCH = 256 * 1024;
/** How often to see whether the interface is still there, in milliseconds. */
const WATCH = 1000;

function say(message: HelperMessage): void {
  try {
    writeSync(MESSAGES, `${JSON.stringify(message)}\n`);
  } catch {
    // The parent is gone; standard output will end us.
  }
}

function loadPackage(): PcapPackage | undefined {
  try {
    return createRequire(import.meta.url)('pcap') as PcapPackage;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    say({
      type: 'unavailable',
      reason: code === 'MODULE_NOT_FOUND' ? 'it is not installed or was not built' : (message.split('\n')[0] ?? ''),
    });
    return undefined;
  }
}

function openSession(pcap: PcapPackage, options: HelperOptions): PcapSession | undefined {
  // A warning is an interface without an IPv4 address: of no interest.
  pcap.warningHandler = () => {};
  try {
    return pcap.createSession(options.device, {
      filter: options.filter,
      snap_length: options.snapLength,
      buffer_size: options.bufferSize,
      buffer_timeout: options.bufferTimeout,
      promiscuous: false,
    });
  } catch (error) {
    say({ type: 'refused', reason: (error as Error).message });
    return undefined;
  }
}

/** The number in `Unknown linktype 276`, or that of the name. */
function linkTypeNumber(name: string): number {
  return LINK_TYPES[name] ?? Number(/\d+$/.exec(name)?.[0] ?? 0);
}

function run(options: HelperOptions): void {
  const pcap = loadPackage();
  const session = pcap && openSession(pcap, options);
  if (session === undefined) return;

  const finish = (reason?: string): never => {
    const { ps_recv: received, ps_drop: dropped, ps_ifdrop: interfaceDropped } = session.stats();
    say({ type: 'end', received, dropped, interfaceDropped, ...(reason === undefined ? {} : { reason }) });
    // Not session.close(): on an idle interface its handle would keep the process alive.
    process.exit(0);
  };

  const batch = Buffer.allocUnsafeSlow(BATCH + PCAP_RECORD_HEADER + options.snapLength);
  let filled = 0;
  let flushPlanned = false;
  // Blocks while the parent is busy. Packets then wait in the kernel's buffer; what does not fit there, the kernel counts as dropped.
  const flush = () => {
    flushPlanned = false;
    try {
      writeAll(OUTPUT, batch, filled);
    } catch {
      finish();
    }
    filled = 0;
  };

  filled = pcapHeader(linkTypeNumber(session.link_type), false).copy(batch);
  flush();
  say({ type: 'listening' });

  let header: Uint32Array | undefined;
  const packet = { sec: 0, nsec: 0, data: batch as Uint8Array, start: 0, end: 0, originalLength: 0 };
  session.on('packet', ({ buf, header: raw }) => {
    // In the byte order of this machine, and always the same buffer.
    header ??= new Uint32Array(raw.buffer, raw.byteOffset, 4);
    const [sec = 0, microseconds = 0, captured = 0, original = 0] = header;
    packet.sec = sec;
    packet.nsec = microseconds * 1000;
    packet.data = buf;
    packet.end = Math.min(captured, buf.length);
    packet.originalLength = original;
    filled = putPcapPacket(batch, filled, packet, false);
    if (filled >= BATCH) flush();
    else if (!flushPlanned) {
      flushPlanned = true;
      setImmediate(flush);
    }
  });

  // Ctrl-C on a terminal is the parent's business: it asks by closing our standard input.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const end = () => {
    flush();
    finish();
  };
  process.stdin.on('end', end).on('error', end).resume();
  if (options.device !== 'any' && existsSync('/sys/class/net')) {
    setInterval(() => {
      if (existsSync(`/sys/class/net/${options.device}`)) return;
      flush();
      finish(`interface ${options.device} went away`);
    }, WATCH);
  }
}

run(JSON.parse(process.argv[2] ?? '{}') as HelperOptions);
