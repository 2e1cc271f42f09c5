import { Command, CommanderError, Help, type Option } from 'commander';
import { EnvironmentError, UsageError } from '../bytes/errors.js';
import { forTerminal } from '../report/for-terminal.js';
import { vpndoctorVersion } from '../services/version.js';
import type { CommandEntry } from './command.js';

/** Could not do what was asked (design: 0 nothing wrong found, 1 a problem was found, 2 this). */
const EXIT_FAILED = 2;

/**
 * Runs one command line.
 * @param args without `node` and the script
 * @param commands those that it may name
 * @returns the exit status; actions set `process.exitCode` when they found a problem
 */
export async function runProgram(args: readonly string[], commands: readonly CommandEntry[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreBrokenPipe);
  // Of a timer or a socket: nobody waits for what they do.
  process.on('uncaughtException', (error) => {
    process.stderr.write(forTerminal(failureText(error)));
    process.exit(EXIT_FAILED);
  });
  const program = new Command('vpndoctor')
    .description('Names the cause when a VPN tunnel does not come up, or comes up and passes nothing.')
    .version(vpndoctorVersion(), '-V, --version')
    .configureHelp({ optionDescription })
    .showHelpAfterError('(add --help for the flags and examples)')
    .exitOverride()
    .addHelpText('afterAll', '\nExit status: 0 nothing wrong found, 1 a problem was found, 2 could not do what was asked.');
  for (const command of commands) command.register(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_FAILED;
    process.stderr.write(forTerminal(failureText(error)));
    return EXIT_FAILED;
  }
}

/** Whoever read our output has read enough (`| head`): nothing to complain about. */
function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** As commander has it, but for flags that may be given several times: that their list is empty by default goes without saying. */
function optionDescription(option: Option): string {
  return Array.isArray(option.defaultValue) ? option.description : new Help().optionDescription(option);
}

/** What went wrong and what to do. Our own fault is one line, with the trace only for those who ask. */
function failureText(error: unknown): string {
  if (error instanceof UsageError || error instanceof EnvironmentError)
    return `vpndoctor: ${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const trace =
    process.env['VPNDOCTOR_DEBUG'] && error instanceof Error
      ? `${error.stack}\n`
      : '  Set VPNDOCTOR_DEBUG=1 for the trace, and please report it with the input that caused it.\n';
  return `vpndoctor: a fault of vpndoctor itself: ${text}\n${trace}`;
}
