import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** An interface one can capture on. */
export interface InterfaceFacts {
  readonly name: string;
  /** IFF_UP is set. */
  readonly up: boolean;
  readonly loopback: boolean;
  /** IPv4 and IPv6 addresses; only interfaces that are up show theirs. */
  readonly addresses: readonly string[];
}

const SYS = '/sys/class/net';
const IFF_UP = 0x1;
const IFF_LOOPBACK = 0x8;

/** Flags of netdevice(7), 0 where the system does not tell. */
function flagsOf(name: string): number {
  try {
    return Number(readFileSync(`${SYS}/${name}/flags`, 'latin1').trim());
  } catch {
    return 0;
  }
}

function namesInSys(): string[] {
  try {
    return readdirSync(SYS).filter((name) => name !== 'bonding_masters');
  } catch {
    return [];
  }
}

/** Everything `-i` takes here, `any` (all of them at once) last. Needs no right and no libpcap. */
export function listInterfaces(): InterfaceFacts[] {
  const addresses = networkInterfaces();
  const names = new Set([...namesInSys(), ...Object.keys(addresses)]);
  const list = [...names].sort().map((name): InterfaceFacts => {
    const flags = flagsOf(name);
    const own = addresses[name] ?? [];
    return {
      name,
      up: (flags & IFF_UP) !== 0 || own.length > 0,
      loopback: (flags & IFF_LOOPBACK) !== 0 || own.some(({ internal }) => internal),
      addresses: own.map(({ address }) => address),
    };
  });
  return [...list, { name: 'any', up: true, loopback: false, addresses: [] }];
}

/** The kernel shows a capture each packet of a loopback interface twice, going out and coming in. */
export function isLoopback(name: string): boolean {
  return (flagsOf(name) & IFF_LOOPBACK) !== 0;
}
