import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, faults } from './support/verify-faults.js';
import {
  bundleText,
  faultsOf,
  type GatewayKind,
  Gateways,
  lackingForGateways,
  type Ran,
  secretsIn,
  type VerifyRecord,
} from './support/verify-gateway.js';

/**
 * Healthy gateways in namespaces, broken in one way at a time: `verify` has to name that and nothing else, and to say the same of
 * the bundle that `collect` made there. Real daemons, rules, routes and settings; see verify-gateway.sh.
 */
const lacking = lackingForGateways();

/** What the kernel of this machine may lack, whatever is configured: said once here instead of in each row. */
const OF_THE_KERNEL = new Set(['host/esp-ah-ipcomp', 'host/kernel-algorithms', 'host/xfrm-interface-vti-missing']);

const commands = {
  live: '$VPNDOCTOR verify --json',
  collect: '$VPNDOCTOR collect -o $OUT/bundle.json.gz',
  secrets:
    'printf \'"%s"\\n\' "$PSK_OFFICE" "$PSK_BRANCH"; cat /etc/ipsec.secrets /etc/swanctl/swanctl.conf /etc/swanctl/private/* /etc/openvpn/server/*.key 2>/dev/null',
};

interface Outcome {
  readonly live: Ran;
  readonly record: VerifyRecord | undefined;
  readonly codes: readonly string[];
  readonly consequences: readonly string[];
  readonly fromBundle: Ran;
  readonly collect: Ran;
  readonly bundle: string;
  readonly secrets: readonly string[];
  readonly failure: string;
}

const healthy: readonly Fault[] = (['swan', 'libre', 'ovpn'] satisfies GatewayKind[]).map((on) => ({
  name: `healthy: ${on}`,
  on,
  damage: '',
}));
const rows = [...healthy, ...faults];

describe.skipIf(lacking !== '')(`verify on gateways with one fault each${lacking === '' ? '' : ` (skipped: ${lacking})`}`, () => {
  const outcomes = new Map<Fault, Outcome>();
  let gateways: Gateways;

  beforeAll(async () => {
    gateways = new Gateways();
    const waiting = [...rows];
    const worker = async () => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) outcomes.set(row, await look(gateways, row));
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
  }, 600_000);

  afterAll(() => {
    process.stdout.write(`${matrix(outcomes).join('\n')}\n`);
    gateways.end();
  });

  for (const row of rows) {
    const { name, expect: code, beside = {}, says, blind } = row;
    it(`${name} → ${code ?? 'nothing'}`, () => {
      const { live, record, codes, failure } = outcomes.get(row) as Outcome;
      expect(live.stderr, failure).toBe('');
      if (code === undefined) {
        expect(codes, JSON.stringify(record?.findings, null, 1)).toEqual([]);
        return;
      }
      expect(codes, `${failure}\n${JSON.stringify(record?.findings, null, 1)}`).toContain(code);
      expect(codes[0]).toBe(code);
      expect(codes.filter((each) => each !== code && !(each in beside))).toEqual([]);
      if (says !== undefined)
        expect(
          record?.findings
            .filter((each) => each.code === code)
            .map(({ title }) => title)
            .join('\n'),
        ).toMatch(says);
      if (blind === undefined) expect(live.status).toBe(1);
    });
  }

  it.each(rows)('$name: the bundle says the same, and no secret', (row) => {
    const { record, fromBundle, collect, bundle, secrets } = outcomes.get(row) as Outcome;
    expect(collect.stderr).toBe('');
    expect(fromBundle.stderr).toBe('');
    const again = JSON.parse(fromBundle.stdout) as VerifyRecord;
    expect(withoutNow(again.checks)).toEqual(withoutNow(record?.checks));
    expect(withoutNow(again.findings)).toEqual(withoutNow(record?.findings));
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.filter((secret) => bundle.includes(secret))).toEqual([]);
  });
});

/** The host was looked at twice, and a minute may have begun in between. */
function withoutNow(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null).replaceAll(/now \d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'now'));
}

async function look(gateways: Gateways, { on, damage }: Fault): Promise<Outcome> {
  const { ran, out, failure } = await gateways.visit(on, damage, commands);
  const file = join(out, 'bundle.json.gz');
  const live = ran['live'] as Ran;
  const collect = ran['collect'] as Ran;
  const record = live.stdout.startsWith('{') ? (JSON.parse(live.stdout) as VerifyRecord) : undefined;
  const found = record === undefined ? { codes: [`no answer: ${live.stderr}${failure}`], consequences: [] } : faultsOf(record);
  const collected = collect.status === 0;
  return {
    live,
    record,
    codes: found.codes.filter((code) => !OF_THE_KERNEL.has(code)),
    consequences: found.consequences,
    fromBundle: collected ? await gateways.judgeBundle(file) : { status: -1, stdout: '{}', stderr: '' },
    collect,
    bundle: collected ? bundleText(file) : '',
    secrets: secretsIn(ran['secrets']?.stdout ?? ''),
    failure,
  };
}

/** One line a row: what was broken, what was named first, what else. */
function matrix(outcomes: ReadonlyMap<Fault, Outcome>): readonly string[] {
  const widest = Math.max(...rows.map(({ name }) => name.length));
  return [...outcomes].map(([{ name, on, expect: code, beside = {} }, { codes, consequences }]) => {
    const others = codes.filter((each) => each !== code && !(each in beside));
    const good = (code === undefined || codes[0] === code) && others.length === 0;
    const below = consequences.length === 0 ? '' : `   (explains ${consequences.join(', ')})`;
    return `${good ? 'ok ' : 'BAD'} ${on.padEnd(5)} ${name.padEnd(widest)}  ${codes.join(', ') || '-'}${below}`;
  });
}
