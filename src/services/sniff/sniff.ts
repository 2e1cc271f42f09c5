import { UsageError } from '../../bytes/errors.js';
import { listInterfaces } from '../../capture/interfaces.js';
import { readCapture } from '../../capture/read.js';
import { type CaptureFile, createCaptureFile } from '../../capture/rotate.js';
import { Analyser, type Observation, type ObservedUnit } from '../../dissect/analyser.js';
import type { KeyRing } from '../../dissect/keys/key-ring.js';
import { readSecretsBlock } from '../../dissect/keys/secrets-block.js';
import type { PacketView } from '../../pcapfile/packet-view.js';
import type { CaptureSecrets } from '../../pcapfile/record-parser.js';
import { EspRecords } from '../../report/esp-json.js';
import { EspLines } from '../../report/esp-line.js';
import { jsonReport, type SniffReport, textReport } from '../../report/sniff-report.js';
import { createStyle } from '../../report/style.js';
import { columns } from '../../report/wrap.js';
import { diagnose } from '../../rules/diagnose.js';
import { type CommandIo, interruption, processOutput } from '../command-io.js';
import { DecryptedFile } from './decrypted-file.js';
import { embedKeys } from './embed-keys.js';
import { kindsOf, optionalNumber, type SniffFlags } from './flags.js';
import { keyNotes, loadKeys } from './load-keys.js';
import { Selection } from './selection.js';
import { readSharedSecrets } from './shared-secrets.js';
import { showsOpenvpn, showsSa, showsSession, showsUnit } from './shown.js';
import { dropNotes, prefixed, sourcesOf } from './sources.js';

/** Where output goes and what decides on its form; the process by default. */
export interface SniffIo extends CommandIo {
  /** Aborts: the capture ends, the summary is still printed. */
  readonly signal: AbortSignal;
}

const MEGABYTE = 1_000_000;
const UNTRIED = '--psk-file: no hash of IKEv1 to try it on; those of main mode are encrypted, and -k opens them';

/**
 * Reads captures or an interface, prints what is in them and what is wrong with it.
 * @returns exit status: 0 nothing wrong, 1 a finding of severity error or warning
 * @throws UsageError, EnvironmentError
 */
export async function sniff(flags: SniffFlags, io: SniffIo = processIo(flags.write === '-')): Promise<number> {
  if (flags.listInterfaces === true) return printInterfaces(io);
  const selection = new Selection({ ...flags, kinds: kindsOf(flags) });
  const sources = sourcesOf(flags, io.warn);
  const limit = optionalNumber('-c', flags.count);
  const keys = await loadKeys(flags.keys, flags.secret);
  keys.sharedSecrets.push(...(await readSharedSecrets(flags.pskFile ?? [])));
  const everything = selection.all;
  const shows = (observed: ObservedUnit, { packet }: Observation) => everything || showsUnit(selection, observed, packet);
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

/** The terminal, and Ctrl-C. `captureOnStdout`: the packets go there, the report to standard error. */
function processIo(captureOnStdout: boolean): SniffIo {
  return { ...processOutput(captureOnStdout ? 'stderr' : 'stdout'), signal: interruption() };
}

function printInterfaces({ output }: SniffIo): number {
  const rows = listInterfaces().map(({ name, up, addresses }) => [name, up ? 'up' : 'down', addresses.join(' ')]);
  for (const line of columns(rows, new Set())) output.line(line);
  output.flush();
  return 0;
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
