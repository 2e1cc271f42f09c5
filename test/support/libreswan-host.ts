import { healthyHost } from './healthy-host.js';

/** The healthy host, with libreswan 4.10 in place of strongSwan. */
export function libreswanHost({ files, commands, ...rest }: NonNullable<Parameters<typeof healthyHost>[0]> = {}) {
  return healthyHost({
    ...rest,
    files: {
      '/usr/sbin/swanctl': undefined,
      '/usr/sbin/charon-systemd': undefined,
      '/usr/libexec/ipsec/pluto': '',
      '/proc/700/stat': '700 (pluto) S 1 700 700 0 -1 0\n',
      '/proc/700/cmdline': '/usr/libexec/ipsec/pluto\0',
      ...files,
    },
    commands: { 'swanctl --version': undefined, 'ipsec --version': 'Linux Libreswan 4.10 (XFRM) on 6.1.0-28-amd64\n', ...commands },
    links: { '/proc/700/exe': '/usr/libexec/ipsec/pluto', ...rest.links },
  });
}
