/** The steps in the order in which they are taken. An id is the name of the step's file. */
export const probeIds = [
  'resolve',
  'route',
  'udp-500',
  'udp-4500',
  'ike-sa-init',
  'nat',
  'auth-ours',
  'auth-theirs',
  'configuration',
  'child',
  'echo',
  'inner-path-mtu',
  'outer-path-mtu',
  'fragments',
  'tcp-connect',
  'udp-datagram',
  'rekey-child',
  'rekey-ike',
  'liveness',
  'delete-sas',
] as const;

export type ProbeId = (typeof probeIds)[number];
