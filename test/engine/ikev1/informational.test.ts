import { describe, expect, it } from 'vitest';
import { Effects } from '../../../src/engine/ikev1/effects.js';
import { out } from '../../../src/engine/ikev1/payloads.js';
import { idBytes, sendInformational } from '../../../src/engine/ikev1/send-informational.js';
import type { Established } from '../../../src/engine/ikev1/state.js';
import type { OutgoingPayload } from '../../../src/wire/ike/chain.js';
import { NOTIFY_V1 } from '../../../src/wire/ike/tables/notify-v1.js';
import { PROTOCOL } from '../../../src/wire/ike/tables/protocols.js';
import { proposal } from '../../support/ike-settings.js';
import { Ikev1Pair, V1_ESP } from '../../support/ikev1-pair.js';

type Side = 'i' | 'r';
const other = { i: 'r', r: 'i' } as const;

function standing(pair: Ikev1Pair, side: Side): Established {
  const sa = [...pair.ends[side].table.values()].at(-1);
  if (sa?.kind !== 'established') throw new TypeError(pair.trace());
  return sa;
}

/** One end says something in an informational exchange of its own. */
function say(pair: Ikev1Pair, from: Side, payloads: readonly OutgoingPayload[]): void {
  const { env, registry } = pair.ends[from];
  const fx = new Effects(pair.now, env, registry);
  sendInformational(standing(pair, from), payloads, fx);
  for (const { path, bytes } of fx.result(undefined).send) {
    const turned = { channel: path.channel, local: path.remote, remote: path.local };
    pair.feed(other[from], { kind: 'message', message: { path: turned, bytes } });
  }
}

const bundle = (side: Side) => ({
  ...(new Ikev1Pair().ends[side].settings.child as NonNullable<Established['settings']['child']>),
  proposals: [proposal('ESP', V1_ESP)],
  ah: [proposal('AH', 'AUTH_HMAC_SHA1_96')],
});

describe('an informational message', () => {
  it.each([
    ['its ESP', PROTOCOL.ESP],
    ['the AH around it', PROTOCOL.AH],
  ] as const)('that deletes %s ends a bundle', (_, protocol) => {
    const pair = new Ikev1Pair({ initiator: { child: bundle('i') }, responder: { child: bundle('r') } }).up();
    const spi = pair.last('r', 'child-up')?.child.spiIn ?? 0;
    say(pair, 'r', [out.deletion(protocol, [idBytes(spi)])]);
    expect(pair.all('i', 'child-down')).toMatchObject([{ by: 'peer' }]);
  });

  it('that deletes an SPI of another protocol does nothing', () => {
    const pair = new Ikev1Pair().up();
    const spi = pair.last('r', 'child-up')?.child.spiIn ?? 0;
    say(pair, 'r', [out.deletion(PROTOCOL.AH, [idBytes(spi)])]);
    expect(pair.all('i', 'child-down')).toEqual([]);
  });

  it('with INITIAL-CONTACT ends older SAs of the same peer, not this one', () => {
    const pair = new Ikev1Pair().up();
    pair.command('i', { kind: 'initiate' }).run();
    expect(pair.ends.r.table.size, pair.trace()).toBe(2);
    say(pair, 'i', [out.notify(NOTIFY_V1['INITIAL-CONTACT'], { protocol: PROTOCOL.IKE, spi: new Uint8Array(16) })]);
    expect(pair.ends.r.table.size).toBe(1);
    expect(pair.last('r', 'ike-down')?.refusal?.code).toBe('initial-contact');
  });

  it.each([
    ['sooner', 100, 100],
    ['no later', 100_000, 1000],
  ] as const)('with RESPONDER-LIFETIME about a child ends it %s', (_, said, wanted) => {
    const pair = new Ikev1Pair({ initiator: { lifetimes: { ike: 0, child: 1000 } } }).up();
    const { child } = pair.last('r', 'child-up') ?? {};
    const data = Buffer.from(`80010001000200 04${said.toString(16).padStart(8, '0')}`.replaceAll(' ', ''), 'hex');
    say(pair, 'r', [out.notify(NOTIFY_V1['RESPONDER-LIFETIME'], { protocol: PROTOCOL.ESP, spi: idBytes(child?.spiIn ?? 0) }, data)]);
    const [record] = standing(pair, 'i').children.values();
    expect(((record?.expireAt ?? 0) - pair.now) / 1000).toBeGreaterThan(wanted - 1);
    expect(((record?.expireAt ?? 0) - pair.now) / 1000).toBeLessThanOrEqual(wanted);
  });

  it('with data that cannot be read limits nothing', () => {
    const pair = new Ikev1Pair({ initiator: { lifetimes: { ike: 0, child: 1000 } } }).up();
    const spi = idBytes(pair.last('r', 'child-up')?.child.spiIn ?? 0);
    const before = standing(pair, 'i').children;
    say(pair, 'r', [out.notify(NOTIFY_V1['RESPONDER-LIFETIME'], { protocol: PROTOCOL.ESP, spi }, Uint8Array.of(0, 1, 0, 9, 1))]);
    expect(standing(pair, 'i').children).toEqual(before);
  });
});
