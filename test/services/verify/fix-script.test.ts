import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mend } from '../../../src/checks/check.js';
import { check as container } from '../../../src/checks/container.js';
import type { CheckResult } from '../../../src/checks/run-checks.js';
import { hostFinding } from '../../../src/checks/shared/finding.js';
import { SYSCTL_FILE, sysctlMends } from '../../../src/checks/shared/sysctl-mend.js';
import type { Finding } from '../../../src/model/finding.js';
import { fixScript, mendsOf } from '../../../src/services/verify/fix-script.js';

const report = {
  host: { name: 'gw', kernel: 'Linux 6.1', source: 'live', time: new Date('2026-01-02T03:04:05Z'), root: true },
  findings: [],
};

const result = (...mend: Mend[]): CheckResult => ({ check: container, lines: [{ status: 'fail', label: 'x', detail: 'y', mend }] });

describe('the mends of a run', () => {
  it('are in the order of the checks, each once', () => {
    const [a, b] = [
      { comment: 'a', apply: 'do a', undo: 'undo a' },
      { comment: 'b', apply: 'do b', undo: 'undo b' },
    ];
    expect(mendsOf({ results: [result(a), result(b, a)], findings: [] })).toEqual([a, b]);
  });

  it('leave out what follows from another fault', () => {
    const mend = { comment: 'a', apply: 'do a', undo: 'undo a' };
    const [cause, effect] = ['cause', 'effect'].map((what) =>
      hostFinding('x', { what, severity: 'error', title: what, cause: '', evidence: [], fix: [], retest: '', refs: [] }),
    ) as [Finding, Finding];
    const lines = [{ status: 'fail', label: 'x', detail: 'y', mend: [mend], finding: effect }] as const;
    const results = [{ check: container, lines }];
    expect(mendsOf({ results, findings: [cause, effect] })).toEqual([mend]);
    expect(mendsOf({ results, findings: [{ ...cause, consequences: [effect] }] })).toEqual([]);
  });
});

describe('the script', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vpndoctor-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (script: string, ...args: string[]) => {
    const path = join(folder, 'fix.sh');
    writeFileSync(path, script);
    const { status, stdout, stderr } = spawnSync('/bin/sh', [path, ...args], { encoding: 'utf8', cwd: folder });
    return { status, text: stdout + stderr };
  };
  const log = () => (existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').trim().split('\n') : []);
  const step = (name: string): Mend => ({ comment: name, apply: `echo ${name} >>log`, undo: `echo un-${name} >>log` });

  it('applies in order, undoes backwards', () => {
    const script = fixScript([step('one'), step('two')], report);
    expect(run(script)).toEqual({ status: 0, text: '' });
    expect(run(script, 'undo')).toEqual({ status: 0, text: '' });
    expect(log()).toEqual(['one', 'two', 'un-two', 'un-one']);
  });

  it('goes on behind a step that fails, and says so by its status', () => {
    expect(run(fixScript([{ comment: 'bad', apply: 'false', undo: 'true' }, step('two')], report)).status).toBe(1);
    expect(log()).toEqual(['two']);
  });

  it('refuses other words', () => {
    expect(run(fixScript([step('one')], report), 'again').status).toBe(2);
    expect(log()).toEqual([]);
  });

  it('is a script also when there is nothing to do', () => {
    expect(run(fixScript([], report))).toEqual({ status: 0, text: '' });
  });

  it('has a comment for every line, and nothing that a host says can leave it', () => {
    const script = fixScript([{ ...step('one'), comment: 'eth0\ntouch hacked' }], {
      ...report,
      host: { ...report.host, name: 'gw\ntouch hacked' },
    });
    expect(run(script).status).toBe(0);
    expect(existsSync(join(folder, 'hacked'))).toBe(false);
    expect(script).toContain('# eth0 touch hacked\n');
  });

  it('keeps settings, and gives back the file as it was', () => {
    const file = join(folder, 'kept.conf');
    const here = (mends: readonly Mend[]) =>
      mends
        .map(({ comment, apply, undo }) => ({
          comment,
          apply: apply.replaceAll(SYSCTL_FILE, file),
          undo: undo.replaceAll(SYSCTL_FILE, file),
        }))
        .map((mend) => ({
          ...mend,
          apply: mend.apply.replace(/^sysctl/, 'echo sysctl'),
          undo: mend.undo.replace(/^sysctl/, 'echo sysctl'),
        }));
    const script = fixScript(
      here(
        sysctlMends(
          [
            { path: 'net/ipv4/conf/eth0.7/rp_filter', old: 1, value: 2 },
            { path: 'net/ipv4/ip_forward', old: 0, value: 1 },
          ],
          'because',
        ),
      ),
      report,
    );
    writeFileSync(file, 'kernel.sysrq = 0\n');
    expect(run(script).text).toBe('sysctl -w net/ipv4/conf/eth0.7/rp_filter=2\nsysctl -w net.ipv4.ip_forward=1\n');
    // Twice is once.
    run(script);
    expect(readFileSync(file, 'utf8')).toBe('kernel.sysrq = 0\nnet/ipv4/conf/eth0.7/rp_filter = 2\nnet.ipv4.ip_forward = 1\n');
    expect(run(script, 'undo').text).toBe('sysctl -w net.ipv4.ip_forward=0\nsysctl -w net/ipv4/conf/eth0.7/rp_filter=1\n');
    expect(readFileSync(file, 'utf8')).toBe('kernel.sysrq = 0\n');
    rmSync(file);
    run(script);
    run(script, 'undo');
    expect(existsSync(file)).toBe(false);
  });
});
