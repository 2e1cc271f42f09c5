import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { EnvironmentError, UsageError } from '../bytes/errors.js';
import { readError } from '../bytes/file-error.js';
import type { Check } from '../checks/check.js';
import { checks as registered } from '../checks/index.js';
import type { OpenvpnConfig } from '../config/openvpn/openvpn-config.js';
import { BUNDLE_SCHEMA, type Bundle } from '../host/bundle.js';
import { writeBundle } from '../host/bundle-file.js';
import type { Configurations } from '../host/configurations.js';
import { answered, type Host } from '../host/host.js';
import { HostFacts, type HostFactsOptions } from '../host/host-facts.js';
import { LiveHost } from '../host/live.js';
import { RecordingHost } from '../host/recorder.js';
import { anonymiseAnswers } from '../host/redaction/anonymise.js';
import { type Redacted, redactAnswers } from '../host/redaction/redact.js';
import { strengthLookup } from '../host/redaction/strengths.js';
import { type CollectReport, collectRecord, collectText, redactionsText } from '../report/collect-report.js';
import { forTerminal } from '../report/for-terminal.js';
import { vpndoctorVersion } from './version.js';

/** The flags of `vpndoctor collect`, as commander gives them. */
export interface CollectFlags {
  readonly output?: string;
  readonly anonymise?: boolean;
  readonly showRedactions?: boolean;
  readonly capture: readonly string[];
  readonly config: readonly string[];
  readonly json?: boolean;
}

/** Where output goes and what is looked at; the process and this host by default. */
export interface CollectIo {
  print(text: string): void;
  /** One line for people, beside the output. */
  warn(line: string): void;
  host(): Host;
  readonly checks: readonly Check[];
}

const processIo: CollectIo = {
  print: (text) => process.stdout.write(forTerminal(text)),
  warn: (line) => process.stderr.write(`${forTerminal(line)}\n`),
  host: () => {
    if (process.platform !== 'linux') throw new EnvironmentError(`collect looks at Linux hosts, this is ${process.platform}`);
    return new LiveHost();
  },
  checks: registered,
};

/** A capture larger than this does not belong into one JSON object. */
const MAX_CAPTURE_BYTES = 64 << 20;

/**
 * Asks this host everything that the checks would ask, takes the secrets out and writes one bundle.
 * @returns exit status: 0
 * @throws UsageError, EnvironmentError
 */
export async function collect(flags: CollectFlags, io: CollectIo = processIo): Promise<number> {
  if (flags.anonymise === true && flags.capture.length > 0) {
    throw new UsageError('a capture holds the addresses of every packet and cannot be anonymised', 'leave out --capture or --anonymise');
  }
  const captures = await Promise.all(flags.capture.map(readCapture));
  const host = io.host();
  const { redacted, names, connections, hostname } = await askEverything(host, flags, io);
  const anonymised = flags.anonymise === true ? anonymiseAnswers(redacted.answers, names, connections) : undefined;
  const report: CollectReport = {
    redactions: redacted.redactions,
    ...(anonymised !== undefined && { replaced: anonymised.replaced, leftOut: anonymised.leftOut }),
    answers: anonymised?.answers ?? redacted.answers,
    captures: captures.map(({ name }) => name),
    isRoot: host.isRoot,
  };
  if (flags.showRedactions === true) {
    io.print(flags.json === true ? `${JSON.stringify(collectRecord(report), null, 2)}\n` : redactionsText(report));
    return 0;
  }
  const bundle: Bundle = {
    schema: BUNDLE_SCHEMA,
    version: vpndoctorVersion(),
    made: host.now.toISOString(),
    isRoot: host.isRoot,
    anonymised: anonymised !== undefined,
    ...(flags.config.length > 0 && { configPaths: flags.config.map((path) => anonymised?.rewrite(path) ?? path) }),
    redactions: redacted.redactions,
    strengths: redacted.strengths,
    captures,
    ...report.answers,
  };
  const file = flags.output ?? defaultName(anonymised === undefined ? hostname : undefined, host.now);
  const written = { ...report, file, bytes: await writeBundle(file, bundle) };
  io.print(flags.json === true ? `${JSON.stringify(collectRecord(written), null, 2)}\n` : collectText(written));
  return 0;
}

async function askEverything(host: Host, flags: CollectFlags, io: CollectIo): Promise<Asked> {
  const recorder = new RecordingHost(host);
  const options: HostFactsOptions = flags.config.length === 0 ? {} : { configPaths: flags.config };
  const facts = new HostFacts(recorder, options);
  const asked = await Promise.allSettled(io.checks.map((check) => check.facts(facts)));
  for (const [index, result] of asked.entries()) {
    if (result.status === 'rejected') io.warn(`vpndoctor: ${io.checks[index]?.id}: ${result.reason}`);
  }
  // What verify prints of the host itself.
  const [hostname] = await Promise.all([facts.sysctl('kernel/hostname'), facts.sysctl('kernel/osrelease')]);
  const configurations = await facts.configurations();
  return {
    redacted: redactAnswers(await recorder.answers(), strengthLookup(configurations.secrets)),
    names: [...namesIn(configurations), ...(hostname.ok ? [hostname.value] : [])],
    connections: configurations.connections.filter(({ dialect }) => dialect !== 'openvpn').flatMap(({ name }) => name.split('/')),
    hostname: answered(hostname),
  };
}

interface Asked {
  readonly redacted: Redacted;
  readonly names: readonly string[];
  readonly connections: readonly string[];
  readonly hostname: string | undefined;
}

/** Identities, hosts and users of the configurations: what `--anonymise` replaces beside addresses. */
function namesIn({ connections, secrets, openvpn }: Configurations): readonly string[] {
  const ends = connections.flatMap(({ local, remote }) => [local, remote]);
  return [
    ...ends.flatMap(({ addresses, id }) => [...addresses.map(({ value }) => value), ...(id === undefined ? [] : [id.value])]),
    ...secrets.flatMap(({ selectors }) => selectors.map(({ value }) => value)),
    ...openvpn.flatMap(({ remotes, directives }) => [...remotes.map(({ host }) => host), ...directives.flatMap(namesInDirective)]),
  ];
}

/** Whom a line of OpenVPN names: the peer by its certificate, the domain that clients search. */
function namesInDirective({ name, args }: OpenvpnConfig['directives'][number]): readonly string[] {
  const [option, first, second] = name === 'push' ? args.join(' ').split(/\s+/) : [name, ...args];
  const named = option === 'verify-x509-name' ? first : option === 'dhcp-option' && /DOMAIN/.test(first ?? '') ? second : undefined;
  return named === undefined ? [] : [named];
}

async function readCapture(path: string): Promise<{ name: string; base64: string }> {
  try {
    const { size } = await stat(path);
    if (size > MAX_CAPTURE_BYTES)
      throw new UsageError(`${path} is too large for a bundle (${size} bytes)`, 'cut it with editcap or tcpdump -c');
    return { name: basename(path), base64: (await readFile(path)).toString('base64') };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw readError(`the capture ${path}`, path, error);
  }
}

/** `vpndoctor-gw-20260102-0304.json.gz`. */
function defaultName(hostname: string | undefined, now: Date): string {
  const time = now.toISOString().replace(/^(\d+)-(\d+)-(\d+)T(\d+):(\d+).*$/, '$1$2$3-$4$5');
  return `vpndoctor-${(hostname ?? 'host').replace(/[^\w.-]/g, '_')}-${time}.json.gz`;
}
