import type { TunnelFlags } from '../settings/flags.js';
import { type ConnectionReading, saysYes } from './reading.js';

/** Of the way to the peer. */
export interface WayFlags {
  /** It says IKEv2 and nothing else. */
  readonly ikev2?: boolean;
  readonly ikePort?: string;
  readonly nattPort?: string;
  readonly tcp?: string;
}

/** libreswan's words for the ways of NAT traversal (ipsec.conf(5) "nat-ikev1-method"); `both` is the default. */
const NAT_METHODS_OF: Readonly<Record<string, string>> = { drafts: 'draft-03,draft-02,draft-02n', rfc: 'rfc3947' };

/** Ports, encapsulation, MOBIKE and fragments of a connection. */
export function wayFlags(reading: ConnectionReading): Partial<TunnelFlags> & WayFlags {
  const { connection } = reading.end;
  const { dialect, forceEncapsulation } = connection;
  const strongswan = dialect === 'swanctl' || dialect === 'stroke';
  const forced = forceEncapsulation.value && connection.protocol.value === 'esp';
  if (forced) reading.row('encapsulation', 'always in UDP', forceEncapsulation, true);
  const said = reading.other('mobike');
  // On by default in strongSwan alone (ipsec.conf(5), swanctl.conf(5)).
  const mobike = reading.version === 'ikev2' && (said === undefined ? strongswan : saysYes(said.value));
  reading.row('MOBIKE', mobike ? 'offered' : 'no', said, false);
  const fragmentation = reading.other('fragmentation');
  const whole = fragmentation !== undefined && /^(no|n|false|off|0|never)$/i.test(fragmentation.value);
  if (fragmentation !== undefined) reading.row('fragments', whole ? 'none' : 'of IKE', fragmentation, false);
  const side = connection.localSide === 'left' ? 'right' : 'left';
  const port = reading.other('remote_port') ?? reading.other(`${side}ikeport`);
  const tcpPort = /^(yes|fallback)$/i.test(reading.other('enable-tcp')?.value ?? '') ? reading.other('tcp-remoteport') : undefined;
  const custom = port !== undefined && /^\d+$/.test(port.value) && port.value !== '500' && reading.context.role === 'initiator';
  if (custom) reading.row('port of the peer', port.value, port, true);
  const natMethod = reading.version === 'ikev1' ? reading.other('nat-ikev1-method') : undefined;
  const natT = NAT_METHODS_OF[natMethod?.value.toLowerCase() ?? ''];
  return {
    ...(natT === undefined ? {} : { natT }),
    ...(forced ? { forceEncap: true } : {}),
    ...(mobike ? { mobike: true } : {}),
    ...(whole ? { fragmentSize: '0' } : {}),
    // A port other than 500 is taken for both, with the non-ESP marker (swanctl.conf(5) "remote_port").
    ...(custom ? { nattPort: port.value, ...(port.value === '4500' ? {} : { ikePort: port.value }) } : {}),
    ...(tcpPort === undefined || reading.context.role !== 'initiator' ? {} : { tcp: tcpPort.value }),
  };
}
