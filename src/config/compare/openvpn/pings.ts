import type { OpenvpnConfig, OpenvpnDirective } from '../../openvpn/openvpn-config.js';
import type { AspectResult, Cell } from '../mismatch.js';
import { likeness, type OpenvpnPair, option, optionCell, pushed, set } from './openvpn-pair.js';

/** What an end sends by itself, and after how many seconds of silence it begins anew; undefined: never. */
interface Pings {
  readonly sends: OpenvpnDirective | undefined;
  readonly waits: OpenvpnDirective | undefined;
  readonly seconds: number | undefined;
}

/** An end that begins anew after a silence wants pings from the other: without them it does so whenever nobody uses the tunnel. */
export function comparePings({ ours, theirs }: OpenvpnPair): readonly AspectResult[] {
  const [mine, yours] = [pingsOf(ours, theirs), pingsOf(theirs, ours)];
  const results = [silence('ours', ours, theirs, mine, yours), silence('theirs', theirs, ours, yours, mine)];
  return results.filter((result) => result !== undefined);
}

/** `keepalive` of a server is pushed to its clients, and a server waits twice as long itself (openvpn(8)). */
function pingsOf(config: OpenvpnConfig, other: OpenvpnConfig): Pings {
  const given = config.role === 'client' ? (name: string) => pushed(other, name) ?? option(other, 'keepalive') : () => undefined;
  const sends = given('ping') ?? option(config, 'ping', 'keepalive');
  const waits = given('ping-restart') ?? option(config, 'ping-restart', 'ping-exit', 'keepalive');
  const seconds = Number(waits?.args[waits.name === 'keepalive' ? 1 : 0]);
  return { sends, waits, seconds: Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined };
}

function silence(
  who: 'ours' | 'theirs',
  config: OpenvpnConfig,
  other: OpenvpnConfig,
  { waits, seconds }: Pings,
  { sends }: Pings,
): AspectResult | undefined {
  if (waits === undefined || seconds === undefined || sends !== undefined) return undefined;
  const [waiting, quiet]: readonly [Cell, Cell] = [
    optionCell(config, waits, `begins anew after ${seconds} s of silence`),
    optionCell(other, undefined, 'sends nothing by itself'),
  ];
  const [here, there] = who === 'ours' ? ['our end', 'the other'] : ['the other end', 'ours'];
  return likeness({
    code: 'config/openvpn-ping',
    label: 'ping',
    ours: who === 'ours' ? waiting : quiet,
    theirs: who === 'ours' ? quiet : waiting,
    agrees: false,
    breaks: 'rekey',
    severity: 'warning',
    title: `${here} begins anew after ${seconds} s without a packet, and ${there} sends none by itself`,
    cause: 'Whenever nobody uses the tunnel it is taken down ("Inactivity timeout (--ping-restart), restarting") and built again.',
    change: { [who === 'ours' ? 'theirs' : 'ours']: set('ping', `ping ${Math.max(1, Math.floor(seconds / 3))}`) },
    refs: ['openvpn(8), --keepalive, --ping, --ping-restart'],
  });
}
