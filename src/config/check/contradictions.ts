import type { ConfigRemark, Connection, Sourced } from '../../model/connection.js';
import { contains, parseNetwork } from '../../wire/ip/network.js';
import type { Product } from '../effective/config-end.js';
import { pairsBeyondFirst } from '../effective/first-pair.js';
import { selectorText } from '../effective/selectors.js';

/** Settings of one connection that do not go together. */
export function checkContradictions(connection: Connection, product: Product): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = [];
  const add = (place: Pick<Sourced<unknown>, 'file' | 'line'>, severity: ConfigRemark['severity'], code: string, text: string) => {
    const { file, line } = place.line > 0 ? place : connection;
    remarks.push({ file, line, severity, code, text: `${connection.name}: ${text}`, connection: connection.name });
  };
  const { aggressive, ikeVersion, forceEncapsulation, natTraversal, local, remote, pfs, espProposals, ikeLifetime, childLifetime } =
    connection;
  if (connection.dialect === 'openvpn') return remarks;
  if (aggressive.value && ikeVersion.value === 'ikev2')
    add(aggressive, 'warning', 'contradiction', 'aggressive mode belongs to IKEv1, and the connection is for IKEv2');
  if (aggressive.value && ikeVersion.value !== 'ikev2' && local.auth.some(({ value }) => value === 'psk'))
    add(
      aggressive,
      'warning',
      'aggressive-psk',
      'aggressive mode with a preshared key: whoever asks gets a hash of it and can guess at it offline',
    );
  const [beyond] = ikeVersion.value === 'ikev1' ? pairsBeyondFirst(connection, product) : [];
  if (beyond !== undefined)
    add(
      beyond.places.findLast(({ line }) => line > 0) ?? connection,
      'warning',
      'one-pair-of-networks',
      `in IKEv1 strongSwan asks for the first pair of networks of a connection alone, not for ${selectorText(beyond)}: each wants a connection (a child in swanctl.conf) of its own`,
    );
  if (forceEncapsulation.value && natTraversal?.value === false)
    add(
      forceEncapsulation,
      'error',
      'contradiction',
      'forced encapsulation needs NAT traversal, which is off (nat_traversal=yes in config setup)',
    );
  const source = local.sourceIp === undefined ? undefined : parseNetwork(local.sourceIp.value);
  if (
    local.sourceIp !== undefined &&
    source !== undefined &&
    local.subnets.length > 0 &&
    !local.subnets.some(({ value }) => within(value, source))
  )
    add(
      local.sourceIp,
      'warning',
      'contradiction',
      `the address of the gateway's own traffic, ${local.sourceIp.value}, lies in none of its networks (${local.subnets.map(({ value }) => value).join(', ')}): that traffic does not get into the tunnel`,
    );
  if (product === 'openswan' && ikeLifetime !== undefined && ikeLifetime.value > 86_400 && ikeLifetime.line > 0)
    add(ikeLifetime, 'error', 'bad-value', 'Openswan takes an ikelifetime of 24 hours at most');
  if (
    ikeLifetime !== undefined &&
    childLifetime !== undefined &&
    ikeLifetime.line > 0 &&
    ikeLifetime.value < childLifetime.value &&
    ikeVersion.value === 'ikev1'
  )
    add(
      ikeLifetime,
      'info',
      'short-ike-lifetime',
      `phase 1 lives for ${ikeLifetime.value} s, shorter than phase 2 (${childLifetime.value} s): peers that tear phase 2 down with it interrupt the tunnel`,
    );
  if (pfs.line > 0 && !pfs.value && espProposals.some(({ value }) => /modp|dh\d|ecp|curve/.test(value)))
    add(pfs, 'warning', 'contradiction', 'pfs=no, and a proposal of phase 2 names a group');
  const fixed = [...local.addresses, ...remote.addresses].map(({ value }) => parseNetwork(value));
  const [ours, theirs] = [local.addresses[0]?.value, remote.addresses[0]?.value];
  if (ours !== undefined && ours === theirs && fixed.every((address) => address !== undefined) && connection.mode.value === 'tunnel')
    add(remote.addresses[0] ?? connection, 'error', 'contradiction', `both ends have the address ${ours}`);
  const delay = connection.other.find(({ key }) => key === 'dpddelay');
  const timeout = connection.other.find(({ key }) => key === 'dpdtimeout');
  if ((product === 'openswan' || product === 'libreswan') && (delay === undefined) !== (timeout === undefined)) {
    const there = delay ?? timeout;
    // Since 5.0 there is one way to give up.
    if (there !== undefined && product === 'openswan')
      add(
        there.value,
        'warning',
        'contradiction',
        `${there.key} without ${delay === undefined ? 'dpddelay' : 'dpdtimeout'}: dead peer detection is off`,
      );
  }
  return remarks;
}

function within(outer: string, inner: NonNullable<ReturnType<typeof parseNetwork>>): boolean {
  const network = parseNetwork(outer);
  return network !== undefined && contains(network, inner);
}
