import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LibreswanState, prepare, states, tools } from './support/libreswan-states.js';
import { bundleText, faultsOf, secretsIn, type VerifyRecord } from './support/verify-gateway.js';

/**
 * `ipsec verify` of libreswan 4.10 beside ours: pluto with a connection, healthy and broken in one way at a time. What takes a kernel with
 * ESP is done in a guest, all else in namespaces over the guest's files. Where only one of them speaks, the state says why.
 */
const lacking = lackingForGuest();
/** VPNDOCTOR_BIN: another build than the one beside the tests. */
const vpndoctor = process.env['VPNDOCTOR_BIN'] ?? fileURLToPath(new URL('../../bin/run.js', import.meta.url));
/** What `verify` says of a kernel without ESP, as this machine's may be. */
const NO_ESP = 'host/esp-ah-ipcomp';

/** The tools look at the same time: under emulation each takes seconds. */
const common = `
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C
cd /
look() {
  ipsec verify >$OUT/$1.old 2>&1 &
  for turn in 1 2 3 4 5 6; do # on a busy machine the guest has commands that get no answer in time
    $VPNDOCTOR verify --json >$OUT/$1.json 2>$OUT/$1.err
    echo $? >$OUT/$1.status
    grep -qE 'no answer within|not told' $OUT/$1.json || break
  done
  wait $!
}
bundle() {
  for turn in 1 2 3 4 5 6; do
    $VPNDOCTOR collect -o $OUT/$1.bundle >/dev/null 2>>$OUT/$1.err
    gzip -cd $OUT/$1.bundle | grep -q 'no answer within' || break
  done
}
${prepare}${tools}`;

/** The packets come when the first look is over, however long that takes. */
const watching = `
$VPNDOCTOR verify --only kernel counters --json --watch 4 >$OUT/watch.json 2>$OUT/watch.err &
until grep -q watching $OUT/watch.err || ! kill -0 $!; do sleep 0.1; done
unknown_spi 20
wait $!`;

/** The last state in the guest cannot be taken back. */
const numbered = states.map((state, index) => ({ state, index }));
const drivers = {
  guest: [common, ...numbered.filter(({ state }) => state.kernel === true).map(lookedAt), watching, 'exit 0\n'].join('\n'),
  here: [common, ...numbered.filter(({ state }) => state.kernel !== true).map(lookedAt), 'stop_pluto\n'].join('\n'),
};

function lookedAt({ state: { damage, undo, collect }, index }: { readonly state: LibreswanState; readonly index: number }): string {
  const bundle = collect ? `bundle ${index}` : '';
  return [`# ${index}`, damage, `look ${index}`, bundle, undo ?? ''].filter((line) => line !== '').join('\n');
}

interface Outcome {
  readonly old: readonly string[];
  readonly record: VerifyRecord;
  readonly status: number;
  readonly codes: readonly string[];
  /** Whether it found anything, the kernel of this machine included. */
  readonly faulty: boolean;
  readonly stderr: string;
}

