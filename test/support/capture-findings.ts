import { fileSource } from '../../src/capture/file.js';
import { readCapture } from '../../src/capture/read.js';
import { Analyser } from '../../src/dissect/analyser.js';
import { KeyRing } from '../../src/dissect/keys/key-ring.js';
import { readSecretsBlock } from '../../src/dissect/keys/secrets-block.js';
import type { Finding } from '../../src/model/finding.js';
import { diagnose } from '../../src/rules/diagnose.js';

/**
 * Codes of all that `sniff` finds in a capture, causes before what they explain.
 * @param keyed with the keys that the file brings along, or as a stranger sees it
 */
export async function findingsInCapture(path: string, keyed: boolean): Promise<readonly string[]> {
  const analyser = new Analyser();
  await readCapture(
    fileSource(path),
    (view) => {
      analyser.observe(view);
      return true;
    },
    keyed ? { onSecrets: (block) => analyser.addKeys(readSecretsBlock(block, path) ?? new KeyRing()) } : {},
  );
  return diagnose(analyser.facts()).findings.flatMap(codesOf);
}

function codesOf({ code, consequences = [] }: Finding): readonly string[] {
  return [code, ...consequences.flatMap(codesOf)];
}
