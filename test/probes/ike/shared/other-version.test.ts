import { describe, expect, it } from 'vitest';
import { course } from '../../../../src/probes/ike/course.js';
import { probes } from '../../../../src/probes/ike/index.js';
import { probeIds } from '../../../../src/probes/ike/probe-ids.js';
import type { ProbeTarget } from '../../../../src/probes/ike/target.js';
import { inOrder } from '../../../../src/probes/shared/run-probes.js';
import { initiatorSettings } from '../../../../src/services/settings/from-flags.js';
import type { Datagram } from '../../../support/memory-network.js';
import { runLab, tunnelFlagsOf } from '../../../support/probe-lab.js';

describe('the version', () => {
  const V1 = ['--psk', 'secret', '--ikev1'];
  const SELECTORS = ['--local-ts', '10.1.0.0/16', '--remote-ts', '10.2.0.0/16'];
  const silentIo = { ask: undefined, warn: () => {} };
  const inIkev1 = async () => ({
    ikev1Instead: await initiatorSettings(tunnelFlagsOf([...V1, ...SELECTORS]), 4, { first: 500, patience: 8000 }, silentIo),
  });
  /** Byte 17 of the header of IKE has the version. */
  const ofVersion =
    (version: number, at = 17) =>
    ({ protocol, bytes, src, dst }: Datagram) =>
      protocol === 'udp' && bytes[at + (dst.port === 4500 || src.port === 4500 ? 4 : 0)] === version << 4;

  it('IKEv2 silent, IKEv1 answered: the probe goes on with that', async () => {
    const run = await runLab({
      target: await inIkev1(),
      theirs: V1,
      far: { conditions: { drop: ofVersion(2) } },
      near: { conditions: { drop: ofVersion(2) } },
    });
    expect(run.text['udp-500']).toMatch(/IKEv2 is not answered, IKEv1 is: going on with that/);
    expect([run.status['ike-sa-init'], run.status.echo, run.codes]).toEqual(['pass', 'pass', []]);
    expect(run.took).toBeLessThan(8000);
  });

  // As racoon has it with a connection for aggressive mode: it says nothing to main mode. Byte 18 is the exchange.
  it('IKEv2 silent, IKEv1 answered in aggressive mode alone: that is said', async () => {
    const silent = ofVersion(2);
    const main = ({ protocol, bytes }: Datagram) => protocol === 'udp' && bytes[17] === 1 << 4 && bytes[18] === 2;
    const conditions = { drop: (datagram: Datagram) => silent(datagram) || main(datagram) };
    const run = await runLab({ target: await inIkev1(), theirs: V1, far: { conditions }, near: { conditions } });
    expect([run.status['udp-500'], run.codes]).toEqual(['fail', ['probe/ikev1-other-method']]);
    expect(run.text['udp-500']).toMatch(/another method or mode was answered/);
    expect(run.findings[0]?.fix).toContainEqual({ end: 'ours', text: '--aggressive' });
  });

  it('asked for IKEv2 alone: a peer of IKEv1 is a finding', async () => {
    const run = await runLab({ theirs: V1, far: { conditions: { drop: ofVersion(2) } }, near: { conditions: { drop: ofVersion(2) } } });
    expect([run.status['udp-500'], run.codes]).toEqual(['fail', ['probe/ikev1-only']]);
  });

  it('asked for IKEv1: a peer of IKEv2 is a finding', async () => {
    const run = await runLab({ ours: V1, theirs: ['--psk', 'secret'], near: { conditions: { drop: ofVersion(1) } } });
    expect([run.status['udp-500'], run.codes]).toEqual(['fail', ['probe/ikev2-only']]);
  });

  it('neither is answered: that is silence', async () => {
    const run = await runLab({ target: await inIkev1(), theirs: null });
    expect([run.status['udp-500'], run.codes]).toEqual(['fail', ['probe/peer-silent']]);
  });

  it('names the port in use', () => {
    const target = { host: 'x', ports: { ike: 1500, natt: 14_500 } } as ProbeTarget;
    expect(
      inOrder(probeIds, probes)
        .slice(2, 4)
        .map((probe) => course.titleOf(probe, target)),
    ).toEqual(['UDP 1500', 'UDP 14500']);
  });
});
