import { count } from '../bytes/count.js';
import { shellWord } from '../bytes/shell-word.js';
import { type Answer, answered } from '../host/host.js';
import type { Route, RoutingRule } from '../host/linux/routes.js';
import type { XfrmPolicy } from '../host/linux/xfrm-policies.js';
import { covers, overlaps, parseAddressRange } from '../wire/ip/address-range.js';
import type { Check, CheckLine } from './check.js';
import { asRoot, hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';
import { protecting } from './shared/policy-selectors.js';
import { routeInWords } from './shared/route-choice.js';

interface Facts {
  readonly routes: Answer<readonly Route[]>;
  readonly rules: Answer<readonly RoutingRule[]>;
  readonly policies: Answer<readonly XfrmPolicy[]>;
  readonly strongswan: boolean;
  /** The configuration tells charon to install no routes. */
  readonly routesOff: boolean;
}

const LABEL = 'strongSwan routes (table 220)';
const TABLE = '220';
const settings = [
  '/etc/strongswan.conf',
  '/etc/strongswan.d/charon.conf',
  '/etc/strongswan/strongswan.conf',
  '/etc/strongswan/strongswan.d/charon.conf',
];

export const check: Check<Facts> = {
  id: 'route-table-220',
  group: 'routing',
  title: LABEL,
  reads: ['ip -j rule', 'ip -j route show table all', 'ip xfrm policy', ...settings],
  refs: ['strongswan.conf(5): charon.install_routes, charon.routing_table'],
  async facts(host) {
    const [routes, rules, policies, stacks, ...files] = await Promise.all([
      host.routes(),
      host.routingRules(),
      host.xfrmPolicies(),
      host.runningStacks(),
      ...settings.map((path) => host.host.readFile(path)),
    ]);
    const text = files.map((file) => answered(file) ?? '').join('\n');
    return {
      routes,
      rules,
      policies,
      strongswan: stacks.some(({ id }) => id === 'strongswan'),
      routesOff:
        /^[^#\n]*\binstall_routes\s*=\s*(no|0|false|disabled)\b/m.test(text) || /^[^#\n]*\brouting_table\s*=\s*(?!220\b)\d+/m.test(text),
    };
  },
  judge({ routes, rules, policies, strongswan, routesOff }) {
    if (!routes.ok) return [unseen(LABEL, routes)];
    const own = routes.value.filter(({ table }) => table === TABLE);
    if (!strongswan && own.length === 0) return [skip(LABEL, 'strongSwan does not run')];
    if (!strongswan) return [leftOver(own, 'no strongSwan runs', 'no-daemon')];
    if (routesOff) return [skip(LABEL, 'switched off in strongswan.conf')];
    if (!rules.ok) return [unseen(LABEL, rules)];
    const lines: CheckLine[] = [];
    const rule = rules.value.find(({ table }) => table === TABLE);
    if (rule === undefined && own.length > 0) lines.push(ruleMissing(own));
    // Only what a policy sends into a tunnel has a route here.
    if (policies.ok) {
      const remotes = protecting(policies.value).filter(({ direction }) => direction === 'out');
      const bypasses = policies.value.filter(({ direction, templates }) => direction === 'out' && templates.length === 0);
      const stale = own.filter(
        ({ destination, type }) =>
          type === 'unicast' && ![...remotes, ...bypasses].some((policy) => touch(policy.destination, destination)),
      );
      if (stale.length > 0) lines.push(leftOver(stale, 'no policy belongs to it', 'stale'));
    }
    if (lines.length > 0) return lines;
    return [pass(LABEL, own.length === 0 ? 'empty: no tunnel is up, or none needs a route' : count(own.length, 'route'))];
  },
};

function touch(a: string, b: string): boolean {
  const one = parseAddressRange(a);
  const two = parseAddressRange(b);
  return one !== undefined && two !== undefined && (overlaps(one, two) || covers(two, one));
}

function change(verb: 'add' | 'del', route: Route): string {
  const { destination, gateway, device, source, family } = route;
  return [
    `ip ${family === 'ipv6' ? '-6 ' : ''}route ${verb} ${destination}`,
    ...(gateway === undefined ? [] : [`via ${gateway}`]),
    ...(device === undefined ? [] : [`dev ${shellWord(device)}`]),
    ...(source === undefined ? [] : [`src ${source}`]),
    `table ${TABLE}`,
  ].join(' ');
}

function leftOver(stale: readonly Route[], why: string, what: string): CheckLine {
  const mend = stale.map((route) => ({
    comment: `left over in table ${TABLE}: ${why}`,
    apply: change('del', route),
    undo: change('add', route),
  }));
  return {
    status: 'warn',
    label: LABEL,
    detail: `${stale.slice(0, 2).map(routeInWords).join('; ')}${stale.length > 2 ? ' …' : ''}: ${why}`,
    mend,
    finding: hostFinding(check.id, {
      what,
      severity: 'warning',
      confidence: 0.8,
      title: `${stale.length === 1 ? 'A route' : `${stale.length} routes`} of strongSwan in table ${TABLE} ${stale.length === 1 ? 'is' : 'are'} left over: ${why}`,
      cause:
        'Rule 220 is asked before the main table: these routes still decide by which interface and with which source this host sends to the remote networks.',
      evidence: stale.slice(0, 6).map((route) => ({ text: `ip route show table ${TABLE}: ${routeInWords(route)}` })),
      fix: [asRoot(...mend.slice(0, 6).map(({ apply }) => apply))],
      retest: `vpndoctor verify --only ${check.id}; ip route show table ${TABLE}`,
      refs: check.refs,
    }),
  };
}

function ruleMissing(own: readonly Route[]): CheckLine {
  const family = own.every((route) => route.family === 'ipv6') ? '-6 ' : '';
  const apply = `ip ${family}rule add priority ${TABLE} lookup ${TABLE}`;
  return {
    status: 'fail',
    label: LABEL,
    detail: `${count(own.length, 'route')}, but no rule leads to the table`,
    mend: [{ comment: `strongSwan's routes are looked at again`, apply, undo: `ip ${family}rule del priority ${TABLE} lookup ${TABLE}` }],
    finding: hostFinding(check.id, {
      what: 'rule-missing',
      severity: 'error',
      confidence: 0.85,
      title: `The rule that leads to strongSwan's routes (table ${TABLE}) is gone`,
      cause:
        'charon makes it when it starts; a network manager that rewrites the rules takes it away. The routes into the tunnels, with their source addresses, are then never looked at.',
      evidence: [
        { text: `ip rule: none with lookup ${TABLE}` },
        ...own.slice(0, 3).map((route) => ({ text: `ip route show table ${TABLE}: ${routeInWords(route)}` })),
      ],
      fix: [asRoot(apply)],
      retest: `vpndoctor verify --only ${check.id}; ip rule`,
      refs: check.refs,
    }),
  };
}
