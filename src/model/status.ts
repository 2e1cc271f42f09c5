/**
 * How a check or a probe step ended. `unknown`: we could not look (no right, tool missing);
 * `skip`: it does not apply here. A guess is never `fail`.
 */
export type Status = 'pass' | 'warn' | 'fail' | 'skip' | 'unknown';
