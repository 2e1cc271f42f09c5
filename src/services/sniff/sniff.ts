import { UsageError } from '../../bytes/errors.js';
import { fileSource } from '../../capture/file.js';
import { listInterfaces } from '../../capture/interfaces.js';
import { type LiveMethod, liveSource } from '../../capture/live.js';
import { readCapture } from '../../capture/read.js';
import { type CaptureFile, createCaptureFile } from '../../capture/rotate.js';
import type { CaptureSource, SourceEnd } from '../../capture/source.js';
import { Analyser, type Observation, type ObservedUnit } from '../../dissect/analyser.js';
import type { KeyRing } from '../../dissect/keys/key-ring.js';
import { readSecretsBlock } from '../../dissect/keys/secrets-block.js';
import type { IkeSession } from '../../model/ike-session.js';
import type { OpenvpnSession } from '../../model/openvpn-session.js';
import type { SaFacts } from '../../model/sa.js';
import type { PacketView } from '../../pcapfile/packet-view.js';
import type { CaptureSecrets } from '../../pcapfile/record-parser.js';
import { EspRecords } from '../../report/esp-json.js';
import { EspLines } from '../../report/esp-line.js';
import { jsonReport, type SniffReport, textReport } from '../../report/sniff-report.js';
import { createStyle } from '../../report/style.js';
import { TextOutput } from '../../report/text-output.js';
import { columns } from '../../report/wrap.js';
import { diagnose } from '../../rules/diagnose.js';
import { DecryptedFile } from './decrypted-file.js';
import { embedKeys } from './embed-keys.js';
import { keyNotes, loadKeys } from './load-keys.js';
import { type Kind, Selection } from './selection.js';
import { readSharedSecrets } from './shared-secrets.js';
import { spisOf } from './unit-spis.js';