describe.skipIf(lacking !== '')(`ipsec verify and ours${lacking === '' ? '' : ` (skipped: ${lacking})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-libreswan-'));
  const out = join(folder, 'out');
  const text = (name: string) => (existsSync(join(out, name)) ? readFileSync(join(out, name), 'utf8') : '');
  let outcomes: readonly Outcome[] = [];

  beforeAll(async () => {
    mkdirSync(out);
    const said = await Promise.all(
      (['guest', 'here'] as const).map((place) => {
        const file = join(folder, place);
        writeFileSync(file, drivers[place]);
        return run(place, file, out);
      }),
    );
    if (states.some((_, index) => text(`${index}.json`) === ''))
      throw new TypeError(`not all came back: ${said.join('')}${text('failure')}`);
    outcomes = states.map(({ kernel }, index) => {
      const record = JSON.parse(text(`${index}.json`)) as VerifyRecord;
      const { codes } = faultsOf(record);
      return {
        old: complaints(text(`${index}.old`)),
        record,
        status: Number(text(`${index}.status`)),
        codes: kernel === true ? codes : codes.filter((code) => code !== NO_ESP),
        faulty: codes.length > 0,
        stderr: text(`${index}.err`),
      };
    });
  }, 900_000);

  afterAll(() => {
    process.stdout.write(`${matrix(outcomes).join('\n')}\n`);
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(states.map((state, index) => ({ ...state, index })))('$name', ({ old, codes, because, index }) => {
    const outcome = outcomes[index] as Outcome;
    expect(outcome.stderr).toBe('');
    expect(outcome.old).toEqual(old);
    const unseen = outcome.record.checks.filter(({ status }) => status === 'unknown');
    expect(outcome.codes, JSON.stringify([...outcome.record.findings, ...unseen], null, 1)).toEqual(codes);
    expect(outcome.status).toBe(outcome.faulty ? 1 : 0);
    if (old.length > 0 !== codes.length > 0) expect(because, 'a reason, where only one of them speaks').toBeDefined();
  });

  it('has a kernel with everything, and says so', () => {
    const { checks } = (outcomes[0] as Outcome).record;
    const kernel = ['esp-ah-ipcomp', 'udp-encap', 'kernel-algorithms', 'xfrm-support', 'xfrm-stat', 'udp-500', 'udp-4500', 'running-stack'];
    const answers = checks.filter(({ id, status }) => kernel.includes(id) && status !== 'skip');
    expect(new Set(answers.map(({ id }) => id))).toEqual(new Set(kernel));
    expect(answers.filter(({ status }) => status !== 'pass')).toEqual([]);
  });

  it('sees counters rise while it watches', () => {
    const { findings } = JSON.parse(text('watch.json')) as VerifyRecord;
    expect(findings.map(({ title }) => title).join('\n')).toMatch(/XfrmInNoStates: 20 packets in \d/);
  });

  it.each(states.flatMap(({ name, collect }, index) => (collect ? [{ name, index }] : [])))(
    '$name: the bundle says the same',
    ({ index }) => {
      const { record, status } = outcomes[index] as Outcome;
      const bundle = join(out, `${index}.bundle`);
      const again = spawnSync(process.execPath, [vpndoctor, 'verify', '--json', '--bundle', bundle], { encoding: 'utf8' });
      const { checks, findings } = JSON.parse(again.stdout) as VerifyRecord;
      expect(again.stderr).toBe('');
      expect(checks).toEqual(record.checks);
      expect(findings).toEqual(record.findings);
      expect(again.status).toBe(status);
      const secrets = secretsIn(prepare);
      expect(secrets.length).toBeGreaterThan(0);
      expect(secrets.filter((secret) => bundleText(bundle).includes(secret))).toEqual([]);
    },
  );
});

function lackingForGuest(): string {
  if (process.getuid?.() !== 0) return 'needs root';
  const needed = ['qemu-system-x86_64', 'debootstrap', 'mke2fs', 'socat', 'busybox', 'cpio', 'unshare', 'chroot', '/usr/bin/python3'];
  const missing = needed.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  return missing.length === 0 ? '' : `needs ${missing.join(', ')}: scripts/lab/install.sh`;
}

/** @returns what went wrong, in its own words; empty where nothing did */
async function run(place: 'guest' | 'here', script: string, out: string): Promise<string> {
  const program = fileURLToPath(new URL(`support/libreswan-${place}.sh`, import.meta.url));
  const env = { ...process.env, NODE: process.execPath, APP: dirname(dirname(vpndoctor)) };
  const child = spawn('bash', [program, script, out], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  await new Promise((resolve) => child.once('close', resolve));
  return said;
}

/** Lines of `ipsec verify` that are not [OK], and the exception that ended it. */
function complaints(text: string): readonly string[] {
  const lines = [...text.matchAll(/^\s*(\S.*?)\s*\t\[(.+)\]$/gm)].flatMap(([, label, word]) =>
    word === 'OK' ? [] : [`${label}: ${word}`],
  );
  return [...lines, ...(text.match(/^[A-Z]\w*Error: .*$/m) ?? [])];
}

function matrix(outcomes: readonly Outcome[]): readonly string[] {
  const width = Math.max(...states.map(({ name }) => name.length));
  return states.flatMap(({ name, because }, index) => {
    const { old = [], codes = [] } = outcomes[index] ?? {};
    const reason = because === undefined ? [] : [`${' '.repeat(width)}  (${because})`];
    return [`${name.padEnd(width)}  ${old.join(', ') || '-'}  |  ${codes.join(', ') || '-'}`, ...reason];
  });
}
