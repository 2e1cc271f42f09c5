import { hexNumber } from '../../bytes/hex.js';
import type { ObservedUnit } from '../../dissect/analyser.js';
import { spiText } from '../../wire/ike/proposal-facts.js';

/** The SPIs a unit can be selected by: its own, for IKE both. */
export function spisOf({ unit, ike }: ObservedUnit): readonly string[] {
  switch (unit.kind) {
    case 'esp':
    case 'ah':
      return [hexNumber(unit.spi, 8)];
    case 'ipcomp':
      return [hexNumber(unit.cpi, 8)];
    case 'ike':
      return ike === undefined ? [] : [spiText(ike.message.header.spiI), spiText(ike.message.header.spiR)];
    case 'icmp-error':
      return unit.quoted?.spi === undefined ? [] : [hexNumber(unit.quoted.spi, 8)];
    default:
      return [];
  }
}
