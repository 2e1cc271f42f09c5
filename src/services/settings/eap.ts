import { UsageError } from '../../bytes/errors.js';
import type { EapClient, EapMethodName, EapServer } from '../../engine/eap/settings.js';
import { type OwnKey, readCertificates, readPassword } from './credentials.js';
import type { TunnelFlags } from './flags.js';

const EAP_METHODS: readonly EapMethodName[] = ['tls', 'mschapv2', 'md5', 'gtc'];

/** Who we are by EAP; undefined where flags name nobody. @throws UsageError */
export function eapClient(flags: TunnelFlags, own: OwnKey | undefined): EapClient | undefined {
  const methods = eapMethods(flags);
  const user = flags.held?.eapUsers?.[0];
  const name = flags.eapUser ?? user?.name;
  if (name === undefined && methods.length === 0) {
    if (flags.eapPasswordFile !== undefined) throw new UsageError('--eap-password-file without --eap-user', 'whose password is it?');
    return undefined;
  }
  const password = flags.eapPasswordFile === undefined ? user?.password : readPassword(flags.eapPasswordFile, '--eap-password-file');
  const tls = own === undefined ? undefined : tlsOf(own, flags);
  if (methods.includes('tls') && tls === undefined)
    throw new UsageError('--eap-method tls without a certificate', 'add --cert FILE --key FILE');
  if (password === undefined && tls === undefined) throw new UsageError('--eap-user without a password', 'add --eap-password-file FILE');
  const usable = EAP_METHODS.filter((method) => (method === 'tls' ? tls !== undefined : password !== undefined));
  return {
    methods: methods.length > 0 ? methods : usable,
    ...(name === undefined ? {} : { identity: name, username: name }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** Whom a responder takes by EAP; undefined where it asks for none. @throws UsageError */
export function eapServer(flags: TunnelFlags, own: OwnKey | undefined): EapServer | undefined {
  const methods = eapMethods(flags);
  const held = flags.held?.eapUsers ?? [];
  if (flags.eapUser === undefined && methods.length === 0 && held.length === 0) return undefined;
  if (own === undefined)
    throw new UsageError('EAP without a certificate', 'a responder that asks for EAP shows a certificate: --cert FILE --key FILE');
  const password = flags.eapPasswordFile === undefined ? undefined : readPassword(flags.eapPasswordFile, '--eap-password-file');
  if (flags.eapUser !== undefined && password === undefined)
    throw new UsageError('--eap-user without a password', 'add --eap-password-file FILE');
  return {
    methods: methods.length > 0 ? methods : ['mschapv2'],
    users: flags.eapUser === undefined || password === undefined ? held : [{ name: flags.eapUser, password }],
    tls: tlsOf(own, flags),
  };
}

function tlsOf(own: OwnKey, flags: TunnelFlags): NonNullable<EapClient['tls']> {
  return {
    key: own.pem,
    certificates: own.certificates.map(({ x509 }) => x509.toString()).join(''),
    authorities: readCertificates(flags.ca, '--ca')
      .map(({ x509 }) => x509.toString())
      .join(''),
  };
}

function eapMethods({ eapMethod }: TunnelFlags): readonly EapMethodName[] {
  return eapMethod
    .flatMap((word) => word.split(','))
    .map((word) => {
      const method = EAP_METHODS.find((known) => known === word.toLowerCase().replace(/^eap-/, '').replace('mschap-v2', 'mschapv2'));
      if (method === undefined) throw new UsageError(`--eap-method ${word} is not a method`, `one of ${EAP_METHODS.join(', ')}`);
      return method;
    });
}