/** The flags of `vpndoctor sniff`, as commander gives them. */
export interface SniffFlags {
  readonly filter: readonly string[];
  readonly read: readonly string[];
  readonly interface?: string;
  readonly listInterfaces?: boolean;
  readonly count?: string;
  readonly write?: string;
  readonly fileSize?: string;
  readonly fileCount?: string;
  readonly snaplen?: string;
  readonly bufferSize?: string;
  readonly source: string;
  readonly esp?: boolean;
  readonly ah?: boolean;
  readonly ike?: boolean;
  readonly openvpn?: boolean;
  readonly spi: readonly string[];
  readonly host: readonly string[];
  readonly port: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly keys: readonly string[];
  readonly secret: readonly string[];
  readonly pskFile?: readonly string[];
  readonly writeDecrypted?: string;
  readonly embedKeys?: boolean;
  readonly verbose?: boolean;
  readonly summary?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** Where output goes and what decides on its form; the process by default. */
export interface SniffIo {
  readonly output: TextOutput;
  readonly isTTY: boolean;
  readonly columns?: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts: the capture ends, the summary is still printed. */
  readonly signal: AbortSignal;
  /** One line for people, beside the output. */
  warn(line: string): void;
}

const MEGABYTE = 1_000_000;
const KIBIBYTE = 1024;
const UNTRIED = '--psk-file: no hash of IKEv1 to try it on; those of main mode are encrypted, and -k opens them';

/**
 * Reads captures or an interface, prints what is in them and what is wrong with it.
 * @returns exit status: 0 nothing wrong, 1 a finding of severity error or warning
 * @throws UsageError, EnvironmentError
 */
export async function sniff(flags: SniffFlags, io: SniffIo = processIo(flags.write === '-')): Promise<number> {
  if (flags.listInterfaces === true) return printInterfaces(io);
  const selection = new Selection({ ...flags, kinds: kindsOf(flags) });
  const sources = sourcesOf(flags, io);
  const limit = optionalNumber('-c', flags.count);
  const keys = await loadKeys(flags.keys, flags.secret);
  keys.sharedSecrets.push(...(await readSharedSecrets(flags.pskFile ?? [])));
  const everything = selection.all;
  const shows = (observed: ObservedUnit, { packet }: Observation) => {
    if (everything) return true;
    const { src, dst, kind } = observed.unit;
    return selection.shows({
      kind: kind === 'ip-fragment' ? carriedKind(observed.unit) : kind,
      src,
      dst,
      spis: spisOf(observed),
      time: packet,
    });
  };
  const report = reportOf(flags, io, shows);
  const analyser = new Analyser({ keys, ...fastPathOf(flags, selection, io) });
  const written = fileOf(flags, keys);
  const decrypted = flags.writeDecrypted === undefined ? undefined : new DecryptedFile(flags.writeDecrypted);
  const notes = keyNotes(keys);

  let seen = 0;
  const visit = (view: PacketView): boolean => {
    seen++;
    written?.write(view);
    const observation = analyser.observe(view);
    if (observation !== undefined) {
      report.packet(observation);
      decrypted?.add(observation);
    }
    return !io.output.closed && (limit === undefined || seen < limit);
  };
  try {
    for (const source of sources) {
      if (io.signal.aborted || io.output.closed || (limit !== undefined && seen >= limit)) break;
      const afterChunk = () => {
        io.output.flush();
        if (source.live) written?.flush();
      };
      const onSecrets = (block: CaptureSecrets) => {
        const found = readSecretsBlock(block, source.name);
        if (found !== undefined) analyser.addKeys(found);
      };
      const { capture, source: end } = await readCapture(source, visit, { signal: io.signal, afterChunk, firstFrame: seen + 1, onSecrets });
      notes.push(...prefixed(sources, source, [...capture.notes, ...end.notes, ...dropNotes(end)]));
    }
  } finally {
    written?.close();
    decrypted?.close();
  }
  if (decrypted?.packets === 0) notes.push(`nothing could be decrypted: ${flags.writeDecrypted} holds no packets (keys are given with -k)`);
  const facts = analyser.facts(notes);
  const untried = keys.sharedSecrets.length > 0 && facts.sessions.every(({ secretChecks }) => secretChecks === undefined);
  const { findings, omitted } = diagnose(facts);
  report.end({
    facts,
    sas: facts.sas.filter((sa) => showsSa(selection, sa)),
    sessions: facts.sessions.filter((session) => showsSession(selection, session)),
    openvpn: facts.openvpn.filter((session) => showsOpenvpn(selection, session)),
    findings,
    notes: [
      ...facts.notes,
      ...(untried ? [UNTRIED] : []),
      ...omitted.map(({ code, count }) => `${count} more findings of ${code} are not shown`),
    ],
  });
  io.output.flush();
  return findings.some(({ severity }) => severity !== 'info') ? 1 : 0;
}

/** A fragment is selected with what it is a part of: ports tell IKE from ESP. */
function carriedKind({ src }: ObservedUnit['unit']): Kind {
  return src.port === undefined ? 'esp' : 'ike';
}

/** The terminal, and Ctrl-C. `captureOnStdout`: the packets go there, the report to standard error. */
function processIo(captureOnStdout: boolean): SniffIo {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  const { isTTY, columns } = captureOnStdout ? process.stderr : process.stdout;
  return {
    output: new TextOutput(captureOnStdout ? 2 : 1),
    isTTY: isTTY === true,
    ...(columns === undefined ? {} : { columns }),
    env: process.env,
    signal: interrupt.signal,
    warn: (line) => process.stderr.write(`${line}\n`),
  };
}

function printInterfaces({ output }: SniffIo): number {
  const rows = listInterfaces().map(({ name, up, addresses }) => [name, up ? 'up' : 'down', addresses.join(' ')]);
  for (const line of columns(rows, new Set())) output.line(line);
  output.flush();
  return 0;
}

function kindsOf({ esp, ah, ike, openvpn }: SniffFlags): Kind[] {
  const chosen: [Kind, boolean | undefined][] = [
    ['esp', esp],
    ['ah', ah],
    ['ike', ike],
    ['openvpn', openvpn],
  ];
  return chosen.filter(([, on]) => on === true).map(([kind]) => kind);
}

function sourcesOf(flags: SniffFlags, io: SniffIo): CaptureSource[] {
  const method = methodOf(flags.source);
  const snapLength = optionalNumber('-s', flags.snaplen);
  const bufferSize = optionalNumber('-B', flags.bufferSize);
  if (flags.interface === undefined) {
    if (flags.read.length === 0)
      throw new UsageError('nothing to sniff', 'give a capture with -r FILE, or an interface with -i NAME (-D lists them)');
    if (flags.filter.length > 0) {
      throw new UsageError(
        'a capture filter works on live capture only',
        `for files use --host, --port, --spi, or: tcpdump -r FILE -w - ${flags.filter.join(' ')} | vpndoctor sniff -r -`,
      );
    }
    if (snapLength !== undefined || bufferSize !== undefined || method !== 'auto') {
      throw new UsageError('-s, -B and --source say how to capture live', 'add -i NAME, or leave them out with -r');
    }
    return flags.read.map(fileSource);
  }
  if (flags.read.length > 0) throw new UsageError('-r and -i exclude each other');
  return [
    liveSource({
      device: flags.interface,
      method,
      ...(flags.filter.length === 0 ? {} : { filter: flags.filter.join(' ') }),
      ...(snapLength === undefined ? {} : { snapLength }),
      ...(bufferSize === undefined ? {} : { bufferSize: bufferSize * KIBIBYTE }),
      onListening: io.warn,
    }),
  ];
}

function methodOf(name: string): LiveMethod {
  if (name === 'auto' || name === 'libpcap' || name === 'tcpdump') return name;
  throw new UsageError(`--source ${name} is not a source`, 'one of auto, libpcap, tcpdump');
}

function optionalNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`${flag} ${text} is not a number above zero`);
  return number;
}

