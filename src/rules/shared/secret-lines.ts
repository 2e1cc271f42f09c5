import { swanctlSecret } from '../../config/swanctl/written.js';
import type { Fix } from '../../model/finding.js';
import type { IkeSession } from '../../model/ike-session.js';

/** Where each end keeps the secret and the identities that authentication hangs on, with the addresses of this case. */
export function secretLines({ initiator: { address: i }, responder: { address: r }, protocol }: IkeSession): readonly Fix[] {
  return [
    {
      end: 'ours',
      text: `the same secret for this pair: ipsec.secrets (libreswan, Openswan): ${i} ${r} : PSK "…", then ipsec secrets; swanctl.conf (strongSwan), below secrets, then swanctl --load-creds:\n${swanctlSecret('ike-peer', [r], '…')}`,
    },
    {
      end: 'theirs',
      text: `ipsec.secrets: ${r} ${i} : PSK "…"; Cisco ASA: tunnel-group ${i} ipsec-attributes / ${protocol === 'ikev1' ? 'ikev1 pre-shared-key …' : 'ikev2 local-authentication pre-shared-key … / ikev2 remote-authentication pre-shared-key …'}; swanctl.conf, below secrets:\n${swanctlSecret('ike-peer', [i], '…')}`,
    },
    {
      end: 'either',
      text: 'identities crosswise the same: leftid= here is rightid= there (ipsec.conf); local.id here is remote.id there (swanctl.conf); Cisco ASA: crypto isakmp identity address, tunnel-group named after the peer',
    },
  ];
}
