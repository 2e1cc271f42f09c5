/** Orders `3.28`, `4.10`, `5.9.14`: negative when `a` is older. What is not a number counts as 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(/[.\-_+~]/);
  const right = b.split(/[.\-_+~]/);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (Number.parseInt(left[i] ?? '', 10) || 0) - (Number.parseInt(right[i] ?? '', 10) || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `version` is known and at least `least`. */
export function atLeast(version: string | undefined, least: string): boolean {
  return version !== undefined && compareVersions(version, least) >= 0;
}

/** `version` is known and older than `limit`. */
export function olderThan(version: string | undefined, limit: string): boolean {
  return version !== undefined && compareVersions(version, limit) < 0;
}
