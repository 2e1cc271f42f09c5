import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { makeSelfSigned } from '../../src/crypto/certificates/self-signed.js';
import type { OpenvpnHappening } from '../../src/engine/openvpn/happenings.js';
import { splitStaticKey, staticKeyText } from '../../src/keymat/openvpn-static-key.js';
import { TextOutput } from '../../src/report/text-output.js';
import type { OpenvpnFlags } from '../../src/services/openvpn/flags.js';
import { type OpenvpnProbeFlags, probeOpenvpn } from '../../src/services/openvpn/probe.js';
import { ServeOpenvpn } from '../../src/services/openvpn/serve-endpoint.js';
import { readTunnel } from '../../src/services/openvpn/tunnel.js';
import type { ProbeIo } from '../../src/services/probe/io.js';
import { systemClock } from '../../src/transport/clock.js';
import { systemEnvironment } from '../../src/transport/environment.js';
import { listenOpenvpnTcp, openOpenvpnUdp } from '../../src/transport/openvpn/sockets.js';
import { createTlsStack } from '../../src/transport/tls.js';

const HOST = '127.0.0.1';
export const noFlags: OpenvpnFlags = { ca: [], cert: [], crl: [] };

/** A key file of a static key, tls-auth or tls-crypt. */
export const keyFile = (byte: number): string => staticKeyText(splitStaticKey(new Uint8Array(256).map((_, at) => (at * byte) & 0xff)));

/** A certificate that stands for itself, as lines of a configuration. */
export function identity(name: string, usage: 'serverAuth' | 'clientAuth') {
  const { key, certificate } = makeSelfSigned({ name, usage, days: 90 }, randomBytes, Date.now());
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString().trimEnd();
  return {
    lines: `<cert>\n${certificate.toString().trimEnd()}\n</cert>\n<key>\n${pem}\n</key>`,
    certificate: certificate.toString(),
    fingerprint: certificate.fingerprint256,
  };
}

/** Output and warnings of a command that runs in this process. */
export function caughtIo(path: string): ProbeIo & { text(): string; readonly warnings: string[]; readonly interrupt: () => void } {
  const fd = openSync(path, 'w');
  onTestFinished(() => closeSync(fd));
  const control = new AbortController();
  const warnings: string[] = [];
  return {
    output: new TextOutput(fd),
    isTTY: false,
    env: {},
    signal: control.signal,
    ask: undefined,
    warn: (line) => warnings.push(line),
    warnings,
    text: () => readFileSync(path, 'utf8'),
    interrupt: () => control.abort(),
  };
}

/** Our engine behind a configuration of a server, or of one end of a static key, on a free port of loopback. */
export async function serveFile(path: string, text: string) {
  writeFileSync(path, text);
  const tunnel = await readTunnel(noFlags, { file: path, role: 'server' }, { ask: undefined, warn: () => {} });
  const protocol = tunnel.localProtocol;
  const tls = createTlsStack();
  const happenings: OpenvpnHappening[] = [];
  const server = new ServeOpenvpn({
    sockets:
      protocol === 'tcp' ? await listenOpenvpnTcp({ addresses: [HOST], port: 0 }) : await openOpenvpnUdp({ addresses: [HOST], port: 0 }),
    settings: tunnel.settings[protocol],
    environment: systemEnvironment,
    clock: systemClock,
    tls,
    inner: { tcpPorts: new Set([80]) },
    onHappening: (happening) => happenings.push(happening),
  });
  onTestFinished(async () => {
    await server.close(500);
    tls.close();
  });
  return { port: server.local?.port ?? 0, happenings, server };
}

export interface ProbeReport {
  readonly status: number;
  readonly steps: Readonly<Record<string, { readonly status: string; readonly text: string; readonly details: readonly string[] }>>;
  readonly codes: readonly string[];
  readonly findings: readonly {
    readonly code: string;
    readonly title: string;
    readonly cause: string;
    readonly retest: string;
    readonly evidence: readonly { readonly text: string }[];
    readonly fix: readonly { readonly end: string; readonly text: string }[];
    readonly depends_on: readonly string[];
  }[];
  readonly negotiated: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/** `probe peer FILE --json` in this process. */
export async function probeFile(path: string, text: string, flags: Partial<OpenvpnProbeFlags> = {}): Promise<ProbeReport> {
  writeFileSync(path, text);
  const io = caughtIo(`${path}.out`);
  const status = await probeOpenvpn(path, { ...noFlags, json: true, color: false, timeout: '8', ...flags }, io);
  const { steps, findings, negotiated } = JSON.parse(io.text()) as {
    readonly steps: readonly { readonly id: string; readonly status: string; readonly text: string; readonly details: readonly string[] }[];
    readonly findings: ProbeReport['findings'];
    readonly negotiated: ProbeReport['negotiated'];
  };
  return {
    status,
    steps: Object.fromEntries(steps.map(({ id, ...step }) => [id, step])),
    findings,
    codes: findings.map(({ code }) => code),
    negotiated,
    warnings: io.warnings,
  };
}
