import { describe, expect, it } from 'vitest';
import { policyInWords, protecting, relation, statesFor } from '../../../src/checks/shared/policy-selectors.js';
import { FakeHost } from '../../../src/host/fake.js';
import { HostFacts } from '../../../src/host/host-facts.js';
import { parseXfrmPolicies } from '../../../src/host/linux/xfrm-policies.js';
import { parseXfrmStates } from '../../../src/host/linux/xfrm-states.js';
import type { Connection } from '../../../src/model/connection.js';
import { connection } from '../../support/gateway.js';

const policies = (source: string, destination: string, peer = '198.51.100.2', more = '') =>
  parseXfrmPolicies(
    `src ${source} dst ${destination} \n\tdir out priority 7 ptype main \n\t${more}tmpl src 192.0.2.1 dst ${peer}\n\t\tproto esp reqid 1 mode tunnel\n`,
  );
const [policy] = policies('10.1.0.0/24', '10.2.0.0/24');
if (policy === undefined) throw new TypeError('no policy');

async function configured(text: string): Promise<Connection> {
  const { connections } = await new HostFacts(new FakeHost({ files: { '/etc/swanctl/swanctl.conf': text } })).configurations();
  const [first] = connections;
  if (first === undefined) throw new TypeError('no connection');
  return first;
}

describe('relation to a connection', () => {
  it.each([
    ['10.1.0.0/24', '10.2.0.0/24', '198.51.100.2', {}, 'within'],
    ['10.1.0.0/28', '10.2.0.9/32', '198.51.100.2', {}, 'within'],
    ['10.0.0.0/8', '10.2.0.0/24', '198.51.100.2', {}, 'wider'],
    ['10.1.0.0/24', '10.7.0.0/24', '198.51.100.2', {}, 'other'],
    ['10.1.0.0/24', '10.2.0.0/24', '198.51.100.3', {}, 'other'],
    ['10.1.0.0/24', '10.2.0.0/24', '198.51.100.3', { remote: '%any' }, 'within'],
    ['10.1.0.0/24', '10.66.0.9/32', '198.51.100.3', { remote: '%any', remoteTs: 'dynamic' }, 'within'],
  ] as const)('%s > %s to %s', async (source, destination, peer, options, expected) => {
    const [found] = policies(source, destination, peer);
    expect(found === undefined ? undefined : relation(found, await configured(connection(options)))).toBe(expected);
  });
});

it('SAs are told by ends, reqid and interface id, and must have keys', () => {
  const state = (more: string, reqid = 1) =>
    parseXfrmStates(`src 192.0.2.1 dst 198.51.100.2\n\tproto esp spi 0xc0000001 reqid ${reqid} mode tunnel\n\treplay-window 0\n${more}`);
  const keyed = '\tenc cbc(aes) 0x00\n';
  expect(statesFor(policy, state(keyed))).toHaveLength(1);
  expect(statesFor(policy, state(''))).toEqual([]);
  expect(statesFor(policy, state(keyed, 2))).toEqual([]);
  expect(statesFor(policy, state(`${keyed}\tif_id 0x5\n`))).toEqual([]);
});

it('bypasses and policies of sockets protect nothing', () => {
  const others = parseXfrmPolicies(
    'src 0.0.0.0/0 dst 0.0.0.0/0 \n\tsocket in priority 0 ptype main \nsrc 10.0.0.0/8 dst 10.0.0.0/8 \n\tdir out priority 1 ptype main \n',
  );
  expect(protecting([...others, policy])).toEqual([policy]);
  expect(policyInWords(policy)).toBe('10.1.0.0/24 > 10.2.0.0/24 out, priority 7');
});
