import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, type GatewayKind, Gateways, lackingForGateways, type Ran, type VerifyRecord } from './support/verify-gateway.js';

/** Many faults at once that a script can mend: applied, they are gone; undone, the gateway is as it was found. */
const lacking = lackingForGateways();

interface Ruin {
  readonly on: GatewayKind;
  readonly damage: string;
  /** Named before, gone when the script has run, there again when it is undone. */
  readonly codes: readonly string[];
}

const ruins: readonly Ruin[] = [
  {
    on: 'swan',
    damage: `sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0
      sysctl -qw net.ipv4.conf.all.accept_redirects=0 net.ipv4.conf.wan0.rp_filter=1 net.ipv4.conf.all.send_redirects=1 net.core.xfrm_acq_expires=0
      sysctl -qw net.ipv6.conf.wan0.accept_ra=1
      ip -6 route add 2001:db8:77::/64 via 2001:db8:1::fe dev wan0 proto ra
      ip route add 10.78.0.0/24 via 198.51.100.254 dev wan0 src 10.77.0.1 table 220
      nft delete table inet filter; nft delete table ip nat; rules 'oifname wan0 masquerade'
      nft insert rule inet filter input udp dport 500 drop
      nft insert rule inet filter output meta l4proto esp drop
      chmod 644 /etc/swanctl/private/gw.key; chmod 755 /etc/swanctl/private`,
    codes: [
      'host/ip-forward',
      'host/ipv6-forwarding',
      'host/rp-filter',
      'host/send-redirects',
      'host/xfrm-acq-expires',
      'host/route-table-220-stale',
      'host/firewall-nat-exemption',
      'host/firewall-ike-in',
      'host/firewall-esp',
      'host/secrets-file-mode',
    ],
  },
  {
    on: 'libre',
    damage: `iptables-nft -P FORWARD DROP; iptables-nft -N DOCKER; iptables-nft -N DOCKER-USER; iptables-nft -A DOCKER-USER -j RETURN; iptables-nft -A FORWARD -j DOCKER-USER
      iptables-legacy -A INPUT -p esp -j DROP
      ip xfrm policy add src 10.77.0.0/24 dst 10.90.0.0/24 dir out priority 1000 tmpl src 198.51.100.1 dst 203.0.113.9 proto esp reqid 7 mode tunnel
      conf 's/$/\\r/' /etc/ipsec.d/branch.conf
      chown nobody /etc/ipsec.secrets; chmod 640 /etc/ipsec.secrets`,
    codes: [
      'host/firewall-docker-forward',
      'host/firewall-esp',
      'host/xfrm-stale-policy',
      'host/conf-crlf-quoting',
      'host/secrets-file-mode-owner',
    ],
  },
];

/** What a script may change. Counters move, handles are never given twice, and IPv6 takes a while to know its own addresses. */
const state = `{ nft -s -a list ruleset | sed 's/ # handle [0-9]*//; /^table ip6* mangle/,/^}/d'; iptables-legacy-save; ip route show table all; ip -6 route show table all; ip xfrm policy
  sysctl -a 2>/dev/null | grep -E 'redirects|forwarding|ip_forward|rp_filter|xfrm|accept_ra '
  find /etc/ipsec* /etc/swanctl /etc/sysctl.d ! -type d -printf '%p %m %u %g %s\\n'; cat /etc/ipsec.d/branch.conf; } 2>/dev/null | grep -vE '^#|fe80|ff00|^:' | sort`;

const commands = {
  before: '$VPNDOCTOR verify --json',
  found: state,
  script: '$VPNDOCTOR verify --fix-script',
  apply: 'sh $OUT/script.out',
  after: '$VPNDOCTOR verify --json',
  undo: 'sh $OUT/script.out undo',
  left: state,
  again: '$VPNDOCTOR verify --json',
};

const codesIn = (ran: Ran | undefined) => {
  const { codes, consequences } = faultsOf(JSON.parse(ran?.stdout || '{"findings":[]}') as VerifyRecord);
  return [...codes, ...consequences];
};

describe.skipIf(lacking !== '')(`the script that mends${lacking === '' ? '' : ` (skipped: ${lacking})`}`, () => {
  let gateways: Gateways;
  beforeAll(() => {
    gateways = new Gateways();
  });
  afterAll(() => gateways.end());

  it.each(ruins)('$on: mends $codes.length faults at once, and takes it back', async ({ on, damage, codes }) => {
    const { ran, failure } = await gateways.visit(on, damage, commands);
    expect(
      codes.filter((code) => !codesIn(ran['before']).includes(code)),
      failure,
    ).toEqual([]);
    expect(ran['apply'], ran['script']?.stdout).toMatchObject({ status: 0, stderr: '' });
    expect(codes.filter((code) => codesIn(ran['after']).includes(code))).toEqual([]);
    expect(ran['undo']).toMatchObject({ status: 0, stderr: '' });
    expect(ran['left']?.stdout).toBe(ran['found']?.stdout);
    expect(codes.filter((code) => !codesIn(ran['again']).includes(code))).toEqual([]);
  });
});
