import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError, UsageError } from '../../bytes/errors.js';
import { type Check, groups } from '../../checks/check.js';
import { checks as registered } from '../../checks/index.js';
import { findingsOf, type LaterLook, runChecks } from '../../checks/run-checks.js';
import { answered, type Host } from '../../host/host.js';
import { HostFacts, type HostFactsOptions } from '../../host/host-facts.js';
import type { StackId } from '../../host/linux/stacks.js';
import type { ScriptEnd } from '../../host/run-script.js';
import { createStyle } from '../../report/style.js';
import { checkListRecord, verifyRecord } from '../../report/verify-json.js';
import { type VerifyReport, verdictOf } from '../../report/verify-report.js';
import { changedText, checkList, verifyText } from '../../report/verify-text.js';
import { type CommandIo, interruption, processOutput } from '../command-io.js';
import { fixScript, mendsOf } from './fix-script.js';

/** The flags of `vpndoctor verify`, as commander gives them. */
export interface VerifyFlags {
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly list?: boolean;
  readonly stack?: StackId;
  readonly config: readonly string[];
  readonly bundle?: string;
  readonly watch?: string;
  readonly fixScript?: boolean;
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** Where output goes, what is looked at, and who answers; the process and this host by default. */
export interface VerifyIo extends CommandIo {
  readonly signal: AbortSignal;
  /** The host, or the bundle where one is named. */
  host(bundle: string | undefined): Promise<Host>;
  readonly checks: readonly Check[];
  /** A question to be answered with yes or no; undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  runScript(script: string): Promise<ScriptEnd>;
}

/** Nothing at all could be judged: what was asked could not be done. */
const NOTHING_SEEN = 2;

/** Longest `--watch`, in seconds. */
const MAX_WATCH = 86_400;

/**
 * Runs the checks and prints what they say.
 * @returns exit status: 0 nothing wrong, 1 a check failed or warned, 2 nothing could be judged
 * @throws UsageError, EnvironmentError
 */
export async function verify(flags: VerifyFlags, io: VerifyIo = processIo(flags.watch !== undefined)): Promise<number> {
  const checks = chosen(io.checks, flags);
  if (flags.list === true) {
    print(io, flags.json === true ? [JSON.stringify(checkListRecord(checks), null, 2)] : checkList(checks));
    return 0;
  }
  const seconds = watchSeconds(flags.watch);
  refuseContradictions(flags, io);
  const host = await io.host(flags.bundle);
  await refuseMissing(flags.config, host);
  if (flags.fix === true && !host.isRoot)
    throw new EnvironmentError('--fix changes the host, which only root may', 'sudo vpndoctor verify --fix');
  const look: Look = async (watch) => {
    const facts = new HostFacts(host, optionsOf(flags));
    const again = () => later(host, optionsOf(flags), watch ?? 0, io);
    return reportOf(facts, await runChecks(checks, facts, watch === undefined ? undefined : again), flags.bundle);
  };
  const report = await look(seconds);
  if (flags.json === true) {
    print(io, [JSON.stringify(verifyRecord(report), null, 2)]);
    return exitStatus(report);
  }
  if (flags.fixScript === true) {
    print(io, fixScript(mendsOf(report), report).trimEnd().split('\n'));
    return exitStatus(report);
  }
  print(io, verifyText(report, createStyle(io, !flags.color), flags.verbose === true));
  return exitStatus(flags.fix === true ? await fix(report, look, flags, io) : report);
}

type Look = (watch?: number) => Promise<VerifyReport>;

/** Shows the script, asks, applies it and looks again. @returns how things are then */
async function fix(before: VerifyReport, look: Look, flags: VerifyFlags, io: VerifyIo): Promise<VerifyReport> {
  const mends = mendsOf(before);
  if (mends.length === 0) {
    print(io, ['', 'There is nothing that a script can mend.']);
    return before;
  }
  const script = fixScript(mends, before);
  print(io, ['', ...script.trimEnd().split('\n'), '']);
  if (flags.yes !== true && !(await io.ask?.('Apply this? [y/N] '))) {
    print(io, ['Nothing was changed.']);
    return before;
  }
  const { output, status } = await io.runScript(script);
  if (output !== '') print(io, output.trimEnd().split('\n'));
  if (status !== 0) io.warn(`vpndoctor: not every step went well (status ${status})`);
  const after = await look();
  const changed = changedText(before, after, createStyle(io, !flags.color));
  print(io, ['', ...(changed.length === 0 ? ['No check says anything else than before.'] : ['What changed:', ...changed])]);
  print(io, ['', `Verdict: ${verdictOf(after).text}`]);
  return after;
}

function print({ output }: VerifyIo, lines: readonly string[]): void {
  for (const line of lines) output.line(line);
  output.flush();
}

/** @param interruptible Ctrl-C ends a waiting instead of the process */
function processIo(interruptible: boolean): VerifyIo {
  return {
    ...processOutput(),
    signal: interruption(interruptible ? ['SIGINT', 'SIGTERM'] : []),
    host: openHost,
    checks: registered,
    ask:
      process.stdin.isTTY === true
        ? async (question) => (await import('./ask.js')).askYesNo(question, process.stdin, process.stderr)
        : undefined,
    runScript: async (script) => (await import('../../host/run-script.js')).runScript(script),
  };
}

async function openHost(bundle: string | undefined): Promise<Host> {
  if (bundle !== undefined) return (await import('../../host/bundle-file.js')).openBundle(bundle);
  if (process.platform !== 'linux') {
    throw new EnvironmentError(
      `verify looks at Linux hosts, this is ${process.platform}`,
      'bring a bundle: vpndoctor verify --bundle FILE',
    );
  }
  return new (await import('../../host/live.js')).LiveHost();
}

function chosen(checks: readonly Check[], { only, skip }: VerifyFlags): readonly Check[] {
  const known = new Set<string>([...groups, ...checks.map(({ id }) => id)]);
  for (const word of [...only, ...skip]) {
    if (!known.has(word)) throw new UsageError(`${word} is neither a check nor a group`, 'vpndoctor verify --list names them');
  }
  const named = ({ id, group }: Check, list: readonly string[]) => list.includes(id) || list.includes(group);
  const left = checks.filter((check) => (only.length === 0 || named(check, only)) && !named(check, skip));
  if (left.length === 0) throw new UsageError('--only and --skip leave no check', 'vpndoctor verify --list names them');
  return left.toSorted((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
}

function watchSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= MAX_WATCH))
    throw new UsageError(`--watch ${text} is not a time in seconds`, `above 0, ${MAX_WATCH} at most`);
  return seconds;
}

function refuseContradictions(flags: VerifyFlags, io: VerifyIo): void {
  const outputs = [flags.json, flags.fixScript, flags.fix].filter((flag) => flag === true);
  if (outputs.length > 1) throw new UsageError('--json, --fix-script and --fix exclude each other');
  if (flags.yes === true && flags.fix !== true)
    throw new UsageError('--yes answers the question of --fix, which was not given', 'add --fix');
  if (flags.bundle !== undefined && flags.watch !== undefined) throw new UsageError('a bundle stands still: --watch needs the host itself');
  if (flags.fix !== true) return;
  if (flags.bundle !== undefined) {
    throw new UsageError('--fix changes the host it runs on, not that of a bundle', '--fix-script prints what to run there');
  }
  if (flags.yes !== true && io.ask === undefined) {
    throw new UsageError('--fix asks before it changes anything, and standard input is not a terminal', 'add --yes, or use --fix-script');
  }
}

/** Whoever names a file wants that one judged. */
async function refuseMissing(paths: readonly string[], host: Host): Promise<void> {
  for (const path of paths) {
    const found = await host.stat(path);
    if (!found.ok && found.reason === 'missing') throw new UsageError(`--config ${path}: no such file`, 'check the path');
  }
}

function optionsOf({ stack, config }: VerifyFlags): HostFactsOptions {
  return { ...(stack === undefined ? {} : { stack }), ...(config.length === 0 ? {} : { configPaths: config }) };
}

async function later(host: Host, options: HostFactsOptions, seconds: number, io: VerifyIo): Promise<LaterLook> {
  io.warn(`watching the counters for ${seconds} s`);
  const start = performance.now();
  // Ctrl-C ends the waiting; what was seen until then is judged.
  await sleep(seconds * 1000, undefined, { signal: io.signal }).catch(() => {});
  return { facts: new HostFacts(host, options), seconds: Math.round((performance.now() - start) / 100) / 10 };
}

async function reportOf(facts: HostFacts, results: VerifyReport['results'], bundle: string | undefined): Promise<VerifyReport> {
  const { host } = facts;
  const [name, release] = await Promise.all([facts.sysctl('kernel/hostname'), facts.sysctl('kernel/osrelease')]);
  return {
    host: {
      name: answered(name) ?? 'this host',
      kernel: `Linux ${answered(release) ?? '(version not seen)'}`,
      source: bundle ?? 'live',
      time: host.now,
      root: host.isRoot,
    },
    results,
    findings: findingsOf(results),
  };
}

function exitStatus(report: VerifyReport): number {
  const { status } = verdictOf(report);
  if (status === 'unknown') return NOTHING_SEEN;
  return status === 'fail' || status === 'warn' ? 1 : 0;
}
