import { Command } from 'commander';
import { command as serveCommand } from '../../src/commands/serve.js';
import type { IkeSettings } from '../../src/engine/ike/settings.js';
import type { ProbeStep } from '../../src/model/probe-step.js';
import { course } from '../../src/probes/ike/course.js';
import type { ProbeId } from '../../src/probes/ike/probe-ids.js';
import { ProbeFacts } from '../../src/probes/ike/shared/probe-facts.js';
import { TunnelLink } from '../../src/probes/ike/shared/tunnel-link.js';
import type { ProbeTarget } from '../../src/probes/ike/target.js';
import { type ProbeRun, runProbes } from '../../src/probes/shared/run-probes.js';
import { ServeEndpoint } from '../../src/services/serve/endpoint.js';
import type { PoolFlags, TunnelFlags } from '../../src/services/settings/flags.js';
import { initiatorSettings, responderSettings } from '../../src/services/settings/from-flags.js';
import { FakeClock } from './fake-clock.js';
import { type HostOptions, MemoryNetwork } from './memory-network.js';
import { seededBytes } from './seeded-random.js';

const OURS = '192.0.2.1';
const THEIRS = '198.51.100.2';
const PATIENCE = { first: 500, patience: 4000 };
const LIVE_LONG = 2_000_000;

/** A probe and its peer in one memory. Flags are those of the command lines. */
export interface ProbeLab {
  readonly ours?: readonly string[];
  /** The responder's; undefined: there is none. */
  readonly theirs?: readonly string[] | null;
  readonly responder?: (settings: IkeSettings) => IkeSettings;
  readonly near?: Partial<HostOptions>;
  readonly far?: Partial<HostOptions>;
  readonly target?: Partial<ProbeTarget>;
  /** The two are neighbours with link-local addresses, and this is our interface. */
  readonly zone?: string;
  /** Instead of the network in memory. */
  readonly openTransport?: () => Promise<never>;
  /** Called before each step's line would be printed. */
  readonly onStep?: (
    step: ProbeStep,
    lab: {
      readonly interrupt: () => void;
      readonly killPeer: () => void;
      readonly restartPeer: () => void;
      readonly damagePeer: () => void;
      readonly peerDeletes: (what: 'child' | 'ike') => void;
    },
  ) => void;
}

export interface LabRun extends ProbeRun {
  /** `pass`, `fail`, … by step. */
  readonly status: Readonly<Record<ProbeId, ProbeStep['status']>>;
  readonly text: Readonly<Record<ProbeId, string>>;
  readonly codes: readonly string[];
  readonly facts: ProbeFacts;
  /** IKE SAs that the responder still has. */
  readonly left: number;
  /** Milliseconds of the fake clock. */
  readonly took: number;
}

/** Runs a probe to its end. Time is the fake clock's. */
export async function runLab(lab: ProbeLab = {}): Promise<LabRun> {
  const clock = new FakeClock();
  const network = new MemoryNetwork(clock);
  const environment = (seed: number) => ({ random: seededBytes(seed), date: () => Date.UTC(2026, 10, 21) });
  const io = { ask: undefined, warn: () => {} };
  const [ours, theirs] = lab.zone === undefined ? [OURS, THEIRS] : ['fe80::1', 'fe80::2'];
  const scoped = (address: string) => (lab.zone === undefined ? address : `${address}%${lab.zone}`);
  const near = network.attach({ addresses: [ours], ...lab.near });
  const far = network.attach({ addresses: [theirs], silent: lab.theirs === null, ...lab.far });
  let server: ServeEndpoint | undefined;
  let start: (() => ServeEndpoint) | undefined;
  if (lab.theirs !== null) {
    const { settings, ikev1 } = await responderSettings(
      tunnelFlagsOf(['--local-ts', '10.2.0.0/16', '--remote-ts', '10.1.0.0/16', ...(lab.theirs ?? ['--psk', 'secret'])]),
      4,
      PATIENCE,
      io,
    );
    const whole: IkeSettings = { ...settings, paths: {} };
    start = () =>
      new ServeEndpoint({
        transport: far,
        endpoint: { settings: lab.responder?.(whole) ?? whole, accept: true, ...(ikev1 === undefined ? {} : { ikev1 }) },
        environment: environment(2),
        clock,
        inner: { tcpPorts: new Set([80]), udpPorts: new Set([7]) },
      });
    server = start();
  } else far.closed = true;
  const tunnel = await initiatorSettings(tunnelFlagsOf(lab.ours ?? ['--psk', 'secret']), 4, PATIENCE, io);
  const facts = new ProbeFacts();
  const interrupt = new AbortController();
  const target: ProbeTarget = {
    host: scoped(theirs),
    ports: { ike: 500, natt: 4500 },
    tunnel,
    patience: PATIENCE,
    ping: '10.2.0.1',
    ...lab.target,
  };
  const link = new TunnelLink({
    target,
    facts,
    clock,
    environment: environment(1),
    signal: interrupt.signal,
    rawEsp: true,
    openTransport: lab.openTransport ?? (async () => near),
    resolve: async () => [scoped(theirs)],
    route: async () => ({ source: scoped(ours), interface: 'eth0' }),
  });
  const control = {
    interrupt: () => interrupt.abort(),
    killPeer: () => {
      far.closed = true;
    },
    // Whatever it sends from now on is changed on the way.
    damagePeer: () => {
      far.conditions = { ...far.conditions, corrupt: 1 };
    },
    peerDeletes: (what: 'child' | 'ike') => {
      const { sa, child } = facts;
      if (sa === undefined || child === undefined) throw new TypeError('there is nothing to delete yet');
      server?.command(what === 'ike' ? { kind: 'delete-ike', sa } : { kind: 'delete-child', spiIn: child.spiOut, sa });
    },
    // A new endpoint takes the sockets over, and knows of nothing.
    restartPeer: () => {
      server = start?.();
    },
  };
  const run = await clock.settle(runProbes(course, { target, facts, link }, (step) => lab.onStep?.(step, control)));
  const took = clock.now();
  const left = server?.established ?? 0;
  await clock.settle(link.close());
  if (server !== undefined) await clock.settle(server.close(LIVE_LONG));
  const by = <T>(pick: (step: ProbeStep) => T) => Object.fromEntries(run.steps.map((step) => [step.id, pick(step)])) as Record<ProbeId, T>;
  return {
    ...run,
    facts,
    left,
    took,
    status: by(({ status }) => status),
    text: by(({ text }) => text),
    codes: run.findings.map(({ code }) => code),
  };
}

/** As commander gives them. */
export function tunnelFlagsOf(args: readonly string[]): TunnelFlags & PoolFlags {
  const program = new Command().exitOverride();
  serveCommand.register(program);
  const [serve] = program.commands;
  if (serve === undefined) throw new TypeError('serve registers no command');
  serve.exitOverride().action(() => {});
  program.parse(['serve', ...args], { from: 'user' });
  return serve.opts();
}
