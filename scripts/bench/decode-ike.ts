// Reads a capture and decodes every IKE message in it, each payload, and nothing else: no following, no output.
//   node <bundled> FILE
import { fileSource } from '../../src/capture/file.js';
import { readCapture } from '../../src/capture/read.js';
import { Dissector } from '../../src/dissect/frame/dissector.js';
import { decodeMessage } from '../../src/wire/ike/message.js';

const dissector = new Dissector();
let payloads = 0;
await readCapture(fileSource(process.argv[2] ?? '-'), (view) => {
  for (const unit of dissector.dissect(view).units) {
    if (unit.kind === 'ike') payloads += decodeMessage(unit.bytes, { sentLength: unit.length }).payloads.length;
  }
});
process.stdout.write(`${payloads} payloads\n`);
