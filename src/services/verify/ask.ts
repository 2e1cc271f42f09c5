import { createInterface } from 'node:readline';

/** A question to be answered with yes or no. Ctrl-C, Ctrl-D and the end of the input are no answer, and so a no. */
export function askYesNo(question: string, input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<boolean> {
  const terminal = createInterface({ input, output });
  return new Promise((resolve) => {
    let answered = false;
    terminal.once('close', () => {
      if (!answered) output.write('\n');
      resolve(false);
    });
    terminal.question(question, (answer) => {
      answered = true;
      resolve(/^y(es)?$/i.test(answer.trim()));
      terminal.close();
    });
  });
}
