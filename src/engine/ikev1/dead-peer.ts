import { ByteWriter } from '../../bytes/writer.js';
import type { NotifyV1 } from '../../wire/ike/payloads/notify-v1.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import type { Effects } from './effects.js';
import { refusal } from './refusals.js';
import { sendNotify } from './send-informational.js';
import type { Established } from './state.js';

const TIMER = 'question';

/** Asks whether the peer lives (RFC 3706 §5.3). One question at a time. */
export function ask(sa: Established, fx: Effects): Established {
  if (sa.question !== undefined) return sa;
  const sequence = (sa.sequence + 1) >>> 0;
  const wait = sa.settings.retransmit.first;
  sendNotify(sa, NOTIFY_V1['R-U-THERE'], fx, new ByteWriter(4).u32(sequence).finish());
  fx.timer(sa, TIMER, wait);
  return { ...sa, sequence, question: { sequence, sentAt: fx.now, times: 1, wait } };
}

/** The peer asks: the same number goes back. */
export function onQuestion(sa: Established, { data }: NotifyV1, fx: Effects): Established {
  sendNotify(sa, NOTIFY_V1['R-U-THERE-ACK'], fx, data.slice());
  return sa;
}

/** The peer answers; an answer to another question is none. */
export function onAnswer(sa: Established, { data }: NotifyV1, fx: Effects): Established {
  const { question, ...rest } = sa;
  if (question === undefined || Buffer.compare(data, new ByteWriter(4).u32(question.sequence).finish()) !== 0) return sa;
  fx.timer(sa, TIMER);
  fx.happen(sa, { kind: 'liveness', alive: true, milliseconds: fx.now - question.sentAt });
  return rest;
}

/** No answer yet: the question again, or the end. A peer that never announced dead peer detection is not taken for dead. */
export function onUnanswered(sa: Established, fx: Effects): Established | undefined {
  const { question, ...rest } = sa;
  if (question === undefined) return sa;
  const { tries, factor } = sa.settings.retransmit;
  if (question.times >= tries) {
    const seconds = ((fx.now - question.sentAt) / 1000).toFixed(1);
    fx.happen(sa, { kind: 'liveness', alive: false, milliseconds: fx.now - question.sentAt });
    if (!sa.peer.dpd) return rest;
    const text = `no answer to R-U-THERE within ${seconds} s, asked ${question.times} times`;
    return fx.down(sa, 'us', refusal('timeout', 'nobody', EXCHANGE_V1.Informational, text));
  }
  const wait = question.wait * factor;
  sendNotify(sa, NOTIFY_V1['R-U-THERE'], fx, new ByteWriter(4).u32(question.sequence).finish());
  fx.timer(sa, TIMER, wait);
  return { ...sa, question: { ...question, times: question.times + 1, wait } };
}

/** The timer `dpd`: after so many seconds of silence the peer is asked (RFC 3706 §5.5). */
export function onSilence(sa: Established, fx: Effects): Established {
  const delay = sa.settings.dpdDelay * 1000;
  const silent = fx.now - sa.heardAt;
  fx.timer(sa, 'dpd', silent < delay ? delay - silent : delay);
  return silent < delay ? sa : ask(sa, fx);
}
