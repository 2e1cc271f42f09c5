const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** `4h`, `30m`, `3600s`, `3600`: seconds; undefined when it is no time. */
export function readDuration(text: string): number | undefined {
  const match = /^(\d{1,10})\s*([smhd]?)$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]) * (units[match[2] ?? ''] ?? 1);
}
