/** From a scenario file to scenarios, or every problem of the file. */
import { checkAgainst } from '../check/shape.ts';
import { Report, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Json, JsonObject } from '../json.ts';
import { parseYaml } from '../parse/parse.ts';
import { SourceFile, type Range } from '../parse/source-file.ts';
import { readGiven, type Reader } from './given.ts';
import { fillRow, rowTitle, shown } from './rows.ts';
import type { Scenario, ScenarioFile, ScenarioStep } from './scenario.ts';
import { scenarioSchema } from './schema.ts';
import type { SourceScenario, SourceScenarios, SourceScenarioStep } from './source.ts';
import { readStep } from './steps.ts';

export type ParsedScenarios =
  | {
      readonly file: ScenarioFile;
      /** Where the definition is named. */
      readonly aboutAt: Range;
    }
  | { readonly diagnostics: readonly Diagnostic[] };

/** Never throws for anything that a text can hold. `file` is what diagnostics call it. */
export function parseScenarios(text: string, { file: path }: { readonly file: string }): ParsedScenarios {
  const report = new Report(new SourceFile(path, text));
  const tree = parseYaml(report);
  const source = tree && (checkAgainst(scenarioSchema, report, tree) as unknown as SourceScenarios | undefined);
  if (!tree || !source) return { diagnostics: report.diagnostics() };
  const reader = { report, tree };
  const scenarios = source.cases.flatMap((one) => expand(reader, source, one));
  if (!report.isEmpty) return { diagnostics: report.diagnostics() };
  const file = { path, about: source.scenarios, beside: source.beside ?? [], scenarios };
  return { file, aboutAt: tree.valueRange(source, 'scenarios') };
}

/** One scenario, or one per row. */
function expand(reader: Reader, file: SourceScenarios, source: SourceScenario): readonly Scenario[] {
  const given = readGiven(reader, file.given, source.given);
  const rows: readonly JsonObject[] = source.with ?? [{}];
  const place = reader.report.source.positionOf(reader.tree.valueRange(source, 'case').start);
  return rows.map((row) => {
    const scene = { about: file.scenarios, given };
    const title = Object.keys(row).length === 0 ? source.case : `${source.case} (${rowTitle(row)})`;
    return {
      ...place,
      title,
      given,
      isIgnoringMessages: [...(file.ignore ?? []), ...(source.ignore ?? [])].includes('messages'),
      ...(source.transcript === undefined ? {} : { transcript: shown(fillRow(source.transcript, row)) }),
      steps: source.steps.flatMap((step, index): ScenarioStep[] => {
        const position = reader.report.source.positionOf(reader.tree.keyRange(source.steps, index).start);
        // Places are known of what stands in the file only.
        const isAsItStands = Object.keys(row).length === 0;
        const filled = isAsItStands ? step : (fillRow(step as unknown as Json, row) as unknown as SourceScenarioStep);
        const read = readStep({ ...reader, ...scene, original: step }, filled);
        return read ? [{ ...read, ...position }] : [];
      }),
    };
  });
}
