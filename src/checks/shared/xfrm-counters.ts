/** What a counter of /proc/net/xfrm_stat says. */
export interface XfrmCounter {
  readonly meaning: string;
  readonly cause: string;
  readonly fix: string;
  /** Happens now and then where all is well: around a rekey, a restart, on a network that reorders. */
  readonly usual: boolean;
}

const POLICIES = 'compare "ip xfrm policy" with "ip xfrm state": which template wants what no SA has';
const BLOCKS =
  '"ip xfrm policy list action block" shows the policies that discard; take their connection out, or the setting that made them (type=drop, type=reject, failureshunt=, mode = drop)';
const STALE =
  'switch dead peer detection on at both ends, so that a restarted end is noticed; otherwise restart the connection at both ends';

/** Linux Documentation/networking/xfrm_proc; causes from practice. */
export const xfrmCounters: Readonly<Record<string, XfrmCounter>> = {
  XfrmInError: {
    meaning: 'inbound: other errors',
    cause: 'A packet could not be processed for a reason that no other counter has.',
    fix: 'journalctl -k -b',
    usual: false,
  },
  XfrmInBufferError: {
    meaning: 'inbound: no buffer',
    cause: 'The kernel is short of memory for packets.',
    fix: 'free memory; look at "ip -s link" for drops',
    usual: false,
  },
  XfrmInHdrError: {
    meaning: 'inbound: broken header',
    cause: 'ESP or AH packets arrive cut or are no ESP at all: a device on the path changes them.',
    fix: 'vpndoctor sniff -i any --esp at both ends and compare lengths',
    usual: false,
  },
  XfrmInNoStates: {
    meaning: 'ESP or AH arrived for which there is no SA',
    cause:
      'The peer uses an SPI that this host does not know (any more): this end restarted, or the two ends rekeyed apart. Scans from strangers count here too.',
    fix: STALE,
    usual: true,
  },
  XfrmInStateProtoError: {
    meaning: 'inbound: the packet did not decrypt or its ICV is wrong',
    cause:
      'The two ends hold different keys, or cut the ICV to different lengths (SHA2-256 with 96 bits), or something changes packets on the path.',
    fix: 'vpndoctor sniff -i any --esp; set the same esp= on both ends (sha2-truncbug for old peers)',
    usual: false,
  },
  XfrmInStateModeError: {
    meaning: 'inbound: tunnel and transport mode mixed',
    cause: 'One end sends tunnel mode, the other expects transport mode.',
    fix: 'set the same type= (mode) at both ends',
    usual: false,
  },
  XfrmInStateSeqError: {
    meaning: 'inbound: replayed, or too old for the replay window',
    cause: 'The network reorders more than the window holds, duplicates packets, or the peer began to count anew under the old SA.',
    fix: 'a larger window at this end: replay-window=128 (libreswan), replay_window = 128 (swanctl.conf)',
    usual: true,
  },
  XfrmInStateExpired: {
    meaning: 'inbound: the SA has expired',
    cause: 'The peer still sends under an SA whose lifetime is over here: lifetimes differ or rekeying fails.',
    fix: 'align lifetimes; vpndoctor sniff shows whether rekeying fails',
    usual: true,
  },
  XfrmInStateMismatch: {
    meaning: 'inbound: the options of the SA do not fit the packet',
    cause: 'ESP arrives in UDP for an SA without encapsulation, or bare for one with it: the two ends do not agree whether there is a NAT.',
    fix: 'force the same at both ends: encapsulation=yes, encap = yes, or nothing at either',
    usual: false,
  },
  XfrmInStateInvalid: {
    meaning: 'inbound: the SA is not valid (yet)',
    cause: 'Packets arrive under an SA whose negotiation is not finished, or which is being deleted.',
    fix: STALE,
    usual: true,
  },
  XfrmInTmplMismatch: {
    meaning: 'inbound: no policy wants what arrived that way',
    cause:
      'A packet was decrypted by an SA that the policy does not accept, or arrived in clear where the policy demands IPsec: two connections share a selector, the peer sends in clear, or NAT changed addresses after decryption.',
    fix: POLICIES,
    usual: false,
  },
  XfrmInNoPols: {
    meaning: 'inbound: decrypted, but no policy covers it',
    cause: 'The peer sends traffic of other networks than agreed, or the policy is missing here.',
    fix: 'compare the selectors of both ends (leftsubnet and rightsubnet, local_ts and remote_ts)',
    usual: false,
  },
  XfrmInPolBlock: {
    meaning: 'inbound: a policy says discard',
    cause: 'A block policy (type=drop, failureshunt, mode = drop) covers the packet.',
    fix: BLOCKS,
    usual: true,
  },
  XfrmInPolError: { meaning: 'inbound: policy error', cause: 'The policy could not be applied.', fix: POLICIES, usual: false },
  XfrmAcquireError: {
    meaning: 'the kernel asked for an SA and got none',
    cause: 'A packet needed a tunnel; no daemon answered, or its negotiation did not end in time (net.core.xfrm_acq_expires).',
    fix: 'start the daemon; journalctl -u strongswan or -u ipsec shows why it does not come up',
    usual: true,
  },
  XfrmFwdHdrError: {
    meaning: 'forward: no route for what was decrypted',
    cause: 'The inner packet cannot be routed on, or redirected packets are not allowed.',
    fix: 'ip route get ADDRESS for the inner destination',
    usual: false,
  },
  XfrmOutError: {
    meaning: 'outbound: other errors',
    cause: 'A packet could not be sent for a reason that no other counter has.',
    fix: 'journalctl -k -b',
    usual: false,
  },
  XfrmOutBundleGenError: {
    meaning: 'outbound: the way to the peer could not be put together',
    cause: 'The policy matches, but there is no route to the peer, or no source address for it.',
    fix: 'ip route get PEER; set the source address of the connection',
    usual: false,
  },
  XfrmOutBundleCheckError: {
    meaning: 'outbound: the way to the peer is no longer valid',
    cause: 'A route or interface on the way to the peer went away under traffic.',
    fix: 'ip route get PEER',
    usual: true,
  },
  XfrmOutNoStates: {
    meaning: 'a policy matched, but there is no SA',
    cause: 'The tunnel is down, or was not up yet: the packet was dropped (and a negotiation started, if a daemon listens).',
    fix: 'bring the connection up and look why it is down: ipsec up NAME, swanctl --initiate --child NAME',
    usual: true,
  },
  XfrmOutStateProtoError: {
    meaning: 'outbound: encryption failed',
    cause: 'The cipher, or the hardware that does it, gave an error.',
    fix: 'switch off ESP offload (ethtool -K IF esp-hw-offload off) and look again',
    usual: false,
  },
  XfrmOutStateModeError: {
    meaning: 'outbound: the packet does not fit',
    cause:
      'Packets with DF that are larger than what remains inside the tunnel: ICMP "fragmentation needed" is due. Where that does not reach the sender, transfers hang.',
    fix: 'clamp the MSS: nft add rule … tcp flags syn tcp option maxseg size set rt mtu',
    usual: true,
  },
  XfrmOutStateSeqError: {
    meaning: 'outbound: sequence numbers are used up',
    cause: '2^32 packets went under one SA without ESN and without a rekey.',
    fix: 'rekey by packets or use ESN (esn=yes, -esn in the proposal)',
    usual: false,
  },
  XfrmOutStateExpired: {
    meaning: 'outbound: the SA has expired',
    cause: 'The lifetime is over and no new SA is there: rekeying fails.',
    fix: 'vpndoctor sniff shows what the peer answers to the rekey',
    usual: true,
  },
  XfrmOutPolBlock: {
    meaning: 'outbound: a policy says discard',
    cause: 'A block policy (type=drop, failureshunt, mode = drop, a trap without SA) covers the packet.',
    fix: BLOCKS,
    usual: true,
  },
  XfrmOutPolDead: {
    meaning: 'outbound: the policy is gone',
    cause: 'Packets were on their way while the policy was taken away.',
    fix: POLICIES,
    usual: true,
  },
  XfrmOutPolError: { meaning: 'outbound: policy error', cause: 'The policy could not be applied.', fix: POLICIES, usual: false },
  XfrmOutStateInvalid: {
    meaning: 'outbound: the SA is not valid',
    cause: 'An SA that is being made or deleted was used.',
    fix: STALE,
    usual: true,
  },
  XfrmInStateDirError: {
    meaning: 'inbound: an SA for sending was used for receiving',
    cause: 'Since Linux 6.10 SAs may have a direction; a daemon gave the wrong one.',
    fix: 'update the IKE daemon',
    usual: false,
  },
  XfrmOutStateDirError: {
    meaning: 'outbound: an SA for receiving was used for sending',
    cause: 'Since Linux 6.10 SAs may have a direction; a daemon gave the wrong one.',
    fix: 'update the IKE daemon',
    usual: false,
  },
  XfrmInIptfsError: {
    meaning: 'inbound: IP-TFS could not be unpacked',
    cause: 'The SA is of mode iptfs (RFC 9347) and what was decrypted is none, or is cut: the other end sends another mode.',
    fix: 'set the same mode at both ends (iptfs=, mode = iptfs)',
    usual: false,
  },
  XfrmOutNoQueueSpace: {
    meaning: 'outbound: the queue of IP-TFS is full',
    cause: 'More is to be sent than the SA of mode iptfs (RFC 9347) may send.',
    fix: 'a larger queue: iptfs-max-queue-size= (libreswan), or a mode without IP-TFS',
    usual: true,
  },
};
