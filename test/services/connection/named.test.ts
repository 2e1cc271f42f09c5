import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { connectionHead } from '../../../src/report/connection-head.js';
import { createStyle } from '../../../src/report/style.js';
import { connectionPeer, namedConnection } from '../../../src/services/connection/named.js';
import { tunnelFlagsOf } from '../../support/probe-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** Secrets are made for tests. */
const SECRET = 'made-for-tests-only-7Qx';
const at = temporaryFolder();
const style = createStyle({ isTTY: false, env: {} }, true);

const child = (name: string, network: string) => `${name} { local_ts = 10.1.0.0/24\n remote_ts = ${network} }\n`;
const SWANCTL = `connections {
  office {
    local_addrs = 127.0.0.1
    remote_addrs = 192.0.2.9
    proposals = aes256-sha256-modp2048
    local { auth = psk }
    remote { auth = psk }
    children {
      ${child('lan', '10.2.0.0/24')} ${child('dmz', '10.3.0.0/24')} ${child('7', '10.7.0.0/24')}
    }
  }
  roadwarrior {
    local { auth = psk }
    remote { auth = psk }
    children { home { remote_ts = dynamic } }
  }
}
secrets { ike { secret = ${SECRET} } }
`;

const named = async (conn: string, args: readonly string[] = [], options: Partial<Parameters<typeof namedConnection>[1]> = {}) => {
  writeFileSync(at('swanctl.conf'), SWANCTL);
  return namedConnection({ ...tunnelFlagsOf(args), conn, config: at('swanctl.conf') }, { role: 'initiator', ...options });
};

describe('namedConnection', () => {
  it.each([
    ['office', 'office/lan', '10.2.0.0/24'],
    ['office/dmz', 'office/dmz', '10.3.0.0/24'],
    ['dmz', 'office/dmz', '10.3.0.0/24'],
    ['office/7', 'office/7', '10.7.0.0/24'],
    ['office/lan/1', 'office/lan', '10.2.0.0/24'],
  ])('%s is %s', async (conn, name, network) => {
    const { head, flags, host, source } = await named(conn);
    expect([head.name, flags.remoteTs, host, source]).toEqual([name, [network], '192.0.2.9', '127.0.0.1']);
  });

  it('says which other children there are', async () => {
    expect((await named('office')).head.notes).toContainEqual('office/dmz, office/7 are there too: --conn names one');
  });

  it('flags win, and what excludes them is left away', async () => {
    const { flags, host } = await named('office/lan', ['--ike', 'aes128', '--ah', 'sha256', '--psk', 'x', '--remote-ts', '10.9.0.0/16'], {
      host: '192.0.2.77',
    });
    expect(flags).toMatchObject({ ike: 'aes128', ah: 'sha256', remoteTs: ['10.9.0.0/16'], localTs: ['10.1.0.0/24'] });
    expect([flags.esp, flags.held, host]).toEqual([undefined, undefined, '192.0.2.77']);
  });

  it('as the peer: networks change sides', async () => {
    writeFileSync(at('swanctl.conf'), SWANCTL);
    const flags = { ...tunnelFlagsOf([]), conn: 'office/lan', config: at('swanctl.conf'), asPeer: true };
    expect((await namedConnection(flags, { role: 'responder' })).flags).toMatchObject({
      localTs: ['10.2.0.0/24'],
      remoteTs: ['10.1.0.0/24'],
    });
  });

  it('shows what it took with its lines, all of it with -v, and no secret', async () => {
    const { head } = await named('office/lan');
    const short = connectionHead(head, style, false).join('\n');
    const long = connectionHead(head, style, true).join('\n');
    expect(short).toMatch(/^Connection office\/lan, .*swanctl\.conf:\d+ \(strongSwan/);
    expect(short).toMatch(/IKE +aes256-sha256-modp2048 \(line 5\)/);
    expect(short).not.toContain('MOBIKE');
    expect(long).toContain('MOBIKE');
    expect(long).not.toContain(SECRET);
  });

  it.each<[string, string, RegExp]>([
    ['nobody', 'no connection nobody in', /there are office\/lan, office\/dmz, office\/7, roadwarrior\/home/],
    ['roadwarrior', 'roadwarrior/home takes any peer', /probe peer HOST --conn roadwarrior/],
  ])('%s is refused with what to do', async (conn, message, hint) => {
    await expect(named(conn)).rejects.toMatchObject({ message: expect.stringContaining(message), hint: expect.stringMatching(hint) });
  });

  it('a file that is not there is named', async () => {
    await expect(namedConnection({ ...tunnelFlagsOf([]), conn: 'a', config: at('none.conf') }, { role: 'initiator' })).rejects.toThrow(
      /none\.conf: no such file/,
    );
  });
});

it('connectionPeer tells whom a connection is with', async () => {
  writeFileSync(at('swanctl.conf'), SWANCTL);
  expect(await connectionPeer('office', at('swanctl.conf'))).toEqual({ host: '192.0.2.9', source: '127.0.0.1' });
  await expect(connectionPeer('roadwarrior', at('swanctl.conf'))).rejects.toThrow(/takes any peer/);
});
