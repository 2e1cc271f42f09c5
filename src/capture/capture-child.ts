import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BugError } from '../bytes/errors.js';
import type { ChunkSink } from './source.js';

/** Lines of a child's messages kept for an error text. */
const MAX_MESSAGES = 64 * 1024;
/** Milliseconds after which the event loop gets a turn. */
const LONGEST_TURN = 10;

export interface ChildPlan {
  readonly command: string;
  readonly args: readonly string[];
  /** Milliseconds packets may wait in the kernel's buffer: so long a capture goes on after the request to end, or the last packets would be lost. */
  readonly settle: number;
  /** Milliseconds it may take to end after that, before its output is closed, and again as many before it is killed. */
  readonly patience: number;
  /** Asks the child to end. It then writes what it has and its counters. */
  readonly askToEnd: (child: ChildProcess) => void;
  /** Descriptor its messages come on: 2 or 3. */
  readonly messagesOn: 2 | 3;
  /** Called for each line of them while it runs. */
  readonly onMessage: (line: string) => void;
}

export interface ChildEnd {
  /** Node's error code when it could not be started: `ENOENT`. */
  readonly startError?: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Everything it said, cut at 64 KiB. */
  readonly messages: string;
  /** Bytes it delivered. */
  readonly bytes: number;
  /** It did not end when asked: what it still had is lost. */
  readonly forced: boolean;
}

/**
 * Runs a capturing process: hands its standard output on, ends it when the sink or the signal says so, and never
 * waits for ever. Reads no faster than the sink takes; then the pipe fills and the kernel drops, and counts, packets.
 */
export async function runCaptureChild(plan: ChildPlan, onChunk: ChunkSink, abort: AbortSignal): Promise<ChildEnd> {
  const child = spawn(plan.command, plan.args, {
    // A session of its own: Ctrl-C on the terminal reaches us only, and the child ends when we ask it to.
    detached: true,
    stdio: plan.messagesOn === 2 ? ['pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'ignore', 'pipe'],
    env: childEnvironment(),
  });
  const killed = () => void child.kill('SIGKILL');
  process.once('exit', killed);
  const timers = new Set<NodeJS.Timeout>();
  const later = (milliseconds: number, action: () => void) => timers.add(setTimeout(action, milliseconds));
  let startError: string | undefined;
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      startError = error.code ?? error.message;
      resolve({ code: null, signal: null });
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const output = child.stdout;
  const messageStream = child.stdio[plan.messagesOn] as Readable | null | undefined;
  if (output === null || messageStream === null || messageStream === undefined) throw new BugError('the child has no pipes');
  // Its end of the pipe may be gone already when we ask it to end.
  child.stdin?.on('error', () => {});
  const messages = collectLines(messageStream, plan.onMessage);

  let asked = false;
  let forced = false;
  const end = () => {
    if (asked) return;
    asked = true;
    plan.askToEnd(child);
    // Under overload a capturing process may never get round to reading our request; a closed pipe it cannot overlook.
    later(plan.patience, () => {
      forced = true;
      output.destroy();
      later(plan.patience, killed);
    });
  };
  const onAbort = () => void later(plan.settle, end);
  if (abort.aborted) onAbort();
  else abort.addEventListener('abort', onAbort, { once: true });

  let bytes = 0;
  let wanted = true;
  try {
    let turn = performance.now();
    for await (const chunk of output as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // A pipe that is always full is read on and on within one turn of the event loop: timers and Ctrl-C must get theirs.
      if (performance.now() - turn > LONGEST_TURN) {
        await nextTurn();
        turn = performance.now();
      }
      if (!wanted || (await onChunk(chunk))) continue;
      wanted = false;
      end();
    }
  } catch (error) {
    // A child that never started and one whose output we closed end the loop with an error too; any other is the sink's.
    if (startError === undefined && !forced) {
      killed();
      throw error;
    }
  } finally {
    await exited;
    abort.removeEventListener('abort', onAbort);
    process.removeListener('exit', killed);
    for (const timer of timers) clearTimeout(timer);
  }
  const { code, signal } = await exited;
  return { ...(startError === undefined ? {} : { startError }), exitCode: code, signal, messages: messages(), bytes, forced };
}

/** tcpdump often lies where only root looks; its messages are parsed, so they must come untranslated. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = process.env;
  return { ...rest, LC_ALL: 'C', PATH: `${rest['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin` };
}

/** Calls back for each line; returns a function that gives all of the text so far. */
function collectLines(stream: Readable, onLine: (line: string) => void): () => string {
  let text = '';
  let started = 0;
  stream.setEncoding('utf8');
  stream.on('data', (part: string) => {
    if (text.length > MAX_MESSAGES) return;
    text += part;
    for (let next = text.indexOf('\n', started); next >= 0; next = text.indexOf('\n', started)) {
      onLine(text.slice(started, next));
      started = next + 1;
    }
  });
  stream.on('error', () => {});
  return () => text;
}
