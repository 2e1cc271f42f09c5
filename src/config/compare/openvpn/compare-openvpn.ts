import type { ConfigEnd } from '../../effective/config-end.js';
import { productNames } from '../../effective/config-end.js';
import { cell, row } from '../cells.js';
import type { AspectResult } from '../mismatch.js';
import { compareAddresses } from './addresses.js';
import { compareChannel } from './channel.js';
import { compareKeys } from './keys.js';
import { compareLink } from './link.js';
import { compareLogin } from './login.js';
import { comparePings } from './pings.js';
import { compareSuites } from './suites.js';

/** Compares two ends of which one at least is OpenVPN. */
export function compareOpenvpn(ours: ConfigEnd, theirs: ConfigEnd): AspectResult {
  const [mine, yours] = [ours.openvpn, theirs.openvpn];
  if (mine === undefined || yours === undefined) return otherProtocol(ours, theirs);
  const pair = { ours: mine, theirs: yours };
  const results = [
    ...compareLink(pair),
    ...compareKeys(pair),
    ...compareChannel(pair),
    ...compareAddresses(pair),
    ...compareLogin(pair),
    ...compareSuites(pair),
    ...comparePings(pair),
  ];
  return { rows: results.flatMap(({ rows }) => rows), mismatches: results.flatMap(({ mismatches }) => mismatches) };
}

function otherProtocol(ours: ConfigEnd, theirs: ConfigEnd): AspectResult {
  const [a, b] = [ours, theirs].map(({ connection, product }) =>
    cell({ file: connection.file, line: connection.line }, product === 'openvpn' ? 'OpenVPN' : `IPsec (${productNames[product]})`),
  );
  if (a === undefined || b === undefined) return { rows: [], mismatches: [] };
  return {
    rows: [row('protocol', a, b, false)],
    mismatches: [
      {
        code: 'config/another-protocol',
        severity: 'error',
        breaks: 'up',
        title: `our end speaks ${a.text}, the other ${b.text}`,
        cause: 'The two protocols have nothing in common.',
        evidence: [
          { file: a.file, line: a.line, text: a.text },
          { file: b.file, line: b.line, text: b.text },
        ],
        change: {},
        refs: [],
      },
    ],
  };
}
