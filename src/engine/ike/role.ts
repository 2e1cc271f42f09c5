/** Who began the IKE SA; a rekeyed one of IKEv2 belongs to who rekeyed it (RFC 7296 §2.2). Quick modes are begun by either. */
export type Role = 'initiator' | 'responder';
