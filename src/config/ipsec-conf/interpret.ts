import type { Connection, Sourced } from '../../model/connection.js';
import { parseProposal, splitProposals } from '../proposals.js';
import { RemarkList } from '../source.js';
import { atLeast } from '../versions.js';
import { addressesOf, buildEnd, endKeys } from './build-end.js';
import { checkKeyword, isComment } from './check-keywords.js';
import { defaultsOf, type IpsecConfDefaults } from './defaults.js';
import type { IpsecConf, IpsecConfDocument, IpsecConfProduct, IpsecConfSection } from './document.js';
import { localSide } from './local-side.js';
import { canonicalKey, type Effective, Inheritance } from './settings.js';
import { remarkOnSubnet } from './subnets.js';
import { faultOfValue, readBoolean, readSeconds } from './values.js';

export interface IpsecConfContext {
  readonly product: IpsecConfProduct;
  /** `4.10`; absent: the newest is assumed, and nothing is an error because of the version. */
  readonly version?: string;
  /** This host's addresses: they tell left from right. */
  readonly addresses: readonly string[];
}

/** What an ipsec.conf means to its product. Pure: the same document may be read for another product or host. */
export function interpretIpsecConf(document: IpsecConfDocument, context: IpsecConfContext): IpsecConf {
  const { product, version } = context;
  const remarkList = new RemarkList();
  for (const remark of document.remarks) remarkList.add(remark);
  for (const section of document.sections) remarkOnSection(section, context, remarkList);
  remarkOnNames(document, product, remarkList);
  const inheritance = new Inheritance(document, product, remarkList);
  const connections: Connection[] = [];
  const setup = setupOf(document, product);
  const done = new Set<string>();
  for (const section of document.sections) {
    if (section.kind !== 'conn' || section.name === '%default' || section.name === '') continue;
    if (product === 'strongswan' && done.has(section.name)) continue;
    done.add(section.name);
    const effective = inheritance.effective(section);
    if (!isConnection(section, effective, inheritance.alsoTargets, product)) continue;
    const connection = connectionOf(section, effective, context);
    connections.push(product === 'openswan' ? { ...connection, natTraversal: natTraversalOf(setup, section.file) } : connection);
  }
  return {
    product,
    ...(version !== undefined && { productVersion: version }),
    files: document.files,
    setup,
    connections,
    remarks: remarkList.remarks,
  };
}

function setupOf(document: IpsecConfDocument, product: IpsecConfProduct): ReadonlyMap<string, Sourced<string>> {
  const setup = new Map<string, Sourced<string>>();
  for (const section of document.sections)
    if (section.kind === 'setup')
      for (const { key, value } of section.settings)
        if (!isComment(key, product)) setup.set(canonicalKey(key, product).toLowerCase(), value);
  return setup;
}

/** Openswan wants to be told (`nat_traversal=`); the others always have it. */
function natTraversalOf(setup: IpsecConf['setup'], file: string): Sourced<boolean> {
  const said = setup.get('nat_traversal');
  const value = said === undefined ? undefined : readBoolean(said.value, 'openswan');
  return said === undefined || value === undefined ? { value: false, file, line: 0 } : { ...said, value };
}

function remarkOnSection(section: IpsecConfSection, { product, version }: IpsecConfContext, remarks: RemarkList): void {
  if (section.kind === 'ca' && product !== 'strongswan')
    remarks.add({
      file: section.file,
      line: section.line,
      severity: 'error',
      code: 'syntax',
      text: `${product} knows no ca sections`,
    });
  for (const setting of section.settings) {
    const remark = checkKeyword(setting, section.kind, product, version);
    if (remark !== undefined) remarks.add(remark);
    const { value, file, line } = setting.value;
    const key = canonicalKey(setting.key, product);
    const fault = faultOfValue(key, value, product, version);
    if (fault !== undefined) {
      const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value;
      remarks.add({ file, line, severity: 'error', code: 'bad-value', text: `${setting.key}=${shown} ${fault}` });
    }
    if (/^(left|right)subnet(s|within)?$/.test(key)) remarkOnSubnet(setting, remarks);
  }
}

