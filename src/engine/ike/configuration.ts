import type { Cp, CpAttribute } from '../../wire/ike/payloads/cp.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import { CFG_ATTRIBUTE, CFG_TYPE } from '../../wire/ike/tables/configuration.js';
import { addressBytes } from '../../wire/ip/address.js';
import type { AddressPool } from './address-pool.js';
import { hostSelector } from './selectors.js';
import type { ConfigurationPool, ConfigurationRequest } from './settings.js';

const NOTHING = new Uint8Array(0);

/** What we ask the gateway for (RFC 7296 §2.19, §3.15): attributes without value. */
export function configurationRequest({ ipv4, ipv6, dns, subnets }: ConfigurationRequest): Cp {
  const wanted = [
    ...(ipv4 ? [CFG_ATTRIBUTE.INTERNAL_IP4_ADDRESS] : []),
    ...(ipv6 ? [CFG_ATTRIBUTE.INTERNAL_IP6_ADDRESS] : []),
    ...(dns && (ipv4 || !ipv6) ? [CFG_ATTRIBUTE.INTERNAL_IP4_DNS] : []),
    ...(dns && ipv6 ? [CFG_ATTRIBUTE.INTERNAL_IP6_DNS] : []),
    ...(subnets && (ipv4 || !ipv6) ? [CFG_ATTRIBUTE.INTERNAL_IP4_SUBNET] : []),
    ...(subnets && ipv6 ? [CFG_ATTRIBUTE.INTERNAL_IP6_SUBNET] : []),
  ];
  return { type: CFG_TYPE.CFG_REQUEST, attributes: wanted.map((type) => ({ type, value: NOTHING })) };
}

/** What the gateway answers. */
export interface ConfigurationAnswer {
  readonly cp: Cp;
  /** Selectors of the addresses given. */
  readonly assigned: readonly AddressSelector[];
  /** Addresses were asked for and there was none (INTERNAL_ADDRESS_FAILURE). */
  readonly failed: boolean;
}

/** Answers a CFG_REQUEST from the pool. `owner`: number of the IKE SA that gets the addresses. */
export function answerRequest(request: Cp, pool: AddressPool, settings: ConfigurationPool | undefined, owner: number): ConfigurationAnswer {
  const asked = new Map(request.attributes.map(({ type, value }) => [type, value]));
  const attributes: CpAttribute[] = [];
  const assigned: AddressSelector[] = [];
  const give = (type: number, family: 4 | 6): boolean => {
    const wish = asked.get(type);
    if (wish === undefined) return false;
    const address = pool.lease(owner, family, wish.subarray(0, family === 4 ? 4 : 16));
    if (address === undefined) return false;
    const bytes = addressBytes(address);
    attributes.push({ type, value: family === 4 ? bytes : Buffer.concat([bytes, Uint8Array.of(128)]) });
    assigned.push(hostSelector(address));
    return true;
  };
  const got4 = give(CFG_ATTRIBUTE.INTERNAL_IP4_ADDRESS, 4);
  const got6 = give(CFG_ATTRIBUTE.INTERNAL_IP6_ADDRESS, 6);
  for (const server of settings?.dns ?? []) {
    const type = server.includes(':') ? CFG_ATTRIBUTE.INTERNAL_IP6_DNS : CFG_ATTRIBUTE.INTERNAL_IP4_DNS;
    if (asked.has(type)) attributes.push({ type, value: addressBytes(server) });
  }
  for (const subnet of settings?.subnets ?? []) {
    const type = subnet.includes(':') ? CFG_ATTRIBUTE.INTERNAL_IP6_SUBNET : CFG_ATTRIBUTE.INTERNAL_IP4_SUBNET;
    if (asked.has(type)) attributes.push({ type, value: subnetValue(subnet) });
  }
  const wanted = asked.has(CFG_ATTRIBUTE.INTERNAL_IP4_ADDRESS) || asked.has(CFG_ATTRIBUTE.INTERNAL_IP6_ADDRESS);
  return { cp: { type: CFG_TYPE.CFG_REPLY, attributes }, assigned, failed: wanted && !got4 && !got6 };
}

/** Address and mask, or address and length of the prefix (RFC 7296 §3.15.1). */
export function subnetValue(subnet: string): Uint8Array {
  const [address = '', bits = '0'] = subnet.split('/');
  const bytes = addressBytes(address);
  if (bytes.length === 16) return Buffer.concat([bytes, Uint8Array.of(Number(bits))]);
  const mask = bits === '0' ? 0 : (0xffffffff << (32 - Number(bits))) >>> 0;
  return Buffer.concat([bytes, Uint8Array.of(mask >>> 24, (mask >>> 16) & 255, (mask >>> 8) & 255, mask & 255)]);
}
