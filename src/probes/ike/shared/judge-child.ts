import { selectorFacts } from '../../../wire/ike/selector-facts.js';
import { fixes, inDialect, ipsecSubnet, productOf } from './dialect.js';
import { type Judge, peerOf } from './judge.js';

export const selectorsRefused: Judge = (refusal, target, facts) => {
  const child = target.tunnel.settings.child;
  const local = child === undefined ? '…' : textOf(child.localSelectors);
  const remote = child === undefined ? '…' : textOf(child.remoteSelectors);
  // Who asks for a user gives him an address as a rule, and takes no other (strongSwan with pools, libreswan with addresspool).
  const asksNone = target.tunnel.ikev1?.xauth !== undefined && target.tunnel.settings.request === undefined;
  return {
    slug: 'selectors-refused',
    severity: 'error',
    confidence: 0.95,
    title: `${peerOf(target, facts)} accepts none of our traffic selectors`,
    cause: `${refusal.text}. We asked for ${local} here and ${remote} there. ${asksNone ? 'It asks for a user, and such a gateway most likely gives us an address and takes no other: we have not asked for one. ' : ''}${
      target.tunnel.selectorsGiven
        ? 'The subnets must be the same crosswise, or ours within theirs.'
        : 'These are the widest there are, for the peer to narrow; peers with fixed policies (libreswan without narrowing=yes, Cisco ASA crypto maps) want their own subnets exactly.'
    } Which it has, it does not say. strongSwan says the same where it could not install its policies (its log: "unable to install").`,
    fix: [
      ...(asksNone ? [{ end: 'ours' as const, text: '--virtual-ip, and no --local-ts' }] : []),
      { end: 'ours', text: '--local-ts and --remote-ts with the subnets that are configured there, crosswise' },
      ...fixes(
        'theirs',
        inDialect(
          [
            `swanctl.conf: local_ts = ${remote}, remote_ts = ${local}`,
            `ipsec.conf: ${ipsecSubnet('left', remote)} ${ipsecSubnet('right', local)}${/,/.test(remote + local) ? ' (libreswan: leftsubnets={…} rightsubnets={…}, a tunnel for each pair)' : ''}`,
            'Cisco ASA: the access list of the crypto map, the mirror of ours',
          ],
          productOf(facts.vendorIds),
        ),
      ),
    ],
    refs: ['RFC 7296 §2.9'],
  };
};

const textOf = (selectors: Parameters<typeof selectorFacts>[0]['selectors']): string =>
  selectorFacts({ selectors })
    .map(({ text }) => text)
    .join(', ');

export const noAddress: Judge = (_refusal, target, facts) => ({
  slug: 'no-virtual-ip',
  severity: 'error',
  confidence: 0.95,
  title: `${peerOf(target, facts)} has no address for us`,
  cause:
    'We asked for a virtual address and it had none to give: the pool is empty, names no addresses of this family, or there is none in this connection.',
  fix: [
    {
      end: 'theirs',
      text: 'swanctl.conf: connections.….pools = NAME and pools { NAME { addrs = 10.3.0.0/24 } }; ipsec.conf rightaddresspool=10.3.0.2-10.3.0.254; swanctl --list-pools --leases shows who has them',
    },
    { end: 'ours', text: 'or do not ask: leave out --virtual-ip and give --local-ts' },
  ],
  refs: ['RFC 7296 §3.15.4'],
});

export const addressWanted: Judge = (_refusal, target, facts) => ({
  slug: 'virtual-ip-required',
  severity: 'error',
  confidence: 0.95,
  title: `${peerOf(target, facts)} wants to give us an address, and we did not ask for one`,
  cause: 'Its configuration is for remote access: the initiator has to ask for a virtual address (configuration payload).',
  fix: [
    { end: 'ours', text: '--virtual-ip; swanctl.conf vips = 0.0.0.0; ipsec.conf leftmodecfgclient=yes' },
    { end: 'theirs', text: 'or a connection without a pool for this peer' },
  ],
  refs: ['RFC 7296 §3.15.4'],
});

export const modeRefused: Judge = (refusal, target, facts) => ({
  slug: 'mode-mismatch',
  severity: 'error',
  confidence: 0.95,
  title: `${peerOf(target, facts)} makes ${refusal.theirs ?? 'another'} mode of it, we asked for ${refusal.ours ?? 'the other'}`,
  cause:
    'Transport mode is asked for by a notify; a peer that is not configured for it answers without and makes a tunnel (RFC 7296 §1.3.1).',
  fix: [
    { end: 'theirs', text: 'swanctl.conf: mode = transport; ipsec.conf type=transport' },
    { end: 'ours', text: 'or tunnel mode here too: without --transport-mode' },
  ],
  refs: ['RFC 7296 §1.3.1'],
});

export const childlessRefused: Judge = (_refusal, target, facts) => ({
  slug: 'childless-not-supported',
  severity: 'error',
  confidence: 0.95,
  title: `${peerOf(target, facts)} makes no IKE SA without a CHILD_SA`,
  cause: 'It did not announce CHILDLESS_IKEV2_SUPPORTED in IKE_SA_INIT.',
  fix: [
    { end: 'ours', text: 'without --no-child' },
    { end: 'theirs', text: 'swanctl.conf: childless = allow' },
  ],
  refs: ['RFC 6023 §3'],
});
