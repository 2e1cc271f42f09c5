import { describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../../../src/bytes/errors.js';
import { check as binSh } from '../../../src/checks/bin-sh.js';
import type { Check } from '../../../src/checks/check.js';
import { check as larval } from '../../../src/checks/xfrm-larval-drop.js';
import { check as xfrmStat } from '../../../src/checks/xfrm-stat.js';
import { FakeHost } from '../../../src/host/fake.js';
import type { Host } from '../../../src/host/host.js';
import { healthyHost } from '../../support/healthy-host.js';
import { runVerify } from '../../support/run-verify.js';

const LARVAL = '/proc/sys/net/core/xfrm_larval_drop';
const healthy = healthyHost({ links: { '/bin/sh': 'dash' } });
const broken = healthyHost({ links: { '/bin/sh': 'dash' }, files: { [LARVAL]: '0\n' } });
const checks = [binSh, larval];

/** A host that is now this, now that. */
function through(host: () => Host, own: Partial<Host> = {}): Host {
  return {
    readFile: (path, maxBytes) => host().readFile(path, maxBytes),
    readDir: (path) => host().readDir(path),
    readLink: (path) => host().readLink(path),
    stat: (path) => host().stat(path),
    run: (command, timeoutMs) => host().run(command, timeoutMs),
    isRoot: true,
    now: healthy.now,
    ...own,
  };
}

describe('verify', () => {
  it('prints lines by group, and nothing else where nothing is wrong', async () => {
    const { status, text } = await runVerify([], { host: healthy, checks });
    expect(status).toBe(0);
    expect(text.split('\n')).toEqual([
      'gw  Linux 6.1.0-28-amd64',
      '',
      'Kernel settings',
      '  xfrm_larval_drop ................... [OK]   1',
      '',
      'System',
      '  /bin/sh ............................ [OK]   dash, nothing installed minds',
      '',
      'Verdict: nothing wrong found; 2 passed',
      '',
    ]);
  });

  it('prints a problem with its evidence, its reason and the fix', async () => {
    const { status, text } = await runVerify([], { host: broken, checks });
    expect(status).toBe(1);
    expect(text).toContain('  xfrm_larval_drop ................... [FAIL] 0\n');
    expect(text).toContain('[ERROR] host/xfrm-larval-drop  this host  confidence 95 %\n');
    expect(text).toMatch(/ {2}evidence {3}net\.core\.xfrm_larval_drop = 0\n/);
    expect(text).toMatch(/ {2}fix {8}this host: as root:\n {13}sysctl -w net\.core\.xfrm_larval_drop=1\n/);
    expect(text).toMatch(/Verdict: 1 failed; 1 passed\n$/);
  });

  it('is one object with --json', async () => {
    const { status, text } = await runVerify(['--json'], { host: broken, checks });
    expect(status).toBe(1);
    expect(JSON.parse(text)).toMatchObject({
      schema: 'vpndoctor/verify/1',
      host: { name: 'gw', kernel: 'Linux 6.1.0-28-amd64', source: 'live', time: '2026-01-02T03:04:05.000Z', root: true },
      checks: [
        {
          id: 'xfrm-larval-drop',
          group: 'sysctls',
          status: 'fail',
          label: 'xfrm_larval_drop',
          detail: '0',
          finding: 'host/xfrm-larval-drop',
        },
        { id: 'bin-sh', group: 'system', status: 'pass', label: '/bin/sh' },
      ],
      findings: [{ code: 'host/xfrm-larval-drop', severity: 'error' }],
      verdict: { status: 'fail', text: '1 failed; 1 passed', counts: { pass: 1, fail: 1, warn: 0, skip: 0, unknown: 0 } },
    });
  });

  it('takes checks and groups, singly and in lists', async () => {
    const ids = async (...args: string[]) => {
      const { text } = await runVerify([...args, '--json'], { host: healthy });
      return [
        ...new Set((JSON.parse(text) as { checks: { id: string; group: string }[] }).checks.map(({ id, group }) => `${group}/${id}`)),
      ];
    };
    expect(await ids('--only', 'bin-sh', 'xfrm-larval-drop')).toEqual(['sysctls/xfrm-larval-drop', 'system/bin-sh']);
    expect(await ids('--only', 'bin-sh,hwrng')).toEqual(['system/bin-sh', 'system/hwrng']);
    expect(await ids('--only', 'counters')).toEqual(['counters/snmp-counters', 'counters/xfrm-stat']);
    expect(await ids('--only', 'counters', '--skip', 'xfrm-stat')).toEqual(['counters/snmp-counters']);
    expect(await ids('--skip', 'counters')).not.toContain('counters/xfrm-stat');
  });

  it('lists what each check reads', async () => {
    const { status, text } = await runVerify(['--list', '--only', 'xfrm-larval-drop'], { host: new FakeHost() });
    expect(status).toBe(0);
    expect(text).toMatch(/sysctls\s+xfrm-larval-drop\s+xfrm_larval_drop\s+\/proc\/sys\/net\/core\/xfrm_larval_drop\n/);
  });

  it('lists them for programs', async () => {
    const { status, text } = await runVerify(['--list', '--json', '--only', 'xfrm-larval-drop'], { host: new FakeHost() });
    expect(status).toBe(0);
    expect(JSON.parse(text)).toMatchObject({
      schema: 'vpndoctor/verify-list/1',
      checks: [{ id: 'xfrm-larval-drop', group: 'sysctls', reads: ['/proc/sys/net/core/xfrm_larval_drop'] }],
    });
  });

  it('goes on when a check is at fault itself', async () => {
    const faulty: Check = { ...binSh, id: 'faulty', judge: () => [].map((x) => x)[0] ?? JSON.parse('{') };
    const { status, text } = await runVerify([], { host: healthy, checks: [faulty, larval] });
    expect(status).toBe(0);
    expect(text).toContain('[UNKNOWN] a fault of vpndoctor itself');
    expect(text).toContain('[OK]   1');
  });

  it('says what it could not see without root', async () => {
    const { text, status } = await runVerify([], { host: new FakeHost({ isRoot: false }), checks });
    expect(status).toBe(2);
    expect(text).toMatch(/nothing could be judged; 2 could not be seen \(not root\)\n/);
    expect(text).toContain('sudo vpndoctor verify');
  });

  it('judges counters by what they do within --watch', async () => {
    let looks = 0;
    const host = through(() => healthy, {
      readFile: async (path) =>
        path === '/proc/net/xfrm_stat' ? { ok: true, value: `XfrmInStateProtoError ${5000 + 3 * looks++}\n` } : healthy.readFile(path),
    });
    const { status, text, warnings } = await runVerify(['--watch', '0.1'], { host, checks: [xfrmStat, larval] });
    expect(status).toBe(1);
    expect(text).toMatch(/XfrmInStateProtoError \.+ \[FAIL\] \+3 in 0\.\d s/);
    expect(text).toContain('xfrm_larval_drop');
    expect(warnings).toEqual(['watching the counters for 0.1 s']);
  });

  it.each([
    [['--only', 'nonsense'], /neither a check nor a group/],
    [['--only', 'bin-sh', '--skip', 'system'], /leave no check/],
    [['--config', '/etc/nothing.conf'], /\/etc\/nothing\.conf: no such file/],
    [['--watch', 'soon'], /not a time/],
    [['--watch', '-1'], /not a time/],
    [['--json', '--fix-script'], /exclude each other/],
    [['--bundle', 'x', '--watch', '1'], /stands still/],
    [['--bundle', 'x', '--fix'], /not that of a bundle/],
    [['--fix'], /not a terminal/],
    [['--yes'], /--fix, which was not given/],
  ])('refuses %j', async (args, message) => {
    const run = runVerify(args, { host: broken, checks });
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(message);
  });

  it('refuses a stack that nobody knows', async () => {
    await expect(runVerify(['--stack', 'wireguard'], { host: broken, checks })).rejects.toThrow(/Allowed choices/);
  });
});

describe('verify --fix-script', () => {
  it('prints the script alone', async () => {
    const { status, text } = await runVerify(['--fix-script'], { host: broken, checks });
    expect(status).toBe(1);
    expect(text).toMatch(/^#!\/bin\/sh\n/);
    expect(text).toContain('  sysctl -w net.core.xfrm_larval_drop=1 || status=1\n');
    expect(text).toContain('  sysctl -w net.core.xfrm_larval_drop=0 || status=1\n');
    expect(text).toMatch(/exit "\$status"\n$/);
  });
});

describe('verify --fix', () => {
  const changing = () => {
    let host = broken;
    const mend = () => {
      host = healthy;
    };
    return { handle: through(() => host), mend };
  };

  it('changes nothing without a yes', async () => {
    const { status, text, scripts } = await runVerify(['--fix'], { host: broken, checks, answer: false });
    expect(status).toBe(1);
    expect(scripts).toEqual([]);
    expect(text).toContain('#!/bin/sh');
    expect(text).toMatch(/Nothing was changed\.\n$/);
  });

  it.each([
    ['asked', ['--fix'], true],
    ['told --yes', ['--fix', '--yes'], undefined],
  ])('%s, it applies what it showed, looks again and says what changed', async (_, args, answer) => {
    const { handle, mend } = changing();
    const { status, text, scripts } = await runVerify(args, {
      host: handle,
      checks,
      ...(answer === undefined ? {} : { answer }),
      onScript: mend,
    });
    expect(status).toBe(0);
    expect(scripts).toHaveLength(1);
    expect(text).toContain(scripts[0]?.trimEnd());
    expect(text).toMatch(
      /What changed:\n {2}xfrm_larval_drop \.+ \[OK\] {3}1 {2}\(was \[FAIL\]\)\n\nVerdict: nothing wrong found; 2 passed\n$/,
    );
  });

  it('says so when nothing became better', async () => {
    const { status, text } = await runVerify(['--fix'], { host: broken, checks, answer: true });
    expect(status).toBe(1);
    expect(text).toContain('No check says anything else than before.');
  });

  it('has nothing to do where nothing is wrong', async () => {
    const { status, text } = await runVerify(['--fix'], { host: healthy, checks, answer: true });
    expect(status).toBe(0);
    expect(text).toContain('There is nothing that a script can mend.');
  });

  it('is for root', async () => {
    await expect(runVerify(['--fix'], { host: new FakeHost({ isRoot: false }), checks, answer: true })).rejects.toThrow(EnvironmentError);
  });
});
