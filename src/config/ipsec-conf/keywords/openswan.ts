import { names } from '../../keyword-names.js';
import type { KeywordTables } from './tables.js';

/** Openswan 2.6.37 to 3.0.0. What later ones added is marked; those of manual keying are still parsed and do nothing. */
export const openswanKeywords: KeywordTables = {
  setup: {
    ...names(
      `crlcheckinterval disable_port_floating dumpdir force_busy force_keepalive fragicmp hidetos interfaces keep_alive klipsdebug listen
       manualstart myid nat_traversal nhelpers nocrsend oe overridemtu pluto plutodebug plutoopts plutorestartoncrash plutostderrlog
       plutowait postpluto prepluto protostack strictcrlpolicy syslog uniqueids virtual_private`,
      {},
    ),
    ...names('forwardcontrol rp_filter', { obsolete: '2.6' }),
    ...names('plutostderrlogtime secctx_attr_value', { since: '2.6.38' }),
    ...names('plutofork', { obsolete: '3.0' }),
  },
  conn: {
    ...names(
      `aggrmode ah also alsoflip auth authby auto compress connaddrfamily connalias disablearrivalcheck dpdaction dpddelay dpdtimeout esp
       failureshunt forceencaps ike ikelifetime ikev2 keyexchange keyingtries keylife lifetime metric modecfgpull mtu nm_configured
       overlapip pfs phase2 phase2alg rekey rekeyfuzz rekeymargin remote_peer_type salifetime sareftrack type`,
      {},
    ),
    ...names('labeled_ipsec loopback policy_label narrowing sha2_truncbug ikev1', { since: '2.6.38' }),
    ...names('clientaddrfamily endaddrfamily tunneladdrfamily aggressive firstmsgid', { since: '2.6.43' }),
  },
  end: {
    '': {},
    ...names(
      `ca cert id modecfgclient modecfgdns1 modecfgdns2 modecfgserver modecfgwins1 modecfgwins2 nexthop protoport rsasigkey rsasigkey2
       sendcert sourceip subnet subnets subnetwithin updown xauthclient xauthname xauthserver xauthusername`,
      {},
    ),
    ...names('espauthkey espenckey espreplay_window spi spibase', { obsolete: '2.6' }),
    ...names('firewall', { obsolete: '2.6', instead: 'updown' }),
  },
  ca: {},
};
