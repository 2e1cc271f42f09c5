// node scripts/bench/tunnel.js [SECONDS] [ROUNDS] [HANDSHAKES]
// The engines' data paths alone, then, as root and with the lab's packages, beside strongSwan and OpenVPN in one run: handshakes on the wire,
// and TCP through `probe peer --tun` and through libipsec or openvpn, suite by suite, against the same responder.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [seconds = '5', rounds = '3', handshakes = '20'] = process.argv.slice(2);
const env = { ...process.env, VPNDOCTOR_BENCH_SECONDS: seconds, VPNDOCTOR_BENCH_ROUNDS: rounds, VPNDOCTOR_BENCH_HANDSHAKES: handshakes };

/** @param {readonly string[]} words */
const run = (...words) => spawnSync(process.execPath, words, { cwd: root, env, stdio: 'inherit' }).status ?? 2;

process.exitCode =
  run('scripts/ensure-built.js') ||
  run('scripts/bench/engine.js', 'esp') ||
  run('scripts/bench/engine.js', 'openvpn') ||
  run(
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'test/interop/vitest.config.ts',
    'test/interop/ikev2-speed.test.ts',
    'test/interop/openvpn-speed.test.ts',
  );
