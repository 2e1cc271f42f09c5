import { count } from '../bytes/count.js';
import type { Observation, ObservedUnit } from '../dissect/analyser.js';
import type { CaptureFacts } from '../model/capture-facts.js';
import type { Finding } from '../model/finding.js';
import type { IkeSession } from '../model/ike-session.js';
import type { OpenvpnSession } from '../model/openvpn-session.js';
import type { SaFacts } from '../model/sa.js';
import { findingsText } from './findings-text.js';
import { openvpnText } from './openvpn-text.js';
import { packetTree } from './packet-tree.js';
import { saTable } from './sa-table.js';
import { chooseSessions } from './session-choice.js';
import { sessionText } from './session-text.js';
import { captureRecord, findingRecord, openvpnRecord, packetRecords, saRecord, sessionRecord } from './sniff-json.js';
import type { Style } from './style.js';
import { tcpdumpLine } from './tcpdump-line.js';
import type { TextOutput } from './text-output.js';
import { unitLine } from './unit-line.js';
import { hanging, wrap } from './wrap.js';

/** What is to be said at the end, what was selected only. */
export interface SniffSummary {
  readonly facts: CaptureFacts;
  readonly sas: readonly SaFacts[];
  readonly sessions: readonly IkeSession[];
  readonly openvpn: readonly OpenvpnSession[];
  readonly findings: readonly Finding[];
  /** About the input: drops, cut files, keys that were not understood. */
  readonly notes: readonly string[];
}

/** A form of output: told of each packet while it is there, and of everything at the end. */
export interface SniffReport {
  packet(observation: Observation): void;
  end(summary: SniffSummary): void;
}

type Shows = (observed: ObservedUnit, observation: Observation) => boolean;

/** One JSON object a line (design.md §4). */
export function jsonReport(output: TextOutput, shows: Shows): SniffReport {
  const print = (record: object) => output.line(JSON.stringify(record));
  return {
    packet(observation) {
      const { units } = observation;
      const shown = units.filter((unit) => shows(unit, observation));
      if (units.length > 0 && shown.length === 0) return;
      for (const record of packetRecords({ packet: observation.packet, units: shown })) print(record);
    },
    end({ facts, sas, sessions, openvpn, findings, notes }) {
      for (const sa of sas) print(saRecord(sa));
      for (const session of sessions) print(sessionRecord(session));
      for (const session of openvpn) print(openvpnRecord(session));
      for (const finding of findings) print(findingRecord(finding));
      print(captureRecord(facts, notes));
    },
  };
}

/** How much of each packet the text form shows. */
export type Detail = 'line' | 'tree' | 'none';

/** Text for people: packets as they come, then SAs (`verbose`: with all that is known of them), IKE sessions and the diagnosis. */
export function textReport(output: TextOutput, style: Style, detail: Detail, verbose: boolean, shows: Shows): SniffReport {
  const packet: Record<Detail, SniffReport['packet']> = {
    none: () => {},
    line: (observation) => lines(output, observation, shows),
    tree: (observation) => {
      if (!observation.units.some((unit) => shows(unit, observation)) && observation.packet.malformed === undefined) return;
      output.line(packetTree(observation).join('\n'));
    },
  };
  return {
    packet: packet[detail],
    end: (summary) => tables(output, summary, style, verbose, detail !== 'none'),
  };
}

/** Kinds that tcpdump has a line for. */
const TCPDUMP_KINDS: ReadonlySet<string> = new Set(['esp', 'ah', 'ipcomp', 'natt-keepalive', 'ip-fragment']);

function lines(output: TextOutput, observation: Observation, shows: Shows): void {
  const { packet, units } = observation;
  const shown = units.filter((unit) => shows(unit, observation));
  if (units.length > 0 && shown.length === 0) return;
  const [first] = shown;
  if (first === undefined || TCPDUMP_KINDS.has(first.unit.kind)) {
    const line = tcpdumpLine(packet);
    if (line !== undefined) output.line(line);
    else if (first?.unit.kind === 'ip-fragment') output.line(unitLine(packet, first));
  }
  for (const unit of shown) if (!TCPDUMP_KINDS.has(unit.unit.kind)) output.line(unitLine(packet, unit));
}

/** `note: `, and what it says beside it. */
const NOTE = 6;

/** `follows`: packets stand above. */
function tables(output: TextOutput, summary: SniffSummary, style: Style, verbose: boolean, follows: boolean): void {
  let apart = follows;
  const { facts, sas, sessions, openvpn, findings, notes } = summary;
  const block = (text: readonly string[]) => {
    if (text.length === 0) return;
    if (apart) output.line('');
    apart = true;
    for (const line of text) output.line(line);
  };
  block(saTable(sas, style, verbose));
  const { shown, rest } = verbose ? { shown: sessions, rest: undefined } : chooseSessions(sessions, 'IKE session');
  for (const session of shown) block(sessionText(session, style));
  if (rest !== undefined) block(wrap(rest, style.width));
  const chosen = verbose ? { shown: openvpn, rest: undefined } : chooseSessions(openvpn, 'OpenVPN session');
  for (const session of chosen.shown) block(openvpnText(session, style, verbose));
  if (chosen.rest !== undefined) block(wrap(chosen.rest, style.width));
  const tunnels = facts.openvpn.length === 0 ? '' : `, ${count(facts.openvpn.length, 'OpenVPN session')}`;
  const counts = `${count(facts.packets, 'packet')} in ${facts.duration.toFixed(3)} s, ${count(facts.sas.length, 'SA')}, ${count(facts.sessions.length, 'IKE session')}${tunnels}.`;
  block(wrap(counts, style.width));
  block(notes.flatMap((note) => hanging('note:', NOTE, note, style.width)));
  block(findingsText(findings, style).trimEnd().split('\n'));
}