function remarkOnNames(document: IpsecConfDocument, product: IpsecConfProduct, remarks: RemarkList): void {
  const first = new Map<string, IpsecConfSection>();
  for (const section of document.sections) {
    if (section.kind === 'setup' || section.name === '%default') continue;
    const key = `${section.kind} ${section.name}`;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, section);
    else
      remarks.add({
        file: section.file,
        line: section.line,
        severity: 'warning',
        code: 'duplicate-section',
        text:
          product === 'strongswan'
            ? `${key} is there already in ${earlier.file}:${earlier.line}: the two are taken together`
            : `${key} is there already in ${earlier.file}:${earlier.line}: the later one replaces it`,
      });
  }
}

/** A section that others include and that nobody starts is a template. */
function isConnection(section: IpsecConfSection, effective: Effective, targets: ReadonlySet<string>, product: IpsecConfProduct): boolean {
  if (effective.size === 0) return false;
  const ends = ['left', 'right'].filter((side) => effective.has(side)).length;
  const auto = effective.get('auto')?.[0]?.value.toLowerCase() ?? 'ignore';
  const ownAuto = section.settings.some(({ key }) => canonicalKey(key, product) === 'auto');
  if (targets.has(section.name) && (auto === 'ignore' || (!ownAuto && ends < 2))) return false;
  return ends > 0 || (product === 'strongswan' && auto !== 'ignore');
}

function connectionOf(section: IpsecConfSection, effective: Effective, { product, version, addresses }: IpsecConfContext): Connection {
  const unsaid: Sourced<string> = { value: '', file: section.file, line: 0 };
  const defaults = defaultsOf(product, version);
  const taken = new Set<string>(endKeys);
  const first = (...keys: readonly string[]): Sourced<string> | undefined => {
    for (const key of keys) taken.add(key);
    return keys.map((key) => effective.get(key)?.[0]).find((value) => value !== undefined);
  };
  const boolean = (fallback: boolean, ...keys: readonly string[]): Sourced<boolean> => {
    const said = first(...keys);
    const value = said === undefined ? undefined : readBoolean(said.value, product);
    if (said !== undefined && value === undefined) for (const key of keys) taken.delete(key);
    return said === undefined || value === undefined ? { ...unsaid, value: fallback } : { ...said, value };
  };
  const seconds = (fallback: number, ...keys: readonly string[]): Sourced<number> => {
    const said = first(...keys);
    const value = said === undefined ? undefined : readSeconds(said.value);
    if (said !== undefined && value === undefined) for (const key of keys) taken.delete(key);
    return said === undefined || value === undefined ? { ...unsaid, value: fallback } : { ...said, value };
  };
  const texts = (side: 'left' | 'right') => addressesOf(side, effective, product, unsaid).map(({ value }) => value);
  const { side, certainty } = localSide(texts('left'), texts('right'), addresses, product);
  const ah = first('ah');
  const esp = first('phase2alg', 'esp');
  const phase2 = first('phase2', 'auth');
  const ike = first('ike');
  const espProposals = proposalsOf(ah ?? esp);
  taken.add('authby');
  return {
    name: section.name,
    dialect: product === 'strongswan' ? 'stroke' : product,
    file: section.file,
    line: section.line,
    side: certainty,
    localSide: side,
    local: buildEnd(side, effective, product, unsaid),
    remote: buildEnd(side === 'left' ? 'right' : 'left', effective, product, unsaid),
    ikeVersion: ikeVersionOf(first('keyexchange'), first('ikev2'), product, version, defaults, unsaid),
    aggressive: boolean(false, 'aggressive', 'aggrmode'),
    mode: modeOf(first('type'), taken, unsaid),
    protocol: protocolOf(ah, phase2, unsaid),
    ikeProposals: proposalsOf(ike),
    espProposals,
    pfs: pfsOf(product === 'strongswan' ? undefined : boolean(true, 'pfs'), espProposals, version, unsaid),
    ikeLifetime: seconds(defaults.ikeLifetime, 'ikelifetime'),
    childLifetime: seconds(defaults.childLifetime, 'ipsec-lifetime', 'salifetime', 'keylife', 'lifetime'),
    forceEncapsulation: boolean(false, 'encapsulation', 'forceencaps'),
    compress: boolean(false, 'compress'),
    auto: first('auto') ?? { ...unsaid, value: 'ignore' },
    other: otherOf(effective, taken, product),
  };
}

