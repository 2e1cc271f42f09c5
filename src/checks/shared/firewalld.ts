import type { NewRule } from './firewall-change.js';

/**
 * What firewalld is told now and for good, each by itself: `--reload` would take away what stands in its runtime alone, of others, and that
 * would not come back with our undoing.
 * @param options of firewall-cmd for each change: `--add-service=ipsec`
 */
export function firewalldChange(options: (verb: 'add' | 'remove') => readonly string[]): NonNullable<NewRule['firewalld']> {
  const commands = (verb: 'add' | 'remove') =>
    ['', '--permanent '].flatMap((when) => options(verb).map((option) => `firewall-cmd ${when}${option}`)).join(' && ');
  return { apply: commands('add'), undo: commands('remove') };
}
