import { isAnybody } from '../../config/ipsec-conf/local-side.js';
import type { Interface } from '../../host/linux/interfaces.js';
import type { Connection } from '../../model/connection.js';
import type { Fix } from '../../model/finding.js';
import type { Check, CheckLine } from '../check.js';
import { hostFinding } from './finding.js';
import { isAddress, neitherIsOurs, placeOf } from './tunnels.js';

/** The check in whose name it is said. */
type Asking = Pick<Check, 'id' | 'refs'>;

/** An address written for our end that no interface has: the daemon cannot bind it, and finds no end that is ours. */
export function ownAddressLines(check: Asking, connection: Connection, interfaces: readonly Interface[]): readonly CheckLine[] {
  if (neitherIsOurs(connection, interfaces)) return [neitherLine(check, connection, interfaces)];
  if (connection.side !== 'known' || interfaces.length === 0) return [];
  const written = connection.local.addresses.filter(({ value }) => isAddress(value) && !value.includes('/') && !value.includes('-'));
  if (written.length === 0 || written.length < connection.local.addresses.length) return [];
  const has = (address: string) =>
    interfaces.some(({ addresses }) => addresses.some((own) => own.address.toLowerCase() === address.toLowerCase()));
  const [first] = written;
  if (first === undefined || written.some(({ value }) => has(value))) return [];
  return [
    {
      status: 'fail',
      label: `own address of ${connection.name}`,
      detail: `no interface has ${first.value}`,
      finding: hostFinding(check.id, {
        what: 'own-address',
        severity: 'error',
        confidence: 0.9,
        dependsOn: [`host/${check.id}-link-down`, `host/${check.id}-ipv6-off`],
        title: `${connection.name} is to come from ${first.value}, which no interface of this host has`,
        cause:
          'The daemon can send only from an address that the host has. Behind a NAT that is the private one, not the one the peer sees.',
        evidence: [
          { ...placeOf(first), text: first.value },
          {
            text: `ip addr: ${addressesInWords(interfaces)}`,
          },
        ],
        fix: [
          {
            end: 'ours',
            text: 'write the address of the interface, or %defaultroute (ipsec.conf) or nothing (swanctl.conf); with a NAT in between set the identity explicitly',
          },
        ],
        retest: `vpndoctor verify --only ${check.id}`,
        refs: check.refs,
        subject: connection.name,
      }),
    },
  ];
}

function addressesInWords(interfaces: readonly Interface[]): string {
  const outside = interfaces
    .filter(({ loopback }) => !loopback)
    .flatMap(({ addresses }) => addresses.filter(({ scope }) => scope === 'global'));
  return outside.map(({ address }) => address).join(', ') || 'no address';
}

function neitherLine({ id, refs }: Asking, { name, local, remote }: Connection, interfaces: readonly Interface[]): CheckLine {
  const [left, right] = [local.addresses[0], remote.addresses[0]];
  const ends = `${left?.value} and ${right?.value}`;
  return {
    status: 'fail',
    label: `own address of ${name}`,
    detail: `neither end is ours: ${ends}`,
    finding: hostFinding(id, {
      what: 'own-address',
      severity: 'error',
      title: `neither end of ${name} is an address of this host: ${ends}`,
      cause:
        'The daemon finds its own end by the address ("we cannot identify ourselves with either end of this connection"), and can send only from one that the host has; %any is the end of whoever comes. Behind a NAT its own address is the private one, not the one the peer sees.',
      evidence: [
        ...[left, right].flatMap((end) => (end === undefined ? [] : [{ ...placeOf(end), text: end.value }])),
        { text: `ip addr: ${addressesInWords(interfaces)}` },
      ],
      fix: ownEndFix(left?.value ?? '', right?.value ?? ''),
      retest: `vpndoctor verify --only ${id}`,
      refs,
      dependsOn: [`host/${id}-link-down`, `host/${id}-ipv6-off`],
      subject: name,
    }),
  };
}

/** Which end is ours the file does not tell; by custom it is left. */
function ownEndFix(left: string, right: string): readonly Fix[] {
  const inPlace = (side: string, address: string) =>
    `${side}=%defaultroute\nand, where the peer knows us by the former one, ${side}id=${address}`;
  const any = [left, right].findIndex((end) => isAnybody([end]));
  if (any < 0)
    return [{ end: 'ours', text: `in place of the address of our end:\n${inPlace('left', left)} (right and rightid where right is ours)` }];
  const [anySide, otherSide, address] = any === 0 ? ['left', 'right', right] : ['right', 'left', left];
  return [
    { end: 'ours', text: `where ${anySide} is this host:\n${anySide}=%defaultroute` },
    { end: 'ours', text: `where ${otherSide} is, in place of its address:\n${inPlace(otherSide, address)}` },
  ];
}
