// Runs a CommonJS script with the compiled code that lies beside it: compiling takes longer than the script itself.
const { readFileSync, writeFileSync } = require('node:fs');
const { Script } = require('node:vm');

/**
 * @param {string} path of the script, which is ASCII
 * @returns {{exports: any, keepCode: () => void}} `keepCode` writes down what has been compiled until now
 */
exports.loadWithCode = (path) => {
  const code = `${path}.code`;
  const cachedData = readIfThere(code);
  const script = new Script(`(function (exports, require, module, __filename) {${readFileSync(path, 'latin1')}\n})`, {
    filename: path,
    // Code of another version of V8 is refused by V8, and the script compiled.
    ...(cachedData && { cachedData }),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, path);
  return { exports: module.exports, keepCode: () => writeFileSync(code, script.createCachedData()) };
};

/** Without the code, or without the right to read it, nothing is lost but time. @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
