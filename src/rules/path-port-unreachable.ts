import { count } from '../bytes/count.js';
import { IKE_PORT, NATT_PORT } from '../wire/udp-encap.js';
import { finding, type Rule } from './rule.js';
import { type IcmpKind, icmpCases, icmpEvidence, SERVICE_PORTS, serviceOf } from './shared/icmp-errors.js';

const kind: IcmpKind = { v4: [3, 3], v6: [1, 4] };

/** F02: the host is there, nothing listens on the port. */
export const rule: Rule = {
  code: 'path/port-unreachable',
  title: 'ICMP says that nothing listens on the port',
  severity: 'error',
  refs: ['RFC 792', 'RFC 1122 §3.2.2.1', 'RFC 4443 §3.1'],
  dependsOn: [
    'ike/peer-restarted',
    'openvpn/tls-failed',
    'openvpn/tls-alert',
    'openvpn/refused-after-tls',
    'openvpn/auth-failed',
    'openvpn/cipher-mismatch',
    'openvpn/certificate-expired',
  ],
  *evaluate(facts) {
    for (const found of icmpCases(facts, kind)) {
      const { quoted, reporter } = found.first;
      const itself = reporter === quoted.dst;
      // A client that closed its port: what still comes for it is answered like that.
      const client =
        quoted.srcPort !== undefined &&
        SERVICE_PORTS.has(quoted.srcPort) &&
        quoted.dstPort !== undefined &&
        !SERVICE_PORTS.has(quoted.dstPort);
      const isOpenvpn =
        found.peers.openvpn.length > 0 && quoted.srcPort !== IKE_PORT && quoted.dstPort !== IKE_PORT && quoted.dstPort !== NATT_PORT;
      const daemon = serviceOf(quoted)?.ipsec === true ? 'the IKE daemon' : 'the service';
      yield finding(rule, {
        severity: client ? 'info' : found.severity,
        confidence: itself ? 0.97 : 0.85,
        subject: found.peers.subject,
        title: `${reporter} says port unreachable for ${found.about} of ${quoted.dst} (${count(found.errors.length, 'time')})`,
        cause: client
          ? `${quoted.dst} no longer listens on the port that it sent from: the client program ended, and packets still came for it. Nothing is wrong unless it should be running.`
          : itself
            ? `The packets of ${quoted.src} arrive at ${quoted.dst}, but no program there listens on ${found.about} at that address: ${daemon} is not running, is bound to another address, or a firewall rejects with this ICMP code.`
            : `${reporter} is not ${quoted.dst} itself: a firewall on the way rejects ${found.about} with this ICMP code, or translates the address to a host where nothing listens.`,
        evidence: icmpEvidence(found),
        fix: [
          {
            end: 'either',
            text: `on ${quoted.dst}: ss -lunp 'sport = :${quoted.dstPort ?? 500}' shows who listens; start it with ${isOpenvpn ? 'systemctl start openvpn-server@NAME' : 'systemctl start ipsec (libreswan) or systemctl start strongswan'}`,
          },
          {
            end: 'either',
            text: `on ${quoted.dst}: where the daemon runs but not on this address, ${isOpenvpn ? 'option local, port and proto' : 'libreswan: ipsec whack --listen; strongSwan: charon.port and local_addrs'}`,
          },
        ],
        retest: `vpndoctor sniff -i any ${isOpenvpn ? '--openvpn' : '--ike'} --host ${quoted.dst} while the tunnel is tried again: an answer instead of ICMP`,
      });
    }
  },
};
