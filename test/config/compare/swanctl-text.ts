/** The connection of a swanctl.conf, in IKEv1 and with a pre-shared key; `children` as they stand in the file, indented by six. */
export function swanctlText(connection: {
  readonly name: string;
  readonly local: string;
  readonly remote: string;
  readonly proposals: string;
  readonly rekey: string;
  readonly children: string;
}): string {
  const { name, local, remote, proposals, rekey, children } = connection;
  return `connections {
  ${name} {
    version = 1
    local_addrs = ${local}
    remote_addrs = ${remote}
    proposals = ${proposals}
    rekey_time = ${rekey}
    dpd_delay = 10s
    local {
      auth = psk
    }
    remote {
      auth = psk
    }
    children {
${children}
    }
  }
}
`;
}

/** A child of it. */
export function childText(child: {
  readonly name: string;
  readonly local: string;
  readonly remote: string;
  readonly proposals: string;
  readonly life: string;
  readonly start: 'trap' | 'start';
}): string {
  const { name, local, remote, proposals, life, start } = child;
  return `      ${name} {
        local_ts = ${local}
        remote_ts = ${remote}
        esp_proposals = ${proposals}
        life_time = ${life}
        start_action = ${start}
      }`;
}
