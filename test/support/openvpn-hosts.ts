import { healthyHost } from './healthy-host.js';

/** The options of a server that all of OpenVPN 2.4 to 2.7 take without a word. */
export const SERVER = ['dev tun', 'proto udp', 'port 1194', 'server 10.8.0.0 255.255.255.0', 'topology subnet', 'dh none'];

/** The healthy host with OpenVPN 2.6 installed and configurations in /etc/openvpn, by name: `server.conf`. */
export function openvpnHost(
  configurations: Readonly<Record<string, readonly string[] | { readonly reason: 'denied' }>>,
  { files, commands, ...rest }: NonNullable<Parameters<typeof healthyHost>[0]> = {},
) {
  return healthyHost({
    ...rest,
    files: {
      '/usr/sbin/openvpn': '',
      ...Object.fromEntries(
        Object.entries(configurations).map(([name, lines]) => [
          `/etc/openvpn/${name}`,
          'reason' in lines ? lines : `${lines.join('\n')}\n`,
        ]),
      ),
      ...files,
    },
    commands: { 'openvpn --version': 'OpenVPN 2.6.14 x86_64-pc-linux-gnu [SSL (OpenSSL)] [LZO]\n', ...commands },
  });
}
