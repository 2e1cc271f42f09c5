import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayKind, Gateways, lackingForGateways, type VerifyRecord } from './support/verify-gateway.js';

/** Hosts that answer badly: what cannot be seen is `unknown` with the reason, in good time, and never a fault that is none. */
const lacking = lackingForGateways();
/** Seconds: programs that hang are ended after five each, and the machine may be busy. */
const LONGEST = 40;
const live = '$VPNDOCTOR verify --json';

interface BadAnswer {
  readonly name: string;
  readonly on: GatewayKind;
  readonly damage: string;
  readonly command?: string;
  /** Check whose line says why, and what it says. */
  readonly unknown: readonly (readonly [check: string, why: RegExp])[];
  /** Findings that are right. */
  readonly codes?: readonly string[];
}

const program = (path: string, ...lines: string[]) =>
  `rm -f ${path}; printf '#!/bin/sh\\n${lines.join('\\n')}\\n' >${path}; chmod 755 ${path}`;

const rows: readonly BadAnswer[] = [
  {
    name: 'binary ipsec.conf',
    on: 'libre',
    damage: 'head -c 65536 /dev/urandom >/etc/ipsec.conf',
    unknown: [['conf-syntax', /binary/]],
  },
  {
    name: 'binary swanctl.conf',
    on: 'swan',
    damage: 'head -c 65536 /dev/urandom >/etc/swanctl/swanctl.conf',
    unknown: [['conf-syntax', /binary/]],
  },
  {
    name: 'binary ipsec.secrets',
    on: 'libre',
    damage: 'head -c 65536 /dev/urandom >/etc/ipsec.secrets',
    unknown: [
      ['secret-syntax', /binary/],
      ['secret-missing', /binary/],
    ],
  },
  {
    name: 'a configuration of 100 MB',
    on: 'libre',
    damage: 'yes "conn x" | head -c 100000000 >/etc/ipsec.conf',
    unknown: [['conf-syntax', /larger than/]],
  },
  {
    name: 'a FIFO in place of a file',
    on: 'libre',
    damage: 'rm /etc/ipsec.conf; mkfifo /etc/ipsec.conf',
    unknown: [['conf-syntax', /regular file/]],
  },
  {
    name: 'a directory in place of a file',
    on: 'libre',
    damage: 'rm /etc/ipsec.conf; mkdir /etc/ipsec.conf',
    unknown: [['conf-syntax', /regular file/]],
  },
  {
    name: 'a file that includes itself',
    on: 'libre',
    damage: 'echo "include /etc/ipsec.conf" >>/etc/ipsec.conf',
    unknown: [],
    codes: ['host/conf-include-missing'],
  },
  {
    name: 'nobody looks: what root alone may read',
    on: 'swan',
    damage: '',
    command: `setpriv --reuid=65534 --regid=65534 --clear-groups ${live}`,
    unknown: [
      ['conf-syntax', /denied/],
      ['firewall-esp', /./],
      ['secret-missing', /denied/],
    ],
  },
  {
    name: 'nobody looks, libreswan',
    on: 'libre',
    damage: '',
    command: `setpriv --reuid=65534 --regid=65534 --clear-groups ${live}`,
    unknown: [
      ['secret-missing', /denied/],
      ['firewall-forward', /./],
    ],
  },
  {
    name: 'nft hangs',
    on: 'swan',
    damage: program('/usr/sbin/nft', 'sleep 100'),
    unknown: [['firewall-ike-in', /no answer|time/]],
  },
  {
    name: 'ip hangs',
    on: 'swan',
    damage: program('/usr/sbin/ip', 'sleep 100'),
    unknown: [['route-to-peer', /no answer|time/]],
  },
  {
    name: 'ss hangs',
    on: 'libre',
    damage: `${program('/usr/sbin/ss', 'sleep 100')}; rm -f /usr/bin/ss; cp /usr/sbin/ss /usr/bin/ss`,
    unknown: [],
  },
  {
    name: 'nft prints without end',
    on: 'swan',
    damage: program('/usr/sbin/nft', 'yes {'),
    unknown: [['firewall-ike-in', /./]],
  },
  {
    name: 'ip speaks another language',
    on: 'swan',
    damage: program('/usr/sbin/ip', 'echo Schnittstelle: Zugriff verweigert'),
    unknown: [['route-to-peer', /./]],
    codes: ['host/tool-ip-other'],
  },
  {
    name: 'nft speaks another language',
    on: 'swan',
    damage: program('/usr/sbin/nft', 'echo Vorgang nicht zugelassen >&2', 'exit 1'),
    unknown: [['firewall-ike-in', /./]],
  },
  {
    name: 'ip prints JSON that is none of its own',
    on: 'swan',
    damage: program('/usr/sbin/ip', 'echo "[1, null, {\\\\"ifname\\\\": 5, \\\\"addr_info\\\\": 7}]"'),
    unknown: [],
    codes: ['host/tool-ip-other'],
  },
  {
    name: 'programs that fail',
    on: 'swan',
    damage: ['ip', 'nft', 'ss'].map((name) => program(`/usr/sbin/${name}`, 'exit 255')).join('\n'),
    unknown: [
      ['route-to-peer', /./],
      ['firewall-ike-in', /./],
    ],
    codes: ['host/tool-ip-other'],
  },
  { name: 'no /sys', on: 'swan', damage: 'umount -l /sys', unknown: [], codes: [] },
];

describe.skipIf(lacking !== '')(`verify on hosts that answer badly${lacking === '' ? '' : ` (skipped: ${lacking})`}`, () => {
  let gateways: Gateways;
  beforeAll(() => {
    gateways = new Gateways();
  });
  afterAll(() => gateways.end());

  it.each(rows)('$name', async ({ on, damage, command = live, unknown, codes = [] }) => {
    const { ran, failure } = await gateways.visit(on, damage, {
      verify: `date +%s%N >&3; ${command}; status=$?; date +%s%N >&3; (exit $status)`.replaceAll('>&3', '>>$OUT/times'),
      times: 'cat $OUT/times',
    });
    const { status, stdout, stderr } = ran['verify'] ?? { status: -1, stdout: '', stderr: failure };
    expect(stderr).toBe('');
    expect([0, 1], failure).toContain(status);
    const { checks, findings } = JSON.parse(stdout) as VerifyRecord;
    expect(checks.filter(({ detail }) => detail.includes('a fault of vpndoctor'))).toEqual([]);
    const wrong = findings.filter(({ code, severity }) => severity !== 'info' && code !== 'host/esp-ah-ipcomp' && !codes.includes(code));
    expect(wrong).toEqual([]);
    for (const [id, why] of unknown) {
      const lines = checks.filter((check) => check.id === id);
      expect(
        lines.filter(({ status, detail }) => status === 'unknown' && why.test(detail)),
        JSON.stringify(lines),
      ).not.toEqual([]);
    }
    const [start = '0', end = '0'] = (ran['times']?.stdout ?? '').split('\n');
    expect(Number(BigInt(end) - BigInt(start)) / 1e9).toBeLessThan(LONGEST);
  });
});
