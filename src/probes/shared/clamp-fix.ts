import type { Fix } from '../../model/finding.js';

/** IPv4 and TCP headers without options. */
const TCP_IP = 40;
const TCP_IPV6 = 60;

/** TCP through a tunnel made to fit packets of `mtu` bytes inside it, in the words of gateways. */
export function clampFix(mtu: number, v6: boolean): Fix {
  const mss = mtu - (v6 ? TCP_IPV6 : TCP_IP);
  return {
    end: 'either',
    text: `clamp the MSS to ${mss}: nft add rule inet filter forward tcp flags syn tcp option maxseg size set ${mss}; iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss ${mss}; Cisco ASA: sysopt connection tcpmss ${mss}`,
  };
}
