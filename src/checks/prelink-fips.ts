import { type Answer, answered, type FileStat } from '../host/host.js';
import type { Check } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';

interface Facts {
  readonly fips: Answer<string>;
  /** `DISABLED` in the file of FIPS hosts. */
  readonly programs: readonly { readonly path: string; readonly stat: Answer<FileStat> }[];
  readonly cache: Answer<FileStat>;
}

const LABEL = 'FIPS mode and prelink';
const PROGRAMS = ['/usr/sbin/prelink', '/sbin/prelink'];
const CACHE = '/etc/prelink.cache';

export const check: Check<Facts> = {
  id: 'prelink-fips',
  group: 'system',
  title: LABEL,
  reads: ['/proc/sys/crypto/fips_enabled', PROGRAMS.join(', '), CACHE],
  refs: ["ipsec verify: Checking 'prelink' command does not interfere with FIPS", 'prelink(8)'],
  async facts(host) {
    const [fips, cache, ...stats] = await Promise.all([
      host.sysctl('crypto/fips_enabled'),
      host.host.stat(CACHE),
      ...PROGRAMS.map((path) => host.host.stat(path)),
    ]);
    return { fips, cache, programs: PROGRAMS.map((path, index) => ({ path, stat: stats[index] as Answer<FileStat> })) };
  },
  judge({ fips, programs, cache }) {
    if (!fips.ok) return [fips.reason === 'missing' ? skip(LABEL, 'the kernel knows no FIPS mode') : unseen(LABEL, fips)];
    if (answered(fips) === '0') return [pass(LABEL, 'FIPS mode is off')];
    const prelink = programs.find(({ stat }) => stat.ok)?.path;
    if (!cache.ok && cache.reason !== 'missing') return [unseen(LABEL, cache)];
    if (!cache.ok)
      return [pass(LABEL, prelink === undefined ? 'FIPS mode is on, no prelink' : `FIPS mode is on, ${prelink} is there and was not used`)];
    return [
      {
        status: 'fail',
        label: LABEL,
        detail: 'FIPS mode is on, and programs are prelinked',
        finding: hostFinding(check.id, {
          severity: 'error',
          title: 'prelink has changed programs whose checksums FIPS mode compares',
          cause:
            'In FIPS mode pluto and its libraries check themselves at start. Prelinking rewrites them, so the check fails and the daemon does not start.',
          evidence: [
            { text: 'crypto.fips_enabled = 1' },
            { text: `${CACHE} is there` },
            ...(prelink === undefined ? [] : [{ text: `${prelink} is there` }]),
          ],
          fix: [{ end: 'ours', text: 'prelink -ua, then remove the package prelink' }],
          retest: 'vpndoctor verify --only prelink-fips',
          refs: ['prelink(8)', 'FIPS 140-3'],
        }),
      },
    ];
  },
};
