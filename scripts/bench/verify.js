// sudo node scripts/bench/verify.js [runs]
// Time of `vpndoctor verify` beyond a bare Node, with 50 connections and 2,000 firewall rules, in a network namespace of its
// own that is gone afterwards. The budget is one second.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare } from './measure.js';

const CONNECTIONS = 50;
const RULES = 2000;
const BUDGET_MS = 1000;

const network = readlinkSync('/proc/self/ns/net');
const outside = process.env['VPNDOCTOR_BENCH_OUTSIDE'];
if (outside === undefined || outside === network) {
  const again = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const { status } = spawnSync('unshare', ['-n', ...again], {
    stdio: 'inherit',
    env: { ...process.env, VPNDOCTOR_BENCH_OUTSIDE: network },
  });
  process.exit(status ?? 2);
}

const range = (/** @type {number} */ length) => Array.from({ length }, (_, index) => index);

const connection = (/** @type {number} */ n) => `  c${n} {
    local_addrs = 192.0.2.1
    remote_addrs = 198.51.100.${n + 1}
    local {
      auth = psk
    }
    remote {
      auth = psk
    }
    children {
      c${n} {
        local_ts = 10.1.0.0/24
        remote_ts = 10.${n + 10}.0.0/16
        esp_proposals = aes256gcm16
      }
    }
  }`;
const rule = (/** @type {number} */ n) => `-A FORWARD -s 172.16.${n >> 8}.${n & 255}/32 -p tcp -m tcp --dport ${1000 + n} -j ACCEPT`;

const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-bench-'));
try {
  const conf = join(folder, 'swanctl.conf');
  writeFileSync(conf, `connections {\n${range(CONNECTIONS).map(connection).join('\n')}\n}\n`);
  const rules = ['*filter', ':INPUT ACCEPT', ':FORWARD ACCEPT', ':OUTPUT ACCEPT', ...range(RULES).map(rule), 'COMMIT', ''];
  const { status, stderr } = spawnSync('iptables-restore', { input: rules.join('\n'), encoding: 'utf8' });
  if (status !== 0) throw new TypeError(`iptables-restore: ${stderr}`);
  const bin = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
  const runs = Number(process.argv[2] ?? 7);
  const { ours, theirs } = compare([process.execPath, bin, 'verify', '--config', conf], [process.execPath, '-e', '0'], runs);
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
  const beyond = ours - theirs;
  const verdict = beyond <= BUDGET_MS ? 'met' : 'MISSED';
  console.log(
    `verify ${ours.toFixed(0)} ms, node ${theirs.toFixed(0)} ms: ${beyond.toFixed(0)} ms beyond it, budget ${BUDGET_MS} ${verdict} (load ${load})`,
  );
  if (beyond > BUDGET_MS) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
