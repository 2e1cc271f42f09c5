import { describe, expect, it } from 'vitest';
import { xfrmCounters } from '../../../src/checks/shared/xfrm-counters.js';

/** What Linux 6.18 has; Documentation/networking/xfrm_proc.rst. */
const KERNEL = `XfrmInError XfrmInBufferError XfrmInHdrError XfrmInNoStates XfrmInStateProtoError XfrmInStateModeError XfrmInStateSeqError
  XfrmInStateExpired XfrmInStateMismatch XfrmInStateInvalid XfrmInTmplMismatch XfrmInNoPols XfrmInPolBlock XfrmInPolError XfrmAcquireError
  XfrmFwdHdrError XfrmOutError XfrmOutBundleGenError XfrmOutBundleCheckError XfrmOutNoStates XfrmOutStateProtoError XfrmOutStateModeError
  XfrmOutStateSeqError XfrmOutStateExpired XfrmOutPolBlock XfrmOutPolDead XfrmOutPolError XfrmOutStateInvalid XfrmInStateDirError
  XfrmOutStateDirError XfrmInIptfsError XfrmOutNoQueueSpace`.split(/\s+/);

describe('counters of /proc/net/xfrm_stat', () => {
  it('are explained, all that the kernel has and no other', () => expect(Object.keys(xfrmCounters).toSorted()).toEqual(KERNEL.toSorted()));

  it('of policies that discard name those, and no template', () => {
    for (const name of ['XfrmInPolBlock', 'XfrmOutPolBlock']) expect(xfrmCounters[name]?.fix).toMatch(/action block/);
  });

  it.each(Object.entries(xfrmCounters))('%s says what it means, why, and what to do', (name, { meaning, cause, fix }) => {
    for (const text of [meaning, cause, fix]) expect(text.length).toBeGreaterThan(10);
    // Those of one direction speak of that one.
    if (/^Xfrm(In|Out).*(Error|Expired|Invalid)$/.test(name)) expect(meaning).toMatch(name.startsWith('XfrmIn') ? /inbound/ : /outbound/);
  });
});
