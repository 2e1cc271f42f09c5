import { describe, expect, it } from 'vitest';
import { algorithmWord } from '../../src/config/cisco-asa/algorithms.js';
import { findToken } from '../../src/config/proposal-tokens.js';
import { readKeys } from '../../src/dissect/keys/read-keys.js';
import { readPushed } from '../../src/engine/openvpn/push-options.js';
import { parseIptablesSave } from '../../src/host/linux/firewall/iptables-save.js';
import { icmpTypeNumber, protocolNumber } from '../../src/host/linux/firewall/protocols.js';
import { parseIdentity } from '../../src/services/settings/identity.js';
import { openvpnSettings } from '../support/openvpn-settings.js';

/** Words that every object of JavaScript answers to: a table that knows them reads what nobody wrote into it. */
describe.each(['constructor', 'toString', 'valueOf', '__proto__'])('%s is a word like any other', (word) => {
  it('in identities', () => {
    expect(() => parseIdentity(`${word}=x, CN=y`, '--id')).toThrow(`${word} is not a type of a distinguished name`);
    expect(Buffer.from(parseIdentity(`${word}:x`, '--id').data).toString()).toBe(`${word}:x`);
  });
  it('in algorithms', () => expect([algorithmWord(word), findToken(word)]).toEqual([word, undefined]));
  it('in what a server pushes', () => {
    const settings = openvpnSettings('client');
    expect(readPushed(settings, [`compress ${word}`]).parameters.compression).toEqual(settings.compression);
  });
  it('in keys', () => expect(readKeys(JSON.stringify({ [`x${word}`]: [{}] }).replace('x', ''), 'keys.json').openvpn.isEmpty).toBe(true));
  it('in rules', () => {
    expect([protocolNumber(word), icmpTypeNumber(word, 4), icmpTypeNumber(word, 6)]).toEqual([undefined, undefined, undefined]);
    const [table] = parseIptablesSave(`*filter\n:${word} ACCEPT [0:0]\nCOMMIT\n`, 'ip', 'iptables');
    expect(table?.chains.get(word)?.base).toBeUndefined();
  });
});
