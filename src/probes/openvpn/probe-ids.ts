/** The steps in the order in which they are taken. An id is the name of the step's file. */
export const probeIds = [
  'resolve',
  'route',
  'socket',
  'reset',
  'tls',
  'options',
  'credentials',
  'push',
  'data',
  'echo',
  'inner-path-mtu',
  'tcp-connect',
  'udp-datagram',
  'keepalive',
  'renegotiation',
  'exit',
] as const;

export type ProbeId = (typeof probeIds)[number];
