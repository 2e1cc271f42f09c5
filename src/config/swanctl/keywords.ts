/**
 * Options of swanctl.conf(5), strongSwan 5.2 to 6.0, by the kind of section. An unknown one makes the daemon refuse the whole
 * connection ("unknown option").
 */
const lists = {
  connection: `version local_addrs remote_addrs local_port remote_port proposals vips aggressive pull dscp encap mobike dpd_delay dpd_timeout
    fragmentation childless send_certreq send_cert ocsp ppk_id ppk_required keyingtries unique reauth_time rekey_time over_time rand_time
    pools if_id_in if_id_out mediation mediated_by mediation_peer`,
  // The daemon takes the options of either end at both.
  round: 'round auth id eap_id aaa_id xauth_id certs cacerts ca_id pubkeys groups cert_policy revocation',
  certificate: 'file handle slot module',
  child: `ah_proposals esp_proposals sha256_96 local_ts remote_ts rekey_time life_time rand_time rekey_bytes life_bytes rand_bytes
    rekey_packets life_packets rand_packets updown hostaccess mode policies policies_fwd_out dpd_action ipcomp inactivity reqid priority
    interface mark_in mark_in_sa mark_out set_mark_in set_mark_out if_id_in if_id_out label label_mode tfc_padding replay_window
    per_cpu_sas hw_offload copy_df copy_ecn copy_dscp icmp start_action close_action`,
  authority: 'cacert file handle slot module crl_uris ocsp_uris cert_uri_base',
} as const;

export type SwanctlSectionKind = keyof typeof lists;

const sets = Object.fromEntries(Object.entries(lists).map(([kind, list]) => [kind, new Set(list.split(/\s+/))])) as unknown as Readonly<
  Record<SwanctlSectionKind, ReadonlySet<string>>
>;

/** Whether a section of that kind has the option; with numbered ones (`cert1`) taken for their stem. */
export function isOption(kind: SwanctlSectionKind, key: string): boolean {
  return sets[kind].has(key);
}

/** Kinds of secrets by the beginning of their section's name; the longer before the shorter. */
export const secretSections = [
  'pkcs12',
  'pkcs8',
  'private',
  'ecdsa',
  'token',
  'xauth',
  'ntlm',
  'bliss',
  'eap',
  'ike',
  'ppk',
  'rsa',
] as const;
