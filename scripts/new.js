// Starts a new thing: its file and its test, both failing until they are filled in.
//   npm run new -- rule peer-silent
//   npm run new -- check rp-filter
//   npm run new -- probe my-step
//   npm run new -- openvpn-probe my-step
//   npm run new -- payload ke
//   npm run new -- command status
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * A step of a probe and its test: path -> text.
 * @type {(protocol: string, id: string, test: string) => Record<string, string>}
 */
const probeStep = (protocol, id, test) => ({
  [`src/probes/${protocol}/${id}.ts`]: `import { applies } from '../shared/probe.js';
import type { Probe } from './probe.js';

/** TODO: what it finds out, and what it cannot. Its id goes into probe-ids.ts at its place. */
export const probe: Probe = {
  id: '${id}',
  title: '',
  after: [],
  plan: () => applies,
  async run(_context) {
    return { status: 'unknown', text: '' };
  },
};
`,
  [`test/probes/${protocol}/${id}.test.ts`]: test,
});

/** `my-payload` -> `MyPayload`. @param {string} id */
const typeName = (id) => id.replace(/(?:^|-)(.)/g, (_, letter) => letter.toUpperCase());

/** @type {Record<string, (id: string) => Record<string, string>>} path -> text, per kind */
const kinds = {
  rule: (id) => ({
    [`src/rules/${id}.ts`]: `import type { Rule } from './rule.js';

/** TODO: what the wire shows, and what it cannot show. */
export const rule: Rule = {
  code: '${id.replace('-', '/')}',
  title: '',
  severity: 'error',
  refs: [],
  dependsOn: [],
  evaluate(_facts) {
    return [];
  },
};
`,
    [`test/rules/${id}.test.ts`]: `import { rule } from '../../src/rules/${id}.js';
import { capture } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  { name: 'the fault', facts: capture(), finds: 'error' },
  { name: 'nothing without it', facts: capture() },
]);
`,
  }),
  check: (id) => ({
    [`src/checks/${id}.ts`]: `import type { Answer } from '../host/host.js';
import type { Check } from './check.js';
import { pass, unseen } from './shared/lines.js';

const LABEL = '';

export const check: Check<Answer<string>> = {
  id: '${id}',
  group: 'system',
  title: LABEL,
  reads: [],
  refs: [],
  facts: (host) => host.sysctl(''),
  judge(value) {
    if (!value.ok) return [unseen(LABEL, value)];
    return [pass(LABEL, value.value)];
  },
};
`,
    [`test/checks/${id}.test.ts`]: `import { check } from '../../src/checks/${id}.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

checkCases(check, [
  { name: 'in order', host: healthyHost(), status: 'pass' },
  { name: 'broken', host: healthyHost({ files: {} }), status: 'fail', codes: ['host/${id}'] },
  { name: 'nothing to be seen', host: new FakeHost(), status: 'unknown' },
]);
`,
  }),
  probe: (id) =>
    probeStep(
      'ike',
      id,
      `import { expect, it } from 'vitest';
import { runLab } from '../../support/probe-lab.js';

it('passes with a peer that works', async () => {
  expect((await runLab()).status['${id}']).toBe('pass');
});
`,
    ),
  'openvpn-probe': (id) =>
    probeStep(
      'openvpn',
      id,
      `import { expect, it } from 'vitest';
import { probes } from '../../../src/probes/openvpn/index.js';

it('is one of the steps', () => {
  expect(probes.find(({ id }) => id === '${id}')?.title).not.toBe('');
});
`,
    ),
  payload: (id) => ({
    [`src/wire/ike/payloads/${id}.ts`]: `import type { PayloadCodec } from '../payload-codec.js';

/** TODO: the payload, with its RFC section. */
export interface ${typeName(id)} {
  readonly data: Uint8Array;
}

export const payload: PayloadCodec<'${id}', ${typeName(id)}> = {
  name: '${id}',
  spec: '',
  decode: (r) => ({ data: r.rest() }),
  encode(value, w) {
    w.bytes(value.data);
  },
};
`,
    [`test/wire/ike/payloads/${id}.test.ts`]: `import { payload } from '../../../../src/wire/ike/payloads/${id}.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('${id}', payload, [{ name: 'TODO', hex: '00', value: { data: new Uint8Array(0) } }]);
`,
  }),
  command: (id) => ({
    [`src/commands/${id}.ts`]: `import type { CommandEntry } from './command.js';

export const command: CommandEntry = {
  name: '${id}',
  register(program) {
    program.command('${id}').description('');
  },
};
`,
    [`test/commands/${id}.test.ts`]: `import { describe, expect, it } from 'vitest';
import { command } from '../../src/commands/${id}.js';

describe('vpndoctor ${id}', () => {
  it('is registered under its file name', () => {
    expect(command.name).toBe('${id}');
  });
});
`,
  }),
};

const [kind = '', id = ''] = process.argv.slice(2);
const make = kinds[kind];
if (make === undefined || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) {
  console.error(`usage: npm run new -- ${Object.keys(kinds).join('|')} kebab-case-id`);
  process.exit(2);
}
for (const [path, text] of Object.entries(make(id))) {
  const full = join(root, path);
  if (existsSync(full)) {
    console.error(`${path} is there already`);
    process.exit(2);
  }
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  console.log(path);
}
console.log('then: npm run gen');
