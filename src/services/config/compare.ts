import { UsageError } from '../../bytes/errors.js';
import { compareEnds } from '../../config/compare/compare-ends.js';
import { pairConnections } from '../../config/compare/pair-connections.js';
import { endOf, type ReadConfig } from '../../config/read-config.js';
import type { Connection } from '../../model/connection.js';
import { compareRecord } from '../../report/config-compare-json.js';
import { compareText } from '../../report/config-compare-text.js';
import { type ConfigComparison, isClean } from '../../report/config-comparison.js';
import { createStyle } from '../../report/style.js';
import { type ConfigFlags, type ConfigIo, printLines, processIo, readConfigFile } from './files.js';

/** The flags of `vpndoctor config compare`, as commander gives them. */
export interface ConfigCompareFlags extends ConfigFlags {
  readonly theirProduct?: 'openswan' | 'libreswan' | 'strongswan';
  readonly theirProductVersion?: string;
  readonly conn?: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/**
 * Compares the configurations of two gateways and prints what will not work, with corrected lines.
 * @returns exit status: 0 the two fit, 1 they do not
 * @throws UsageError, EnvironmentError
 */
export async function configCompare(
  ourPath: string,
  theirPath: string,
  flags: ConfigCompareFlags,
  io: ConfigIo = processIo(),
): Promise<number> {
  if (ourPath === '-' && theirPath === '-') throw new UsageError('only one of the two can be standard input');
  const ours = await readConfigFile(ourPath, flags, io);
  const theirs = await readConfigFile(
    theirPath,
    {
      local: [],
      ...(flags.theirProduct !== undefined && { product: flags.theirProduct }),
      ...(flags.theirProductVersion !== undefined && { productVersion: flags.theirProductVersion }),
    },
    io,
  );
  for (const config of [ours, theirs]) refuseEmpty(config);
  const chosen = chosenConnections(ours, flags.conn);
  const paired = pairConnections(chosen, theirs.connections);
  const result: ConfigComparison = {
    ours,
    theirs,
    tunnels: paired.pairs.map((pair) => compareEnds(endOf(ours, pair.ours), endOf(theirs, pair.theirs))),
    oursAlone: paired.oursAlone,
    theirsAlone: flags.conn === undefined ? paired.theirsAlone : [],
  };
  if (result.tunnels.length === 0)
    throw new UsageError(
      'no connection of one belongs to one of the other: neither addresses nor networks fit',
      '--conn NAME takes one of ours; with one connection in each file they are compared whatever they say',
    );
  if (flags.json === true) printLines(io, [ours, theirs], [JSON.stringify(compareRecord(result), null, 2)]);
  else printLines(io, [ours, theirs], compareText(result, createStyle(io, !flags.color), flags.verbose === true));
  return isClean(result) ? 0 : 1;
}

function refuseEmpty({ file, language, connections }: ReadConfig): void {
  if (connections.length > 0) return;
  throw new UsageError(
    `${file} holds no connection${language === 'ipsec.secrets' ? ' but secrets' : ` (read as ${language})`}`,
    'ipsec.conf, swanctl.conf, racoon.conf, isakmpd.conf, "show running-config" of an ASA or IOS router, or OpenVPN',
  );
}

function chosenConnections({ connections, file }: ReadConfig, name: string | undefined): readonly Connection[] {
  if (name === undefined) return connections;
  const chosen = connections.filter((connection) => connection.name === name || connection.name.startsWith(`${name}/`));
  if (chosen.length > 0) return chosen;
  const names = connections.map((connection) => connection.name);
  throw new UsageError(`${file} has no connection ${name}`, `it has ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' …' : ''}`);
}
