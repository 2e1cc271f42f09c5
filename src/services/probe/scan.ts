import { UsageError } from '../../bytes/errors.js';
import { SharedTransport } from '../../probes/ike/shared/shared-transport.js';
import { pathErrorText } from '../../probes/shared/path-error.js';
import { isWeak } from '../../report/graded-transform.js';
import { type ScanReport, scanRecord, scanText, unansweredOf } from '../../report/scan-report.js';
import { ikev1Answered, isWeakIkev1 } from '../../report/scan-report-ikev1.js';
import { createStyle } from '../../report/style.js';
import { systemClock } from '../../transport/clock.js';
import { findRoute } from '../../transport/route.js';
import { addressIdentity } from '../../wire/ike/address-identity.js';
import { IKE_PORT, NATT_PORT } from '../../wire/udp-encap.js';
import { parseIdentity } from '../settings/identity.js';
import { addressOf, patienceOf, portOf } from './flags.js';
import { openSockets } from './ike-sockets.js';
import { type ProbeIo, processIo } from './io.js';
import { hostOf, versionOf } from './peer-host.js';
import { resolveName } from './resolve-name.js';
import { ScanAsker } from './scan-asker.js';
import { scanIkev1 } from './scan-ikev1.js';
import { scanIkev2 } from './scan-ikev2.js';

/** The flags of `vpndoctor probe scan`, as commander gives them. */
export interface ScanFlags {
  readonly ikev1?: boolean;
  readonly ikev2?: boolean;
  /** Who we say we are in aggressive mode. */
  readonly id?: string;
  /** Listens how the peer repeats an answer: so many seconds, or the usual. */
  readonly backOff?: string | true;
  readonly ikePort?: string;
  readonly nattPort?: string;
  readonly source?: string;
  readonly rate?: string;
  readonly timeout?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

const DEFAULT_RATE = 10;
const MOST_RATE = 100;
/** Seconds that one question is waited for when nothing is said. */
const DEFAULT_SECONDS = '4';

/** Seconds that are enough to know every habit. */
const DEFAULT_BACK_OFF = '60';

/**
 * Finds what a peer accepts for its IKE SA, in the versions that it speaks or in the one that was asked for.
 * @returns exit status: 0 nothing weak accepted, 1 something weak, 2 no answer (about a part of it, too), or cut short before anything weak was found
 * @throws UsageError, EnvironmentError
 */
export async function probeScan(peer: string, flags: ScanFlags, io: ProbeIo = processIo()): Promise<number> {
  const host = hostOf(peer);
  const family = versionOf(host, flags);
  const rate = rateOf(flags.rate);
  const { patience } = patienceOf(flags.timeout ?? DEFAULT_SECONDS);
  const ports = { ike: portOf(flags.ikePort, '--ike-port') ?? IKE_PORT, natt: portOf(flags.nattPort, '--natt-port') ?? NATT_PORT };
  const source = addressOf(flags.source, '--source');
  const id = flags.id === undefined ? undefined : parseIdentity(flags.id, '--id');
  const backOff = backOffOf(flags.backOff);
  if (flags.ikev1 === true && flags.ikev2 === true)
    throw new UsageError('--ikev1 and --ikev2 exclude each other', 'leave both out for both');
  if (flags.ikev2 === true && (id !== undefined || backOff !== undefined))
    throw new UsageError('--id and --back-off are for IKEv1', 'leave out --ikev2');
  const addresses = await resolveName(host);
  const address = addresses.find((one) => family === undefined || one.includes(':') === (family === 6));
  if (address === undefined) throw new UsageError(`${host} has no address of that version, only ${addresses.join(', ')}`);
  const transport = await openSockets(address, source ?? (await findRoute(address)).source, ports);
  const shared = new SharedTransport(transport, systemClock);
  const local = transport.paths.ike;
  if (local === undefined) throw new UsageError('no socket for IKE');
  const asker = new ScanAsker(shared, { channel: 'ike', local, remote: { address, port: ports.ike } }, rate, patience, io.signal);
  if (flags.json !== true) io.warn(`vpndoctor: asking ${address}, at most ${rate} messages a second`);
  try {
    const ourId = id ?? addressIdentity(local.address.replace(/%.*$/, ''));
    const ikev2 = flags.ikev1 === true ? undefined : await scanIkev2(asker);
    const ikev1 =
      flags.ikev2 === true || io.signal.aborted || ourId === undefined
        ? undefined
        : await scanIkev1(asker, { id: ourId, ...(backOff === undefined ? {} : { backOff }) });
    const answered = (ikev2 !== undefined && ikev2.outcome !== 'silent') || (ikev1 !== undefined && ikev1Answered(ikev1));
    const { error } = asker;
    const report: ScanReport = {
      host,
      address,
      ...(ikev2 === undefined ? {} : { ikev2 }),
      ...(ikev1 === undefined ? {} : { ikev1 }),
      ...(answered || error === undefined ? {} : { pathError: `UDP ${ports.ike}: ${pathErrorText(error)}` }),
    };
    const lines =
      flags.json === true ? [JSON.stringify(scanRecord(report))] : scanText(report, createStyle(io, !flags.color), flags.verbose === true);
    for (const line of lines) io.output.line(line);
    io.output.flush();
    if (ikev2?.outcome !== 'answered' && (ikev1 === undefined || !ikev1Answered(ikev1))) return 2;
    const weak = ikev2?.results.some(({ accepted }) => accepted.some(isWeak)) === true || (ikev1 !== undefined && isWeakIkev1(ikev1));
    if (weak) return 1;
    const whole = ikev2 === undefined || ikev2.outcome !== 'answered' || unansweredOf(ikev2) === 0;
    return !whole || ikev2?.interrupted === true || ikev1?.interrupted === true ? 2 : 0;
  } finally {
    await shared.close();
  }
}

/** Milliseconds. */
function backOffOf(flag: string | true | undefined): number | undefined {
  if (flag === undefined) return undefined;
  return patienceOf(flag === true ? DEFAULT_BACK_OFF : flag, '--back-off').patience;
}

function rateOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_RATE;
  const rate = Number(text);
  if (!(rate > 0 && rate <= MOST_RATE))
    throw new UsageError(`--rate ${text} is not a number of messages a second`, `above 0, ${MOST_RATE} at most`);
  return rate;
}
