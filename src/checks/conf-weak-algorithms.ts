import { type JudgedProposal, judgeProposals } from '../config/effective/judge-proposals.js';
import type { ProposedTransform } from '../config/proposals.js';
import { answered } from '../host/host.js';
import type { Stack, StackId } from '../host/linux/stacks.js';
import type { ConfigDialect, Connection } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip } from './shared/lines.js';
import { placeOf, readTunnels, stackOf, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly stacks: readonly Stack[];
}

const LABEL = 'algorithms';

export const check: Check<Facts> = {
  id: 'conf-weak-algorithms',
  group: 'configuration',
  title: LABEL,
  reads: ['IKE and ESP proposals of each connection', 'swanctl --version', 'ipsec --version'],
  refs: ['RFC 8247', 'RFC 8221', 'RFC 9395'],
  async facts(host) {
    const [tunnels, stacks] = await Promise.all([readTunnels(host), host.stacks()]);
    return { tunnels, stacks: answered(stacks) ?? [] };
  },
  judge({ tunnels, stacks }) {
    if (tunnels.ipsec.length === 0) return [unneeded(LABEL, tunnels, 'no IPsec connection')];
    const stackFor = (connection: Connection) => stacks.find(({ id }) => id === stackOf(connection));
    const proposals = judgeProposals(tunnels.ipsec, (connection) => {
      const stack = stackFor(connection);
      return stack?.version === undefined ? undefined : { product: stack.id, version: stack.version };
    });
    if (proposals.length === 0) return [skip(LABEL, 'every connection goes with the defaults of its daemon')];
    const lines = proposals.flatMap((judged) => judgeProposal(judged, stackFor(judged.connections[0])));
    return lines.length > 0
      ? lines
      : [pass(LABEL, `${proposals.length} ${proposals.length === 1 ? 'proposal' : 'proposals'}, none of them weak`)];
  },
};

