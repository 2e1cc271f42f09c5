import { describe, expect, it } from 'vitest';
import { pairConnections, turned } from '../../../src/config/compare/pair-connections.js';
import { readEnd } from './compare-texts.js';

const conn = (name: string, left: string, right: string, ours: string, theirs: string) =>
  `conn ${name}\n\tleft=${left}\n\tleftsubnet=${ours}\n\tright=${right}\n\trightsubnet=${theirs}\n\tauthby=secret\n`;
const read = async (text: string, addresses: readonly string[] = []) =>
  (await readEnd({ '/etc/ipsec.conf': text }, { product: 'libreswan', addresses })).connections;
const names = ({ pairs, oursAlone, theirsAlone }: ReturnType<typeof pairConnections>) => ({
  pairs: pairs.map(({ ours, theirs }) => `${ours.name}-${theirs.name}`),
  alone: [oursAlone.map(({ name }) => name).join(), theirsAlone.map(({ name }) => name).join()],
});

const A = '192.0.2.1';
const [B, C] = ['198.51.100.1', '203.0.113.1'];

describe('pairConnections', () => {
  it('goes by the addresses first', async () => {
    const ours = await read(conn('b', A, B, '10.1.0.0/24', '10.2.0.0/24') + conn('c', A, C, '10.1.0.0/24', '10.3.0.0/24'), [A]);
    const theirs = await read(conn('x', C, A, '10.3.0.0/24', '10.1.0.0/24'), [C]);
    expect(names(pairConnections(ours, theirs))).toEqual({ pairs: ['c-x'], alone: ['b', ''] });
  });

  it('goes by the networks where the addresses are the same', async () => {
    const ours = await read(conn('one', A, B, '10.1.0.0/24', '10.2.0.0/24') + conn('two', A, B, '10.1.0.0/24', '10.3.0.0/24'), [A]);
    const theirs = await read(conn('x', B, A, '10.3.0.0/24', '10.1.0.0/24') + conn('y', B, A, '10.2.0.0/24', '10.1.0.0/24'), [B]);
    expect(names(pairConnections(ours, theirs)).pairs.toSorted()).toEqual(['one-y', 'two-x']);
  });

  it('turns a connection round whose side is not known', async () => {
    const [ours] = await read(conn('net', A, B, '10.1.0.0/24', '10.2.0.0/24'));
    const [pair] = pairConnections([ours ?? never()], [ours ?? never()]).pairs;
    expect([pair?.ours.local.addresses[0]?.value, pair?.theirs.local.addresses[0]?.value].toSorted()).toEqual([A, B].toSorted());
  });

  it('turns one of strongSwan round too, which looks for itself on the right: but not where its addresses are known', async () => {
    const text = `${conn('net', A, B, '10.1.0.0/24', '10.2.0.0/24')}\tkeyexchange=ikev2\n`;
    const at = async (addresses: readonly string[]) => {
      const { connections } = await readEnd({ 'ipsec.conf': text }, { product: 'strongswan', addresses });
      const [pair] = pairConnections(connections, connections).pairs;
      return [pair?.ours.local.addresses[0]?.value, pair?.theirs.local.addresses[0]?.value].toSorted();
    };
    expect(await at([])).toEqual([A, B].toSorted());
    expect(await at([A])).toEqual([A, A]);
  });

  it('takes one at each end for one tunnel, whatever they say, and leaves strangers alone', async () => {
    const one = await read(conn('a', A, B, '10.1.0.0/24', '10.2.0.0/24'), [A]);
    const stranger = await read(conn('s', C, '203.0.113.9', '10.8.0.0/24', '10.9.0.0/24'), [C]);
    expect(names(pairConnections(one, stranger)).pairs).toEqual(['a-s']);
    const more = await read(conn('a', A, B, '10.1.0.0/24', '10.2.0.0/24') + conn('b', A, B, '10.4.0.0/24', '10.2.0.0/24'), [A]);
    expect(names(pairConnections(more, stranger)).pairs).toEqual([]);
  });

  it('leaves bypass policies out', async () => {
    const ours = await read(
      `${conn('a', A, B, '10.1.0.0/24', '10.2.0.0/24')}conn bypass\n\tleft=${A}\n\tright=0.0.0.0\n\ttype=passthrough\n\tauthby=never\n`,
      [A],
    );
    expect(names(pairConnections(ours, ours)).alone).toEqual(['', '']);
  });
});

describe('turned', () => {
  it('is its own inverse', async () => {
    const { connections } = await readEnd({
      'asa.txt':
        'crypto map m 1 match address a\ncrypto map m 1 set peer 192.0.2.1\naccess-list a extended permit tcp 10.1.0.0 255.255.255.0 eq 80 10.2.0.0 255.255.255.0\n',
    });
    for (const connection of connections) {
      expect(turned(turned(connection))).toEqual(connection);
      expect(turned(connection).selectorPairs?.[0]).toMatchObject({ local: { value: '10.2.0.0/24' }, remotePort: { value: 'tcp/80' } });
    }
    expect(connections).toHaveLength(1);
  });
});

function never(): never {
  throw new TypeError('no connection');
}