function reportOf(flags: SniffFlags, io: SniffIo, shows: (unit: ObservedUnit, observation: Observation) => boolean): SniffReport {
  if (flags.json === true) {
    const report = jsonReport(io.output, shows);
    return flags.summary === true ? { ...report, packet: () => {} } : report;
  }
  const detail = flags.summary === true ? 'none' : flags.verbose === true ? 'tree' : 'line';
  return textReport(io.output, createStyle(io, !flags.color), detail, flags.verbose === true, shows);
}

/** The fast path prints every ESP packet or none; where each has to be looked at, all go the general way. */
function fastPathOf(
  flags: SniffFlags,
  selection: Selection,
  io: SniffIo,
): Pick<ConstructorParameters<typeof Analyser>[0] & object, 'fast'> {
  if (flags.summary === true) return { fast: {} };
  if (flags.verbose === true && flags.json !== true) return {};
  if (!selection.hasKind('esp')) return { fast: {} };
  if (!selection.decidesByKind()) return {};
  return { fast: { sink: flags.json === true ? new EspRecords(io.output) : new EspLines(io.output) } };
}

function fileOf(flags: SniffFlags, keys: KeyRing): CaptureFile | undefined {
  const size = optionalNumber('-C', flags.fileSize);
  const files = optionalNumber('-W', flags.fileCount);
  if (flags.write === undefined) {
    if (size !== undefined || files !== undefined) throw new UsageError('-C and -W say how to divide the file of -w', 'add -w FILE');
    if (flags.embedKeys === true) throw new UsageError('--embed-keys says what the file of -w holds', 'add -w FILE');
    return undefined;
  }
  return createCaptureFile({
    path: flags.write,
    inputs: flags.read,
    ...(flags.embedKeys === true ? { format: 'pcapng' as const, secrets: embedKeys(keys, flags.write) } : {}),
    ...(size === undefined ? {} : { maxBytes: size * MEGABYTE }),
    ...(files === undefined ? {} : { maxFiles: files }),
  });
}

/** With several inputs a note says which it is about. */
function prefixed(sources: readonly CaptureSource[], source: CaptureSource, notes: readonly string[]): string[] {
  return notes.map((note) => (sources.length > 1 ? `${source.name}: ${note}` : note));
}

function dropNotes({ counters }: SourceEnd): string[] {
  if (counters === undefined) return [];
  const { received, dropped, interfaceDropped } = counters;
  if (dropped + interfaceDropped === 0) return [`${received} packets received, none dropped`];
  return [
    `${received} packets received, ${dropped} dropped by the kernel, ${interfaceDropped} by the interface: figures of loss may be those of the capture (a larger -B or a narrower filter helps)`,
  ];
}

function showsSa(selection: Selection, sa: SaFacts): boolean {
  return selection.shows({
    kind: sa.protocol,
    src: end(sa.src, sa.srcPort),
    dst: end(sa.dst, sa.dstPort),
    spis: [sa.spi],
    time: sa.firstTime,
  });
}

function end(address: string, port: number | undefined): { address: string; port?: number } {
  return port === undefined ? { address } : { address, port };
}

function showsSession(selection: Selection, { initiator, responder, spiI, spiR, firstTime }: IkeSession): boolean {
  return selection.shows({ kind: 'ike', src: initiator, dst: responder, spis: [spiI, spiR], time: firstTime });
}

function showsOpenvpn(selection: Selection, { client, server, firstTime }: OpenvpnSession): boolean {
  return selection.shows({ kind: 'openvpn', src: client, dst: server, spis: [], time: firstTime });
}