function judgeProposal(judged: JudgedProposal, stack: Stack | undefined): readonly CheckLine[] {
  const { connections, unknown, absent, weak } = judged;
  const names = [...new Set(connections.map(({ name }) => name))];
  const about: About = {
    ...judged,
    connection: connections[0],
    subject: names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`,
    stack,
  };
  return [
    ...(unknown.length > 0 ? [unknownWords(about)] : []),
    ...(absent.length > 0 ? [absentLine(about)] : []),
    ...(weak.length > 0 && absent.length === 0 ? [weakLine(about)] : []),
  ];
}

interface About extends JudgedProposal {
  readonly connection: Connection;
  readonly subject: string;
  readonly stack: Stack | undefined;
}

function absentLine(about: About): CheckLine {
  const { connection, proposal, stack, subject, use, absent } = about;
  const words = absent.map(({ transform }) => transform.name).join(', ');
  const gone = absent[0]?.dropped;
  const product = `${stack?.name} ${stack?.version}`;
  return {
    status: 'fail',
    label: `${LABEL} of ${subject}`,
    detail: `${proposal.value}: ${product} has no ${words}`,
    finding: hostFinding(check.id, {
      what: 'absent',
      subject,
      severity: 'error',
      confidence: 0.85,
      title: `${subject} proposes ${words} for ${use.toUpperCase()}, which ${product} does not have`,
      cause: `${words}: ${gone?.what ?? 'not implemented'} since ${stack?.name} ${gone?.version}. The daemon refuses the proposal, so the connection is not loaded.`,
      evidence: [{ ...placeOf(proposal), text: `${use}: ${proposal.value}` }, { text: stack?.versionLine ?? `installed: ${product}` }],
      fix: corrected(
        about,
        absent.map(({ transform }) => transform),
        connection.dialect,
      ),
      retest: `vpndoctor verify --only ${check.id}`,
      refs: [`${stack?.name} change log, ${gone?.version}`, 'RFC 8247', 'RFC 8221'],
    }),
  };
}

function weakLine(about: About): CheckLine {
  const { connection, proposal, subject, use, weak } = about;
  const words = weak.map(({ weakness, name }) => weakness?.name ?? name).join(', ');
  const dropped = weak.flatMap(({ removed, name }) =>
    removed.map(({ product, version, what }) => `${name}: ${what} since ${product} ${version}`),
  );
  return {
    status: 'warn',
    label: `${LABEL} of ${subject}`,
    detail: `${proposal.value}: ${words}`,
    finding: hostFinding(check.id, {
      subject,
      severity: 'warning',
      title: `${subject} proposes ${words} for ${use.toUpperCase()}`,
      cause: `${weak.map(({ weakness }) => `${weakness?.name}: ${weakness?.why}`).join('. ')}. It works as long as both ends have it${
        dropped.length === 0 ? '' : `, and a peer that is updated refuses it (${dropped.join('; ')})`
      }.`,
      evidence: [{ ...placeOf(proposal), text: `${use}: ${proposal.value}` }],
      fix: corrected(about, weak, connection.dialect),
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['RFC 8247', 'RFC 8221', 'RFC 9395'],
    }),
  };
}

function unknownWords({ unknown, proposal, subject, use, stack, connection }: About): CheckLine {
  const words = unknown.map((word) => `"${word.slice(0, 30)}"`).join(', ');
  return {
    status: 'fail',
    label: `${LABEL} of ${subject}`,
    detail: `${proposal.value}: ${words} is no algorithm`,
    finding: hostFinding(check.id, {
      what: 'unknown',
      subject,
      severity: 'error',
      confidence: 0.75,
      title: `${subject}: ${words} in the ${use.toUpperCase()} proposal is no algorithm that strongSwan, libreswan or Openswan know`,
      cause:
        'A proposal with a word that the daemon does not know is refused as a whole: the connection is not loaded, or goes without that proposal.',
      evidence: [{ ...placeOf(proposal), text: `${use}: ${proposal.value}` }],
      fix: [
        {
          end: 'ours',
          text: `mend the word in ${proposal.file}:${proposal.line}; ${listCommand(stackOf(connection), stack)} shows what there is`,
        },
      ],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: [connection.dialect === 'swanctl' ? 'swanctl.conf(5)' : 'ipsec.conf(5)'],
    }),
  };
}

function listCommand(id: StackId | undefined, stack: Stack | undefined): string {
  if (id === 'strongswan') return 'swanctl --list-algs';
  return stack?.id === 'libreswan' ? 'ipsec algparse -v' : 'ipsec auto --status';
}

/** Same strength or better of the same kind, in the words of a product. */
function replacement({ type, id }: ProposedTransform, dialect: ConfigDialect): string | undefined {
  const swan = dialect === 'libreswan' || dialect === 'openswan';
  switch (type) {
    case 'ENCR':
      return id === 11 ? undefined : 'aes256';
    case 'INTEG':
    case 'PRF':
      return swan ? 'sha2_256' : type === 'PRF' ? 'prfsha256' : 'sha256';
    case 'KE':
      return 'modp2048';
    default:
      return undefined;
  }
}

const KEYS: Readonly<Record<'ike' | 'esp', Readonly<Record<'swanctl' | 'other', string>>>> = {
  ike: { swanctl: 'proposals', other: 'ike' },
  esp: { swanctl: 'esp_proposals', other: 'esp' },
};

/** racoon has a line for each kind of algorithm. */
const RACOON: Readonly<Record<'ike' | 'esp', Readonly<Record<string, string>>>> = {
  ike: { ENCR: 'encryption_algorithm aes 256;', INTEG: 'hash_algorithm sha256;', PRF: 'hash_algorithm sha256;', KE: 'dh_group 14;' },
  esp: { ENCR: 'encryption_algorithm aes 256;', INTEG: 'authentication_algorithm hmac_sha256;', KE: 'pfs_group 14;' },
};

/** isakmpd names all of them with one word. */
const ISAKMPD: Readonly<Record<'ike' | 'esp', string>> = {
  ike: 'Transforms= AES-256-SHA2-256-GRP14',
  esp: 'Suites= QM-ESP-AES-256-SHA2-256-PFS-GRP14-SUITE',
};

/** The proposal with its weak words replaced; the other end has to follow. */
function corrected(
  { proposal, use }: About,
  weak: readonly ProposedTransform[],
  dialect: ConfigDialect,
): { end: 'ours' | 'theirs'; text: string }[] {
  if (dialect === 'racoon' || dialect === 'isakmpd') {
    const lines = dialect === 'isakmpd' ? [ISAKMPD[use]] : weak.map(({ type }) => RACOON[use][type]).filter((line) => line !== undefined);
    return [
      { end: 'ours', text: `${proposal.file}, at line ${proposal.line}:\n${[...new Set(lines)].join('\n')}` },
      { end: 'theirs', text: 'the same algorithms' },
    ];
  }
  let text = proposal.value;
  for (const transform of weak) {
    const word = replacement(transform, dialect);
    if (word === undefined) continue;
    const escaped = transform.word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    text = text.replace(new RegExp(`(^|[-;+])${escaped}(?=$|[-;+!])`), (_, before: string) => before + word);
  }
  // Two weak words of one kind may have become the same.
  const parts = text.split(/([-;+])/).filter((part, index, all) => index % 2 === 1 || all.indexOf(part) === index || index === 0);
  const line = `${KEYS[use][dialect === 'swanctl' ? 'swanctl' : 'other']}${dialect === 'swanctl' ? ' = ' : '='}${tidy(parts.join(''))}`;
  if (text === proposal.value) return [{ end: 'ours', text: `take ${proposal.value} out of ${proposal.file}:${proposal.line}` }];
  return [
    { end: 'ours', text: `${proposal.file}:${proposal.line}, in place of ${proposal.value}:\n${line}` },
    { end: 'theirs', text: `the same: ${line}` },
  ];
}

/** Separators that have lost a word. */
const tidy = (text: string) => text.replace(/([-;+])[-;+]+/g, '$1').replace(/[-;+]+$/, '');
