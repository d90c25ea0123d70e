/** From a file to a machine: parse, check the shape, compile and check the rest. */
import { checkAssignment } from '../check/assignment/assignment.ts';
import { hasErrors, type Diagnostic, type Report } from '../diagnostics/diagnostic.ts';
import { DEFAULT_LIFETIME_MS } from '../limits.ts';
import { MACHINE_FORMAT, MAIN, type Machine } from '../machine/machine.ts';
import { parseExpression } from '../expression/parse.ts';
import { isCountry } from '../text/phone.ts';
import type { Tree } from '../parse/tree.ts';
import type { SourceBody, SourceDefinition } from '../schema/source.ts';
import { environmentsIn, type Compilation } from './compilation.ts';
import { declareSources } from './data-sources.ts';
import { declareEvents, usedEvents } from './event-types.ts';
import { compileDuration } from './durations.ts';
import { compileFlow } from './flow.ts';
import { Flows } from './flows.ts';
import { hashOf } from './hash.ts';
import { checkBudget } from './budget.ts';
import { checkLanguages } from './languages.ts';
import { compileSending } from './sending.ts';
import { compileStarts } from './starts.ts';
import { compileDeclarations } from './types.ts';
import { usedAttributes } from './attributes.ts';
import { checkUnused } from './unused.ts';
import { Units, type Surroundings, type Unit } from './unit.ts';
import { checkZone } from './zones.ts';

/** A machine and what should be looked at, or every problem of the file in the file's order. */
export type Compiled =
  | { readonly machine: Machine; readonly warnings: readonly Diagnostic[] }
  | { readonly diagnostics: readonly Diagnostic[] };

/** In the middle of 0 to 9. */
const DEFAULT_PRIORITY = 5;

export interface CompileOptions extends Surroundings {
  readonly file: string;
}

/**
 * Never throws for anything that a text can hold. `file` is what diagnostics call it. Of a shared file, which gives no
 * machine, there are only diagnostics.
 */
export function compileText(text: string, { file, ...surroundings }: CompileOptions): Compiled {
  const units = new Units(surroundings);
  const unit = units.first(file, text);
  const machine = unit && compileUnit(units, unit);
  const { diagnostics } = units;
  const isSound = unit?.isDefinition === true && !hasErrors(diagnostics);
  return machine && isSound ? { machine, warnings: diagnostics } : { diagnostics };
}

function compileUnit(units: Units, unit: Unit): Machine {
  const { report, tree, source } = unit;
  const { project } = units;
  const { locales = project.locales ?? (unit.isDefinition ? ['en'] : []), zone = project.zone ?? 'UTC' } = source;
  const country = countryOf(report, tree, source) ?? project.country;
  const flowCompilation = (flow: string, body: SourceBody, of: Unit): Compilation => {
    const types = { report: of.report, tree: of.tree, country };
    const sources = declareSources(units, of, country);
    const events = declareEvents(units, of, project);
    const inputs = compileDeclarations(types, body.inputs);
    const vars = compileDeclarations(types, body.vars);
    const parts = { report: of.report, tree: of.tree, source: of.source };
    const { expressions, usedTexts } = of;
    const shared = {
      units,
      unit: of,
      ...parts,
      locales,
      zone,
      project,
      sources,
      events,
      expressions,
      usedTexts,
      flows,
    };
    const c = { ...shared, flow, body, inputs, vars, locals: {} };
    return { ...c, environments: environmentsIn(c, {}) };
  };
  const flows: Flows = new Flows(units, unit, (flow, { body, unit: of, returns }) =>
    compileFlow(flowCompilation(flow, body, of), returns),
  );
  const c = flowCompilation(MAIN, source, unit);
  checkZone(c, source);
  checkLanguages(c, source);
  const content: Omit<Machine, 'hash' | 'version'> = {
    format: MACHINE_FORMAT,
    name: source.conversation,
    ...(source.about === undefined ? {} : { about: source.about }),
    locales,
    zone,
    ...(country === undefined ? {} : { country }),
    lifetimeMs:
      source.lifetime === undefined
        ? (project.lifetimeMs ?? DEFAULT_LIFETIME_MS)
        : compileDuration(c, source, 'lifetime'),
    priority: source.priority ?? DEFAULT_PRIORITY,
    busy: source.busy ?? 'start',
    starts: compileStarts(c),
    ...compileSending(c),
    flows: { [MAIN]: compileFlow(c, source.returns), ...flows.all() },
  };
  checkUnused(c, content.flows, content.starts);
  // Where something else is wrong, ways may lead elsewhere than the author meant.
  if (!hasErrors(units.diagnostics)) {
    const parse = (expression: string) => parseExpression(c.environments.flow, expression).ast;
    const { starts } = content;
    const { attributes } = project;
    for (const { report: there, expressions } of units.all)
      checkAssignment(
        {
          report: there,
          expressions,
          parse,
          isFirst: there === report && unit.isDefinition,
          starts,
          attributes,
          events: c.events,
        },
        content.flows,
      );
  }
  const complete = { ...content, ...usedAttributes(content, project.attributes), ...usedEvents(content, c.events) };
  const hash = hashOf(complete);
  const machine = { ...complete, version: hash.slice('sha256:'.length, 'sha256:'.length + 8), hash };
  if (!hasErrors(report.diagnostics())) checkBudget(c, machine);
  return machine;
}

function countryOf(report: Report, tree: Tree, source: SourceDefinition): string | undefined {
  const { country } = source;
  if (country === undefined || isCountry(country)) return country;
  report.add('country-unknown', tree.valueRange(source, 'country'), `"${country}" is no country`, {
    expected: 'an ISO 3166 code such as US',
  });
  return undefined;
}
