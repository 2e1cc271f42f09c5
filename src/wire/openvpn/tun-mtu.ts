/** `tun-mtu-extra` of tap. */
const TAP_EXTRA = 32;

/**
 * Whether two values of `tun-mtu` in options strings say the same: with tap, releases before 2.6 count 32 bytes more than those since
 * (`options.c`, `options_string`). Values as they stand behind the word; undefined: not there.
 */
export function agreesOnTunMtu(device: string | undefined, one: string | undefined, other: string | undefined): boolean {
  if (one === other) return true;
  return device === 'tap' && Math.abs(Number(one) - Number(other)) === TAP_EXTRA;
}
