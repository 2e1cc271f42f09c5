import type { Sourced } from '../../model/connection.js';
import type { TunnelFlags } from '../settings/flags.js';
import { isLifetime } from '../settings/lifetimes.js';
import { type ConnectionReading, saysNo } from './reading.js';

/** Lifetimes of a connection: in IKEv1 a part of what is proposed; in IKEv2 each end keeps its own. */
export function lifetimeFlags(reading: ConnectionReading): Partial<TunnelFlags> {
  const { ikeLifetime, childLifetime } = reading.end.connection;
  const rekey = reading.other('rekey');
  if (rekey !== undefined && saysNo(rekey.value)) {
    reading.row('lifetimes', 'no rekeying by us', rekey, true);
    return {};
  }
  const lifetime = (label: string, from: Sourced<number> | undefined): string | undefined => {
    if (from === undefined || from.value === 0) return undefined;
    if (isLifetime(from.value)) {
      reading.row(label, `${from.value} s`, from, from.line > 0);
      return `${from.value}`;
    }
    reading.note(`${from.file}:${from.line}: the ${label} of ${from.value} s is not taken: it cannot be kept here`);
    return undefined;
  };
  const [ike, child] = [lifetime('IKE lifetime', ikeLifetime), lifetime('lifetime', childLifetime)];
  return { ...(ike === undefined ? {} : { ikeLifetime: ike }), ...(child === undefined ? {} : { lifetime: child }) };
}
