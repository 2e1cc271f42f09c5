import { expect } from 'vitest';
import { type Ikev2Scene, PEER, stepsAmiss } from './ikev2-scene.js';

/** A tunnel that our initiator brings up with strongSwan. */
export interface Tunnel {
  readonly name: string;
  /** Settings of strongSwan beside those of `conn_defaults`. */
  readonly peer: string;
  readonly args: (scene: Ikev2Scene) => readonly string[];
  /** What steps say, by id. */
  readonly says?: Readonly<Record<string, RegExp>>;
  /** What strongSwan's log says besides. */
  readonly log?: readonly RegExp[];
  /** Without a child nothing passes. */
  readonly childless?: true;
  /** Where the machine needs more than the defaults. */
  readonly before?: string;
  readonly after?: string;
  readonly host?: string;
  /** A warning is what is wanted. */
  readonly warns?: readonly string[];
}

/** Bytes that went through CHILD_SAs of strongSwan, as it says when it closes them. */
function carried(log: string): { readonly in: number; readonly out: number } {
  const sum = (pattern: RegExp) => [...log.matchAll(pattern)].reduce((total, [, bytes]) => total + Number(bytes), 0);
  return {
    in: sum(/closing CHILD_SA net\{\d+\} with SPIs \w+_i \((\d+) bytes\)/g),
    out: sum(/closing CHILD_SA net\{\d+\} with SPIs \w+_i \(\d+ bytes\) \w+_o \((\d+) bytes\)/g),
  };
}

/** `probe peer` brings it up, passes echo, rekeys and deletes; nothing counts that strongSwan's own log does not confirm. */
export async function comesUp(scene: Ikev2Scene, tunnel: Tunnel): Promise<void> {
  await scene.peer(tunnel.peer);
  if (tunnel.before !== undefined) await scene.lab.sh(tunnel.before);
  const run = await scene.probe(tunnel.args(scene), tunnel.host ?? PEER);
  if (tunnel.after !== undefined) await scene.lab.sh(tunnel.after);
  const log = scene.log();
  const wrong = stepsAmiss(run).filter(({ id, status }) => status !== 'warn' || tunnel.warns?.includes(id) !== true);
  for (const id of tunnel.warns ?? []) expect(run.steps[id]?.status).toBe('warn');
  expect(
    wrong.map(({ id, status, text }) => `${id} ${status}: ${text}`),
    scene.tail(),
  ).toEqual([]);
  for (const [id, words] of Object.entries(tunnel.says ?? {})) expect(run.steps[id]?.text, id).toMatch(words);
  for (const line of [/IKE_SA lab\[\d+\] established between/, ...(tunnel.log ?? [])]) expect(log).toMatch(line);
  if (tunnel.childless === true) expect(log).not.toMatch(/CHILD_SA net\{\d+\} established/);
  else {
    expect(run.steps['echo']?.status).toBe('pass');
    expect(run.steps['rekey-child']?.status).toBe('pass');
    const bytes = carried(log);
    expect(Math.min(bytes.in, bytes.out)).toBeGreaterThan(200);
    expect(log).toMatch(/outbound CHILD_SA net\{\d+\} established/);
  }
  expect(log).toMatch(/IKE_SA lab\[\d+\] rekeyed between/);
  expect(await scene.established()).toBe(0);
}

/** strongSwan begins, `serve` answers. */
export interface Served {
  readonly name: string;
  readonly peer: string;
  readonly serve: (scene: Ikev2Scene) => readonly string[];
  /** Lines of `serve`. */
  readonly says?: readonly RegExp[];
  readonly log?: readonly RegExp[];
  /** The address inside at strongSwan's end, where it is not that of the lab. */
  readonly inner?: string;
  /** strongSwan comes to the same end without a child. */
  readonly reach?: string;
}

/** strongSwan brings it up, passes echo and rekeys both SAs; Ctrl-C of `serve` deletes them. */
export async function isServed(
  scene: Ikev2Scene,
  { peer, serve, says = [], log: lines = [], inner = '10.77.0.1', reach }: Served,
): Promise<void> {
  await scene.peer(`conn r c.remote_addrs=$ADDR_I; ${peer}`);
  const ours = await scene.serve(serve(scene));
  const ping = () => scene.lab.sh(`pings r 3 -I ${inner} 10.78.0.9`);
  try {
    await scene.lab.sh('swan r --initiate --child net --timeout 30').catch((error: Error) => {
      throw new TypeError(`${error.message.slice(-1500)}\n${ours.output}`);
    });
    await ping();
    if (reach !== undefined) await scene.lab.sh(reach);
    await scene.lab.sh('swan r --rekey --child net');
    await ours.says(/CHILD_SA rekeyed/);
    await ping();
    await scene.lab.sh('swan r --rekey --ike lab');
    await ours.says(/IKE SA rekeyed/);
    await ping();
    const sas = await scene.lab.sh('swan r --list-sas 2>/dev/null');
    expect(sas).toMatch(/in +\w+, +504 bytes, +6 packets/);
    expect(await ours.stop(), ours.output).toBe(0);
    expect(await scene.established()).toBe(0);
    const log = scene.log();
    for (const line of [/IKE_SA lab\[\d+\] rekeyed between/, /received DELETE for IKE_SA lab/, ...lines]) expect(log).toMatch(line);
    for (const line of [/CHILD_SA up/, ...says]) expect(ours.output).toMatch(line);
  } finally {
    await ours.stop();
  }
}