function proposalsOf(value: Sourced<string> | undefined): readonly Sourced<string>[] {
  return value === undefined ? [] : splitProposals(value.value).map((proposal) => ({ ...value, value: proposal }));
}

function ikeVersionOf(
  keyexchange: Sourced<string> | undefined,
  ikev2: Sourced<string> | undefined,
  product: IpsecConfProduct,
  version: string | undefined,
  defaults: IpsecConfDefaults,
  unsaid: Sourced<string>,
): Connection['ikeVersion'] {
  const word = keyexchange?.value.toLowerCase();
  if (keyexchange !== undefined && (word === 'ikev1' || word === 'isakmp' || word === 'oakley')) return { ...keyexchange, value: 'ikev1' };
  if (keyexchange !== undefined && (word === 'ikev2' || word === 'rfc7296')) return { ...keyexchange, value: 'ikev2' };
  if (ikev2 !== undefined && product !== 'strongswan') {
    // Since 3.28 there is no "either": permit means no, propose means yes.
    const either = product === 'openswan' || (version !== undefined && !atLeast(version, '3.28'));
    switch (ikev2.value.toLowerCase()) {
      case 'no':
      case 'n':
      case 'never':
        return { ...ikev2, value: 'ikev1' };
      case 'permit':
        return { ...ikev2, value: either ? 'any' : 'ikev1' };
      case 'yes':
      case 'y':
      case 'propose':
        return { ...ikev2, value: either ? 'any' : 'ikev2' };
      case 'insist':
      case 'always':
        return { ...ikev2, value: 'ikev2' };
    }
  }
  return { ...unsaid, value: defaults.ikeVersion };
}

function modeOf(type: Sourced<string> | undefined, taken: Set<string>, unsaid: Sourced<string>): Connection['mode'] {
  if (type === undefined) return { ...unsaid, value: 'tunnel' };
  switch (type.value.toLowerCase()) {
    case 'tunnel':
    case 'beet':
      return { ...type, value: 'tunnel' };
    case 'transport':
    case 'transport_proxy':
      return { ...type, value: 'transport' };
    case 'pass':
    case 'passthrough':
      return { ...type, value: 'pass' };
    case 'drop':
      return { ...type, value: 'drop' };
    case 'reject':
      return { ...type, value: 'reject' };
    default:
      taken.delete('type');
      return { ...unsaid, value: 'tunnel' };
  }
}

function protocolOf(ah: Sourced<string> | undefined, phase2: Sourced<string> | undefined, unsaid: Sourced<string>): Connection['protocol'] {
  if (ah !== undefined) return { ...ah, value: 'ah' };
  if (phase2 === undefined) return { ...unsaid, value: 'esp' };
  return { ...phase2, value: phase2.value.toLowerCase() === 'ah' ? 'ah' : 'esp' };
}

/** strongSwan has no `pfs=`: there is PFS when an ESP proposal has a group, and since 6.0.2 when there is no proposal at all. */
function pfsOf(
  said: Sourced<boolean> | undefined,
  espProposals: readonly Sourced<string>[],
  version: string | undefined,
  unsaid: Sourced<string>,
): Sourced<boolean> {
  if (said !== undefined) return said;
  const first = espProposals[0];
  if (first === undefined) return { ...unsaid, value: version === undefined || atLeast(version, '6.0.2') };
  return { ...first, value: espProposals.some(({ value }) => parseProposal(value, 'esp').hasKeyExchange) };
}

/** Everything that has no place of its own, and what has one but could not be read. */
function otherOf(effective: Effective, taken: ReadonlySet<string>, product: IpsecConfProduct): Connection['other'] {
  return [...effective.entries()]
    .filter(([key]) => !taken.has(key) && !isComment(key, product))
    .flatMap(([key, values]) => values.map((value) => ({ key, value })));
}
