import { expect, test } from 'vitest';
import { FakeHost } from '../../src/host/fake.js';
import type { Answer, CommandOutput } from '../../src/host/host.js';
import { HostFacts } from '../../src/host/host-facts.js';
import { LiveHost } from '../../src/host/live.js';
import { RecordingHost } from '../../src/host/recorder.js';
import { healthyHost } from '../support/healthy-host.js';

test('a fact is read once, whoever asks and however many', async () => {
  const asked: string[] = [];
  class Counting extends FakeHost {
    override run(command: readonly [string, ...string[]]): Promise<Answer<CommandOutput>> {
      asked.push(command.join(' '));
      return super.run(command);
    }
  }
  const facts = new HostFacts(new Counting({ commands: { 'ip -j route get 192.0.2.9': '[{"dst":"192.0.2.9","dev":"eth0"}]' } }));
  await Promise.all([facts.routeTo('192.0.2.9'), facts.routeTo('192.0.2.9'), facts.interfaces(), facts.interfaces()]);
  await facts.routeTo('192.0.2.9');
  expect(asked).toEqual(['ip -j route get 192.0.2.9', 'ip -d -j addr']);
});

test('another question is another fact', async () => {
  const facts = new HostFacts(
    new FakeHost({
      commands: {
        'ip -j route get 192.0.2.9': '[{"dst":"192.0.2.9","dev":"eth0"}]',
        'ip -j route get 192.0.2.9 from 10.0.0.1': '[{"dst":"192.0.2.9","dev":"eth1"}]',
      },
    }),
  );
  expect(await facts.routeTo('192.0.2.9')).toMatchObject({ value: { device: 'eth0' } });
  expect(await facts.routeTo('192.0.2.9', '10.0.0.1')).toMatchObject({ value: { device: 'eth1' } });
});

test('the healthy host has every fact', async () => {
  const facts = new HostFacts(healthyHost());
  const all = await Promise.all([
    facts.processes(),
    facts.sockets(),
    facts.interfaces(),
    facts.routes(),
    facts.routingRules(),
    facts.xfrmStates(),
    facts.xfrmPolicies(),
    facts.xfrmCounters(),
    facts.networkCounters(),
    facts.modules(),
    facts.container(),
    facts.stacks(),
    facts.firewall(),
    facts.sysctl('net/core/xfrm_larval_drop'),
    facts.interfaceSysctl('ipv4', 'eth0', 'rp_filter'),
  ]);
  expect(all.filter(({ ok }) => !ok)).toEqual([]);
  expect((await facts.runningStacks()).map(({ id }) => id)).toEqual(['strongswan']);
});

test('one implementation alone', async () => {
  const stacks = await new HostFacts(healthyHost(), { stack: 'openvpn' }).stacks();
  expect(stacks).toEqual({ ok: true, value: [] });
});

test('nothing there at all: every fact says why, none throws', async () => {
  const facts = new HostFacts(new FakeHost({ isRoot: false }));
  const all = await Promise.all([
    facts.processes(),
    facts.sockets(),
    facts.interfaces(),
    facts.routes(),
    facts.routingRules(),
    facts.xfrmStates(),
  ]);
  for (const fact of all) expect(fact).toMatchObject({ ok: false, message: expect.stringMatching(/./) });
  expect((await facts.configurations()).connections).toEqual([]);
});

test('this machine: every fact ends, and the recorder passes on what the host says', async () => {
  const live = new LiveHost();
  const [direct, recorded] = [new HostFacts(live), new HostFacts(new RecordingHost(live))];
  expect(await recorded.interfaces()).toEqual(await direct.interfaces());
  expect(await recorded.routes()).toEqual(await direct.routes());
  expect(await recorded.modules()).toEqual(await direct.modules());
  await Promise.all([
    direct.processes(),
    direct.sockets(),
    direct.stacks(),
    direct.container(),
    direct.xfrmPolicies(),
    direct.configurations(),
  ]);
});

test('reads ipsec.conf as that of the stack asked for, installed or not', async () => {
  const conf = 'config setup\n\nconn office\n\tleft=192.0.2.1\n\tright=198.51.100.7\n\tauthby=secret\n';
  const host = new FakeHost({ files: { '/etc/ipsec.conf': conf } });
  for (const [stack, dialect] of [
    ['libreswan', 'libreswan'],
    ['strongswan', 'stroke'],
    ['openswan', 'openswan'],
  ] as const) {
    const { connections } = await new HostFacts(host, { stack }).configurations();
    expect(connections.map((connection) => connection.dialect)).toEqual([dialect]);
  }
});
