import { describeConnection } from '../config/check/describe-connection.js';
import { endOf } from '../config/read-config.js';
import type { ConfigRemark } from '../model/connection.js';
import type { Finding } from '../model/finding.js';
import type { CheckedConfig } from './config-check-text.js';
import { configRecord } from './config-compare-json.js';
import { toJson } from './json-record.js';

/** The one object of `config check --json` (design.md §4). */
export function checkRecord(checked: readonly CheckedConfig[]): object {
  return {
    schema: 'vpndoctor/config-check/1',
    configurations: checked.map(({ config }) => ({
      ...configRecord(config),
      connections: config.connections.map((connection) => ({
        name: connection.name,
        file: connection.file,
        line: connection.line,
        values: describeConnection(endOf(config, connection)),
      })),
    })),
    findings: checked.flatMap(({ remarks }) => remarks.map((remark) => toJson(findingOf(remark)))),
  };
}

function findingOf({ file, line, severity, code, text, fix, connection }: ConfigRemark): Finding {
  return {
    code: `config/${code}`,
    severity,
    confidence: 1,
    title: text,
    cause: '',
    evidence: [line > 0 ? { file, line, text } : { file, text }],
    fix: fix === undefined ? [] : [{ end: 'ours', text: fix }],
    retest: `vpndoctor config check ${file}`,
    dependsOn: [],
    refs: [],
    subject: connection ?? file,
  };
}
