import { compareVersions } from '../config/versions.js';
import { type Answer, answered, type FileStat } from '../host/host.js';
import type { Process } from '../host/linux/processes.js';
import type { Check } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';

interface Facts {
  readonly release: Answer<string>;
  readonly devices: readonly { readonly path: string; readonly stat: Answer<FileStat> }[];
  readonly processes: Answer<readonly Process[]>;
  readonly available: Answer<string>;
}

const LABEL = 'random numbers';
const DEVICES = ['/dev/hwrng', '/dev/hw_random'];
const FEEDERS = ['rngd', 'clrngd', 'haveged', 'jitterentropy-r'];
/** Since then the kernel itself takes from the hardware. */
const KERNEL_FEEDS_SINCE = '3.17';
/** Since then reading never blocks once the pool was filled. */
const NEVER_BLOCKS_SINCE = '5.6';
/** Bits with which older kernels let a key be made without waiting. */
const ENOUGH = 256;

export const check: Check<Facts> = {
  id: 'hwrng',
  group: 'system',
  title: LABEL,
  reads: ['/dev/hwrng, /dev/hw_random', '/proc/sys/kernel/random/entropy_avail', '/proc/<pid>/stat', '/proc/sys/kernel/osrelease'],
  refs: ['ipsec verify (Openswan): hardware RNG detected, testing if used properly', 'random(4)', 'RFC 4086'],
  async facts(host) {
    const [release, processes, available, ...stats] = await Promise.all([
      host.sysctl('kernel/osrelease'),
      host.processes(),
      host.sysctl('kernel/random/entropy_avail'),
      ...DEVICES.map((path) => host.host.stat(path)),
    ]);
    return { release, processes, available, devices: DEVICES.map((path, index) => ({ path, stat: stats[index] as Answer<FileStat> })) };
  },
  judge({ release, devices, processes, available }) {
    if (!release.ok) return [unseen(LABEL, release)];
    const kernel = `Linux ${release.value}`;
    if (compareVersions(release.value, NEVER_BLOCKS_SINCE) >= 0) return [pass(LABEL, `${kernel} feeds itself and does not block`)];
    const device = devices.find(({ stat }) => stat.ok)?.path;
    if (!processes.ok) return [unseen(LABEL, processes)];
    const feeder = processes.value.find(({ name }) => FEEDERS.includes(name));
    if (feeder !== undefined) return [pass(LABEL, `fed by ${feeder.name} (pid ${feeder.pid})`)];
    const bits = Number(answered(available) ?? Number.NaN);
    if (device !== undefined && compareVersions(release.value, KERNEL_FEEDS_SINCE) < 0) {
      return [
        {
          status: 'fail',
          label: LABEL,
          detail: `${device} is not used`,
          finding: hostFinding(check.id, {
            what: 'unused',
            severity: 'error',
            confidence: 0.8,
            title: `there is a hardware random number generator, and nothing feeds it to ${kernel}`,
            cause: `Before ${KERNEL_FEEDS_SINCE} the kernel does not take random numbers from ${device} by itself. Making keys (ipsec newhostkey, IKE at start) then waits for minutes.`,
            evidence: [{ text: `${device} is there` }, { text: `no process ${FEEDERS.join(', ')}` }],
            fix: [{ end: 'ours', text: 'install rng-tools and start rngd' }],
            retest: 'vpndoctor verify --only hwrng',
            refs: ['random(4)', 'RFC 4086'],
          }),
        },
      ];
    }
    if (bits < ENOUGH) {
      return [
        {
          status: 'warn',
          label: LABEL,
          detail: `${bits} bits in the pool`,
          finding: hostFinding(check.id, {
            what: 'starved',
            severity: 'warning',
            confidence: 0.6,
            title: `only ${bits} bits of entropy are left on ${kernel}`,
            cause: `Before ${NEVER_BLOCKS_SINCE} reading /dev/random waits when the pool is empty: making keys, and on some daemons every negotiation, hangs.`,
            evidence: [{ file: '/proc/sys/kernel/random/entropy_avail', text: `${bits}` }],
            fix: [{ end: 'ours', text: 'install rng-tools (or haveged on virtual machines without virtio-rng), or a newer kernel' }],
            retest: 'vpndoctor verify --only hwrng',
            refs: ['random(4)', 'RFC 4086'],
          }),
        },
      ];
    }
    if (Number.isNaN(bits)) return [available.ok ? skip(LABEL, `${kernel}: the pool does not say`) : unseen(LABEL, available)];
    return [pass(LABEL, `${bits} bits in the pool of ${kernel}`)];
  },
};
