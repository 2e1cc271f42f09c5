import { createStyle, type Style } from '../../src/report/style.js';

/** Text without colour for a terminal of that many columns. */
export function plainStyle(columns = 80): Style {
  return createStyle({ isTTY: true, columns, env: {} }, true);
}
