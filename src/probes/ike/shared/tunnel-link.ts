import { BugError } from '../../../bytes/errors.js';
import type { PrepareCipher } from '../../../crypto/cipher.js';
import { Tunnel } from '../../../engine/esp/tunnel.js';
import type { IkeSettings } from '../../../engine/ike/settings.js';
import { createMachine, type IkeHappening, type MachineOptions } from '../../../engine/ike-machine.js';
import type { Ikev2Command } from '../../../engine/ikev2/happenings.js';
import type { Path } from '../../../engine/step.js';
import { FOR_EVER } from '../../../transport/clock.js';
import { Driver, type TlsStack } from '../../../transport/driver.js';
import type { Arrival, EspPath, Transport } from '../../../transport/transport.js';
import { questionMark } from '../../../wire/ike/question-mark.js';
import { type World, WorldLink } from '../../shared/link.js';
import type { ProbeTarget, SettingsWithoutPaths } from '../target.js';
import { authenticates } from './authenticates.js';
import type { Link, TunnelCounters } from './link.js';
import type { ProbeFacts, SideAnswer } from './probe-facts.js';
import { SharedTransport } from './shared-transport.js';

/** What a link needs: the world, and how to open sockets in it. */
export interface LinkOptions extends World {
  readonly target: ProbeTarget;
  readonly facts: ProbeFacts;
  readonly tls?: TlsStack;
  /** Opens sockets that reach the peer from this source. */
  readonly openTransport: (address: string, source: string) => Promise<Transport>;
  readonly rawEsp: boolean;
  /** Told of everything that happens, for the trace and the key log. */
  readonly onHappening?: (happening: IkeHappening) => void;
  /** Of ESP: where the host has a faster way than ours. */
  readonly prepareCipher?: PrepareCipher;
}

/** The real thing behind `Link`: our engine as the initiator over a transport. */
export class TunnelLink extends WorldLink implements Link {
  readonly #options: LinkOptions;
  /** By reason; the words are those of the first. */
  readonly #dropped = new Map<string, { readonly text: string; count: number }>();
  #shared: SharedTransport | undefined;
  #engine: Driver<undefined, Ikev2Command, IkeHappening> | undefined;
  #engineTransport: Transport | undefined;
  #tunnel: Tunnel | undefined;
  #espPath: EspPath | undefined;
  #paths: Link['paths'] = {};
  /** The last message of the peer was a request. */
  #peerAsked = false;
  #sent = 0;
  #received = 0;

  constructor(options: LinkOptions) {
    super(options);
    this.#options = options;
  }

  get paths(): Link['paths'] {
    return this.#paths;
  }

  get rawEsp(): boolean {
    return this.#options.rawEsp;
  }

