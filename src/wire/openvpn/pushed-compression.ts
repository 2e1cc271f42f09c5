/** An option with its values. */
interface OptionLine {
  readonly name: string;
  readonly args: readonly string[];
}

/** Whether `comp-lzo` or `compress` names an algorithm, not framing alone. */
export function namesAlgorithm({ name, args: [word = ''] }: OptionLine): boolean {
  return name === 'comp-lzo' ? word !== 'no' : name === 'compress' && /^(lzo|lz4|lz4-v2)$/.test(word);
}

/**
 * Whether a client of 2.6 or later with these lines ends at a server that pushes an algorithm ("OPTIONS ERROR: server pushed compression
 * settings that are not allowed"): tried with 2.6.14 and 2.7.6 (`comp.c`, `check_compression_settings_valid`). Up to 2.5 it is taken.
 */
export function refusesPushedAlgorithm(lines: readonly OptionLine[]): boolean {
  const allowed = lines.findLast(({ name }) => name === 'allow-compression')?.args[0];
  if (allowed !== undefined) return allowed === 'no';
  return !lines.some((line) => line.name === 'compress' || namesAlgorithm(line));
}
