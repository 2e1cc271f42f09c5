import type { Fix } from '../../model/finding.js';
import { IPV4_HEADER_LENGTH } from '../../wire/ip/ipv4.js';
import { IPV6_HEADER_LENGTH } from '../../wire/ip/ipv6.js';
import { TCP_HEADER_LENGTH } from '../../wire/tcp.js';

/** TCP through a tunnel made to fit packets of `mtu` bytes inside it, in the words of gateways. */
export function clampFix(mtu: number, v6: boolean): Fix {
  const mss = mtu - (v6 ? IPV6_HEADER_LENGTH : IPV4_HEADER_LENGTH) - TCP_HEADER_LENGTH;
  return {
    end: 'either',
    text: `clamp the MSS to ${mss}: nft add rule inet filter forward tcp flags syn tcp option maxseg size set ${mss}; ${v6 ? 'ip6tables' : 'iptables'} -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss ${mss}; Cisco ASA: sysopt connection tcpmss ${mss}`,
  };
}
