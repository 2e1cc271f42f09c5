// Records what sniff says of a capture again, as text to be compared by test/golden. Read the difference before you commit it.
//   npm run golden -- ikev2-psk       one capture, also one that had none before
//   npm run golden                    all that there are
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The forms kept of a capture: name in the file -> flags. */
export const forms = { text: [], tree: ['-v'], summary: ['--summary'], keys: ['-v', '-k'] };

/**
 * The flags of a form for a capture; undefined where there are no keys for it. @param {keyof typeof forms} form
 * @param {string} slug @returns {string[] | undefined}
 */
export function flagsOf(form, slug) {
  const keys = `captures/${slug}/keys.json`;
  if (form === 'keys' && !existsSync(join(root, keys))) return undefined;
  return ['-r', `captures/${slug}/capture.pcap`, ...forms[form], ...(form === 'keys' ? [keys] : [])];
}

/** Captures and forms recorded, from the names of the files: `ikev2-psk.text.txt`. */
export function recorded() {
  return readdirSync(join(root, 'test/golden'))
    .map((file) => /^(.+)\.(text|tree|summary|keys)\.txt$/.exec(file))
    .flatMap((match) => (match === null ? [] : [{ slug: match[1] ?? '', form: /** @type {keyof typeof forms} */ (match[2]) }]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  const known = recorded();
  const fresh = wanted.filter((slug) => !known.some((one) => one.slug === slug));
  const jobs = [
    ...known.filter(({ slug }) => wanted.length === 0 || wanted.includes(slug)),
    ...fresh.flatMap((slug) => [
      { slug, form: /** @type {const} */ ('text') },
      { slug, form: /** @type {const} */ ('summary') },
    ]),
  ];
  for (const { slug, form } of jobs) {
    const flags = flagsOf(form, slug);
    if (flags === undefined) continue;
    const run = spawnSync(process.execPath, ['bin/run.js', 'sniff', ...flags], {
      cwd: root,
      env: { ...process.env, TZ: 'UTC', FORCE_COLOR: '0' },
      encoding: 'utf8',
    });
    if (run.status === 0 || run.status === 1) writeFileSync(join(root, 'test/golden', `${slug}.${form}.txt`), run.stdout);
    else {
      console.error(`${slug}: ${run.stderr}`);
      process.exitCode = 1;
    }
  }
}
