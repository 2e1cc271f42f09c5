import { names } from '../../keyword-names.js';
import type { KeywordTables } from './tables.js';

/** strongSwan's starter, 5.x and 6.0. Compared with case. What pluto alone knew went with it in 5.0. */
export const strongswanKeywords: KeywordTables = {
  setup: {
    ...names('charondebug uniqueids cachecrls strictcrlpolicy', {}),
    ...names(
      `interfaces dumpdir charonstart plutostart klipsdebug plutodebug prepluto postpluto plutostderrlog fragicmp packetdefault hidetos
       overridemtu crlcheckinterval nocrsend keep_alive force_keepalive virtual_private pkcs11module pkcs11initargs pkcs11keepstate
       pkcs11proxy`,
      { obsolete: '5.0' },
    ),
    ...names('nat_traversal', { obsolete: '5.0' }),
  },
  conn: {
    ...names(
      `keyexchange type compress installpolicy aggressive authby eap_identity aaa_identity mobike forceencaps fragmentation ikedscp
       ikelifetime lifetime keylife rekeymargin margintime lifebytes marginbytes lifepackets marginpackets keyingtries rekeyfuzz rekey
       reauth ike esp ah dpddelay dpdtimeout dpdaction closeaction inactivity modeconfig xauth xauth_identity mediation mediated_by
       me_peerid reqid replay_window mark mark_in mark_out tfc also auto`,
      {},
    ),
    ...names('sha256_96', { since: '5.5.3' }),
    ...names('pfs pfsgroup', { obsolete: '5.0', instead: 'a DH group in esp=' }),
    ...names('eap', { obsolete: '5.0', instead: 'leftauth=eap' }),
  },
  end: {
    '': {},
    ...names(
      `ikeport subnet protoport sourceip dns firewall hostaccess allowany updown auth auth2 id id2 sigkey cert cert2 certpolicy sendcert ca
       ca2 groups groups2`,
      {},
    ),
    ...names('subnetwithin', { instead: 'subnet' }),
    ...names('rsasigkey', { instead: 'sigkey' }),
    ...names('nexthop', { obsolete: '5.0' }),
  },
  ca: {
    ...names('cacert crluri crluri1 crluri2 ocspuri ocspuri1 ocspuri2 certuribase also auto', {}),
    ...names('ldaphost ldapbase', { obsolete: '5.0' }),
  },
};
