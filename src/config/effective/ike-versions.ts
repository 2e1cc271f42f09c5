import type { ConfigEnd } from './config-end.js';

type Version = 'ikev1' | 'ikev2';

/** The versions that an end answers. */
export function versionsOf({ connection }: ConfigEnd): readonly Version[] {
  const { value } = connection.ikeVersion;
  return value === 'any' ? ['ikev2', 'ikev1'] : [value];
}

/**
 * The version an end begins with. Of those that take both, strongSwan and the ASA begin with IKEv2; Openswan and old libreswan with
 * IKEv1 unless told `ikev2=propose` (ipsec.conf(5) "ikev2").
 */
export function initiates({ connection, product, texts }: ConfigEnd): Version {
  const { value, file, line } = connection.ikeVersion;
  if (value !== 'any') return value;
  if (product !== 'openswan' && product !== 'libreswan') return 'ikev2';
  const written = texts.get(file)?.split('\n')[line - 1] ?? '';
  return /ikev2\s*=\s*(propose|yes|y)\b/i.test(written) ? 'ikev2' : 'ikev1';
}

/** The version two ends come to speak: what one of them begins with and the other takes. */
export function commonVersion(ours: ConfigEnd, theirs: ConfigEnd): Version | undefined {
  for (const [first, second] of [
    [ours, theirs],
    [theirs, ours],
  ] as const)
    if (versionsOf(second).includes(initiates(first))) return initiates(first);
  return versionsOf(ours).find((version) => versionsOf(theirs).includes(version));
}
