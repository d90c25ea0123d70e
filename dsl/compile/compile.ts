/** From a file to a machine: parse, check the shape, compile and check the rest. */
import { checkShape } from '../check/shape.ts';
import { checkAssignment, type PlacedExpression } from '../check/assignment/assignment.ts';
import { Report, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { DEFAULT_LIFETIME_MS } from '../limits.ts';
import { MACHINE_FORMAT, MAIN, type Flow, type Machine } from '../machine.ts';
import { parseExpression } from '../expression/parse.ts';
import { parseYaml } from '../parse/parse.ts';
import { isCountry } from '../text/phone.ts';
import { SourceFile } from '../parse/source-file.ts';
import type { Tree } from '../parse/tree.ts';
import { NO_PROJECT, type Project } from '../project/project.ts';
import type { SourceBody, SourceDefinition } from '../schema/source.ts';
import { environmentsIn, type Compilation } from './compilation.ts';
import { declareSources } from './data-sources.ts';
import { compileDuration } from './durations.ts';
import { compileFlow } from './flow.ts';
import { Flows } from './flows.ts';
import { hashOf } from './hash.ts';
import { checkUnusedTexts } from './messages.ts';
import { compileSending } from './sending.ts';
import { compileStarts } from './starts.ts';
import { compileDeclarations } from './types.ts';
import { usedAttributes } from './attributes.ts';
import { isZone } from './zones.ts';

/** A machine, or every problem of the file in the file's order. */
export type Compiled = { readonly machine: Machine } | { readonly diagnostics: readonly Diagnostic[] };

/** In the middle of 0 to 9. */
const DEFAULT_PRIORITY = 5;

export interface CompileOptions {
  readonly file: string;
  /** What holds for all definitions beside it. */
  readonly project?: Project;
}

/** Never throws for anything that a text can hold. `file` is what diagnostics call it. */
export function compileText(text: string, { file, project = NO_PROJECT }: CompileOptions): Compiled {
  const report = new Report(new SourceFile(file, text));
  const tree = parseYaml(report);
  const source = tree && checkShape(report, tree);
  const machine = tree && source && compileDefinition(report, tree, source, project);
  return machine && report.isEmpty ? { machine } : { diagnostics: report.diagnostics() };
}

function compileDefinition(report: Report, tree: Tree, source: SourceDefinition, project: Project): Machine {
  const { locales = project.locales ?? ['en'], zone = project.zone ?? 'UTC', snippets = {} } = source;
  const types = { report, tree, country: countryOf(report, tree, source) ?? project.country };
  const sources = declareSources(types, source.data);
  const flows: Flows = new Flows(Object.keys(snippets), (name) => {
    const snippet = Object.hasOwn(snippets, name) ? snippets[name] : undefined;
    return snippet && compileFlow(flowCompilation(name, snippet), snippet.returns);
  });
  const flowCompilation = (flow: string, body: SourceBody): Compilation => {
    const inputs = compileDeclarations(types, body.inputs);
    const vars = compileDeclarations(types, body.vars);
    const shared = { report, tree, source, locales, zone, project, sources, expressions, usedTexts, flows };
    const c = { ...shared, flow, body, inputs, vars };
    return { ...c, environments: environmentsIn(c, {}) };
  };
  const usedTexts = new Set<string>();
  const expressions: PlacedExpression[] = [];
  const c = flowCompilation(MAIN, source);
  if (source.zone !== undefined && !isZone(zone)) {
    report.add('zone-unknown', tree.valueRange(source, 'zone'), `"${zone}" is no time zone`, {
      expected: 'an IANA name such as America/New_York',
    });
  }
  const content: Omit<Machine, 'hash' | 'version'> = {
    format: MACHINE_FORMAT,
    name: source.conversation,
    ...(source.about === undefined ? {} : { about: source.about }),
    locales,
    zone,
    ...(types.country === undefined ? {} : { country: types.country }),
    lifetimeMs:
      source.lifetime === undefined
        ? (project.lifetimeMs ?? DEFAULT_LIFETIME_MS)
        : compileDuration(c, source, 'lifetime'),
    priority: source.priority ?? DEFAULT_PRIORITY,
    busy: source.busy ?? 'start',
    starts: compileStarts(c),
    ...compileSending(c),
    flows: { [MAIN]: compileFlow(c), ...compileSnippets(flows) },
  };
  checkUnusedTexts(c);
  // Where something else is wrong, ways may lead elsewhere than the author meant.
  if (report.isEmpty) {
    const parse = (expression: string) => parseExpression(c.environments.flow, expression).ast;
    checkAssignment({ report, expressions, parse }, content.flows);
  }
  const complete = { ...content, ...usedAttributes(content, project.attributes) };
  const hash = hashOf(complete);
  return { ...complete, version: hash.slice('sha256:'.length, 'sha256:'.length + 8), hash };
}

/** Those that nothing calls are checked as well, but no part of the machine. */
function compileSnippets(flows: Flows): Readonly<Record<string, Flow>> {
  const called = flows.all();
  for (const name of flows.names) flows.callee(name);
  return called;
}

function countryOf(report: Report, tree: Tree, source: SourceDefinition): string | undefined {
  const { country } = source;
  if (country === undefined || isCountry(country)) return country;
  report.add('country-unknown', tree.valueRange(source, 'country'), `"${country}" is no country`, {
    expected: 'an ISO 3166 code such as US',
  });
  return undefined;
}
