import { expect, it } from 'vitest';
import { answerPatience } from '../../../../src/engine/ike/answer-patience.js';
import { exchangePatience } from '../../../../src/probes/ike/shared/begin.js';
import type { ProbeTarget } from '../../../../src/probes/ike/target.js';
import { patienceOf } from '../../../../src/services/probe/flags.js';
import { initiatorSettings } from '../../../../src/services/settings/from-flags.js';
import { tunnelFlagsOf } from '../../../support/probe-lab.js';

it.each(['0.5', '4', '6', '8', '12', '21', '38', '120', '600'])(
  'with --timeout %s the engine gives up, and says why, before the step does',
  async (text) => {
    const patience = patienceOf(text);
    const tunnel = await initiatorSettings(tunnelFlagsOf(['--psk', 'secret']), 4, patience, { ask: undefined, warn: () => {} });
    const target = { patience, tunnel } as ProbeTarget;
    expect(exchangePatience({ target })).toBeGreaterThanOrEqual(answerPatience(tunnel.settings.retransmit) + 2000);
  },
);
