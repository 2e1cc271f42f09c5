import { EnvironmentError, UsageError } from '../bytes/errors.js';
import { listInterfaces } from './interfaces.js';

/** A way to capture that is not there at all: the next one may be tried. */
export class SourceMissing extends EnvironmentError {}

/**
 * The error for what libpcap said when it could not begin.
 * @param text of libpcap or tcpdump, possibly several lines
 */
export function explainRefusal(text: string, device: string, filter: string): UsageError | EnvironmentError {
  const said = text.replace(/\s+/g, ' ').trim();
  if (/No such device|SIOCGIFHWADDR|doesn't exist|SIOCGIFINDEX/i.test(said)) {
    const names = listInterfaces().map(({ name }) => name);
    return new UsageError(`there is no interface "${device}"`, `interfaces here: ${names.join(', ')}`);
  }
  if (/not permitted|permission|CAP_NET_RAW/i.test(said)) {
    return new EnvironmentError(
      `no right to capture on ${device} (${said})`,
      'run it as root (sudo), or give the right to tcpdump once: sudo setcap cap_net_raw,cap_net_admin+eip "$(command -v tcpdump)"',
    );
  }
  if (/is not up/i.test(said)) return new EnvironmentError(`interface ${device} is not up`, `sudo ip link set ${device} up`);
  if (/filter|syntax error|parse|unknown host|expression|aid supported|rejects all/i.test(said) && filter !== '') {
    const reason = said.replace(/^(can't parse filter expression|syntax error in filter expression): /, '');
    return new UsageError(
      `libpcap does not understand the filter "${filter}": ${reason}`,
      'man 7 pcap-filter describes the language; example: udp port 500 or udp port 4500 or esp',
    );
  }
  return new EnvironmentError(`cannot capture on ${device}: ${said === '' ? 'no reason was given' : said}`);
}
