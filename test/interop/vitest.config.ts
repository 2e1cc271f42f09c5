import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.test.ts'));
/** They measure: nothing else is to run beside them. */
const alone = files.filter((file) => /speed|^live-capture|^transport/.test(file));
/** An emulated machine takes a processor for itself: one at a time. */
const guests = files.filter((file) => !alone.includes(file) && /'(?:guest|vm)'/.test(readFileSync(`${folder}${file}`, 'utf8')));
const namespaces = files.filter((file) => !alone.includes(file) && !guests.includes(file));
const paths = (names: readonly string[]) => names.map((name) => `test/interop/${name}`);

/** The largest file first, and before that the scenarios, which take longest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const last = ({ moduleId }: TestSpecification) => Number(!moduleId.includes('/scenarios'));
    return [...(await super.sort(files))].sort((a, b) => last(a) - last(b));
  }
}

/** Real peers and real interfaces, as root, with time to spare. Labs have namespaces and folders of their own: the first two projects may run at once. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    testTimeout: 900_000,
    // The guests' image may have to be built first.
    hookTimeout: 1_200_000,
    projects: [
      { extends: true, test: { name: 'guests', include: paths(guests), maxWorkers: 1, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'namespaces', include: paths(namespaces), maxWorkers: 2, sequence: { groupOrder: 2 } } },
      { extends: true, test: { name: 'alone', include: paths(alone), maxWorkers: 1, sequence: { groupOrder: 3 } } },
    ],
  },
});
