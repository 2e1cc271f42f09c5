import { UsageError } from '../../bytes/errors.js';
import { NAT_METHODS, type NatMethodName } from '../../engine/ikev1/nat-methods.js';
import type { Ikev1Options } from '../../engine/ikev1/settings.js';
import { readPassword } from './credentials.js';
import type { PoolFlags, TunnelFlags } from './flags.js';

/** What the flags of IKEv1 come to, `xauth` being the user that an initiator is; undefined for IKEv2. @throws UsageError */
export function ikev1Of(flags: TunnelFlags & Partial<PoolFlags>): Ikev1Options | undefined {
  const { ikev1, aggressive, xauthUser, xauthPasswordFile, xauthType, hybrid, modeConfig, natT, commitBit, held } = flags;
  const own = {
    '--xauth-user': xauthUser,
    '--xauth-type': xauthType,
    '--hybrid': hybrid,
    '--mode-config': modeConfig,
    '--nat-t': natT,
    '--commit-bit': commitBit,
  };
  if (ikev1 !== true && aggressive !== true) {
    for (const [flag, value] of Object.entries(own))
      if (value !== undefined) throw new UsageError(`${flag} is for IKEv1`, 'add --ikev1 or --aggressive');
    return undefined;
  }
  if ((xauthUser === undefined) !== (xauthPasswordFile === undefined)) {
    throw new UsageError('--xauth-user and --xauth-password-file belong together', 'give both');
  }
  const given =
    xauthUser === undefined || xauthPasswordFile === undefined
      ? held?.xauthUsers?.[0]
      : { name: xauthUser, password: readPassword(xauthPasswordFile, '--xauth-password-file') };
  if (hybrid === true && given === undefined)
    throw new UsageError('--hybrid without a user', '--xauth-user NAME --xauth-password-file FILE');
  return {
    exchange: aggressive === true ? 'aggressive' : 'main',
    ...(given === undefined ? {} : { xauth: given }),
    ...(xauthType === undefined ? {} : { xauthType }),
    ...(hybrid === undefined ? {} : { hybrid }),
    ...(modeConfig === undefined ? {} : { modeConfig }),
    ...(natT === undefined ? {} : { natMethods: natMethodNames(natT) }),
    ...(commitBit === undefined ? {} : { commitBit }),
  };
}

/** What IKEv1 has no word for is not left out in silence. @throws UsageError */
export function refuseInIkev1({ ikev1, aggressive, nullAuth, eapUser, eapMethod, ppkId, mobike }: TunnelFlags): void {
  if (ikev1 !== true && aggressive !== true) return;
  const given = { '--null-auth': nullAuth, '--eap-user': eapUser, '--eap-method': eapMethod[0], '--ppk-id': ppkId, '--mobike': mobike };
  for (const [flag, value] of Object.entries(given)) {
    if (value !== undefined) throw new UsageError(`${flag} is for IKEv2`, 'leave it out, or --ikev1 and --aggressive');
  }
}

/** The same user is one that a gateway lets in. */
export function asGateway(ikev1: Ikev1Options | undefined, { held }: TunnelFlags): { readonly ikev1?: Ikev1Options } {
  if (ikev1 === undefined) return {};
  const { xauth, ...options } = ikev1;
  const known = held?.xauthUsers ?? [];
  const users = xauth === undefined || known.includes(xauth) ? known : [xauth];
  return { ikev1: { ...options, ...(users.length === 0 ? {} : { xauthUsers: users }) } };
}

function natMethodNames(text: string): readonly NatMethodName[] {
  return text.split(',').map((word) => {
    const found = NAT_METHODS.find(({ name }) => name === word.trim().toLowerCase());
    if (found === undefined)
      throw new UsageError(`--nat-t ${word} is no way of NAT traversal`, NAT_METHODS.map(({ name }) => name).join(', '));
    return found.name;
  });
}