  get counters(): TunnelCounters {
    const dropped = new Map([...this.#dropped.values()].map(({ text, count }) => [text, count]));
    return { sent: this.#sent, received: this.#received, dropped };
  }

  async open(address: string, source: string): Promise<void> {
    const transport = await this.#options.openTransport(address, source);
    const { ports } = this.#options.target;
    // The zone of a link-local address is the sockets' business: no message has it.
    const peer = address.replace(/%.*$/, '');
    const to = (channel: Path['channel'], local: Path['local'] | undefined, port: number | undefined) =>
      local === undefined || port === undefined ? undefined : { channel, local, remote: { address: peer, port } };
    const ike = to('ike', transport.paths.ike, ports.ike);
    const natt = to('natt', transport.paths.natt, ports.natt);
    const tcp = to('tcp', transport.paths.tcp, ports.tcp);
    this.#paths = { ...(ike && { ike }), ...(natt && { natt }), ...(tcp && { tcp }) };
    this.#shared = new SharedTransport(transport, this.#options.clock);
  }

  initiate(over: 'ike' | 'natt' | 'tcp', settings: SettingsWithoutPaths = this.#options.target.tunnel.settings): void {
    const shared = this.#opened();
    const { target, environment, clock, tls } = this.#options;
    const path = this.#paths[over];
    if (path === undefined) throw new BugError(`there is no ${over} path`);
    const { natt } = this.#paths;
    const paths: IkeSettings['paths'] = over === 'ike' ? { ike: path, ...(natt && { natt }) } : { [over]: path };
    const machine = createMachine(this.#machineOptions({ ...settings, paths }), environment);
    this.#tunnel?.close();
    this.#tunnel = undefined;
    this.#engineTransport = shared.forEngine();
    // The one before is over: it says and hears nothing any more.
    void this.#engine?.close();
    this.#engine = new Driver({
      machine,
      state: undefined,
      transport: this.#engineTransport,
      clock,
      ...(tls === undefined ? {} : { tls }),
      onArrival: (arrival) => this.#arrived(arrival),
    });
    this.#engine.onHappening((happening) => this.#happened(happening));
    shared.hold = !authenticates(target);
    // A machine at fault stops its driver: whoever waits is told.
    this.#engine.until(never, FOR_EVER).catch((fault: unknown) => this.waiters.fail(fault));
    this.#engine.command({ kind: 'initiate' });
  }

  command(command: Ikev2Command): void {
    this.#engine?.command(command);
  }

  ask(path: Path, message: Uint8Array, patience: number): Promise<SideAnswer> {
    return this.#opened().ask(path, message, this.#options.target.patience.first, () => patience, this.signal);
  }

  firstMessage(path: Path, padding = 0): Uint8Array {
    const { settings } = this.#options.target.tunnel;
    const vendorIds = [...settings.vendorIds, questionMark(), ...(padding === 0 ? [] : [this.random(padding)])];
    const machine = createMachine(
      this.#machineOptions({ ...settings, vendorIds, paths: { [path.channel]: path } }),
      this.#options.environment,
    );
    const message = machine(undefined, { kind: 'command', command: { kind: 'initiate' } }, this.now()).send[0];
    if (message === undefined) throw new BugError('the engine began without a message');
    return message.bytes;
  }

  /** An IP packet into the tunnel; what no SA takes is counted as dropped. */
  sendInner(packet: Uint8Array): void {
    const path = this.#espPath;
    const sealed = this.#tunnel?.protect(packet);
    if (sealed === undefined || path === undefined || this.#engineTransport === undefined) this.#drop('no-tunnel', 'there is no tunnel');
    else if (sealed.kind === 'refused') this.#drop(sealed.refusal.code, sealed.refusal.text);
    else {
      this.#sent++;
      this.#engineTransport.sendEsp(path, sealed.protocol, sealed.bytes);
    }
  }

  /** Keeps the mapping of a NAT alive. */
  sendKeepalive(): void {
    if (this.#paths.natt !== undefined) this.#engineTransport?.sendKeepalive(this.#paths.natt);
  }

  async close(): Promise<void> {
    this.waiters.close();
    await this.#engine?.close();
    await this.#shared?.close();
    this.#tunnel?.close();
  }

  #machineOptions(settings: IkeSettings): MachineOptions {
    const { ikev1 } = this.#options.target.tunnel;
    return { settings, accept: false, ...(ikev1 === undefined ? {} : { ikev1 }) };
  }

  #opened(): SharedTransport {
    if (this.#shared === undefined) throw new BugError('the sockets are not open');
    return this.#shared;
  }

  #happened(happening: IkeHappening): void {
    this.#options.facts.apply(happening);
    if (happening.kind === 'received') this.#peerAsked = !happening.response;
    if (happening.kind === 'child-up') {
      const { local, remote } = happening.path;
      this.#espPath = this.#wayOfEsp(happening.path, happening.child.encapsulation);
      const { prepareCipher } = this.#options;
      this.#tunnel ??= new Tunnel({
        random: this.random,
        addresses: { local: local.address, remote: remote.address },
        onWorn: (spiIn) => this.command({ kind: 'rekey-child', spiIn }),
        ...(prepareCipher === undefined ? {} : { prepareCipher }),
      });
      // A peer that rekeys cannot open what is sealed with the new keys before our answer is there.
      this.#tunnel.add(happening.child, happening.replaces !== undefined && this.#peerAsked ? 'once-heard' : 'now');
    }
    if (happening.kind === 'path-changed') {
      const { local, remote } = happening.path;
      this.#espPath = this.#wayOfEsp(happening.path, happening.encapsulation);
      this.#tunnel?.move({ local: local.address, remote: remote.address });
    }
    if (happening.kind === 'child-down') this.#tunnel?.remove(happening.spiIn);
    this.#options.onHappening?.(happening);
    this.waiters.look();
  }

  #wayOfEsp(path: Path, encapsulation: EspPath['encapsulation']): EspPath {
    const natt = path.channel === 'natt' ? path : this.#paths.natt;
    return encapsulation === 'udp' && natt !== undefined
      ? { encapsulation, local: natt.local, remote: natt.remote }
      : { encapsulation, local: path.local, remote: path.remote };
  }

  #arrived(arrival: Exclude<Arrival, { kind: 'message' }>): void {
    switch (arrival.kind) {
      case 'error':
        this.#options.facts.applyError(arrival);
        break;
      case 'esp':
      case 'ah': {
        const opened = this.#tunnel?.unprotect(arrival.kind, arrival.bytes);
        if (opened === undefined) break;
        if (opened.kind === 'drop') {
          this.#drop(opened.reason, opened.text.replace(/ \(SPI .*/, ''));
          break;
        }
        this.#received++;
        this.cameOut(opened.packet);
        break;
      }
      case 'keepalive':
        break;
    }
    this.waiters.look();
  }

  #drop(reason: string, text: string): void {
    const known = this.#dropped.get(reason);
    if (known === undefined) this.#dropped.set(reason, { text, count: 1 });
    else known.count++;
  }
}

const never = (): boolean => false;
