/** From the text of project.yaml to what definitions need of it. */
import { posix } from 'node:path';
import { checkAgainst } from '../check/shape.ts';
import type { Compilation } from '../compile/compilation.ts';
import { compileDuration } from '../compile/durations.ts';
import { checkLanguages } from '../compile/languages.ts';
import { compileSend } from '../compile/sending.ts';
import { compileDeclarations, compileEventTypes } from '../compile/types.ts';
import { isZone } from '../compile/zones.ts';
import { Report, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { parseYaml } from '../parse/parse.ts';
import { SourceFile } from '../parse/source-file.ts';
import type { Tree } from '../parse/tree.ts';
import type { SourceDefinition, SourceSend, SourceType } from '../schema/source.ts';
import type { Project, ProjectConnector, ProjectConnectors } from './project.ts';
import { projectSchema } from './schema.ts';

interface SourceProject {
  readonly project: string;
  readonly locales?: readonly string[];
  readonly zone?: string;
  readonly country?: string;
  readonly lifetime?: string;
  readonly send?: SourceSend;
  readonly contact?: { readonly attributes?: Readonly<Record<string, SourceType>> };
  readonly connectors?: Readonly<Record<string, SourceConnector>>;
  readonly secrets?: readonly string[];
  readonly events?: SourceDefinition['events'];
  readonly imports?: readonly string[];
}

interface SourceConnector extends Pick<ProjectConnector, 'receipts'> {
  readonly 'reply-window'?: string;
}

export type ParsedProject = { readonly project: Project } | { readonly diagnostics: readonly Diagnostic[] };

/** Known of everybody. */
const OWN: ReadonlySet<string> = new Set(['address', 'connector', 'locale', 'zone']);

/** Never throws for anything that a text can hold. `file` is what diagnostics call it. */
export function parseProject(text: string, { file }: { readonly file: string }): ParsedProject {
  const report = new Report(new SourceFile(file, text));
  const tree = parseYaml(report);
  const source = tree && (checkAgainst(projectSchema, report, tree) as unknown as SourceProject | undefined);
  const project = tree && source && projectOf(report, tree, source);
  return project && report.isEmpty ? { project } : { diagnostics: report.diagnostics() };
}

function projectOf(report: Report, tree: Tree, source: SourceProject): Project {
  const {
    project: name,
    locales,
    zone,
    country,
    lifetime,
    send,
    contact,
    connectors,
    secrets,
    imports,
    events,
  } = source;
  const c = { report, tree, country };
  checkLanguages(c, source);
  if (zone !== undefined && !isZone(zone)) {
    report.add('zone-unknown', tree.valueRange(source, 'zone'), `"${zone}" is no time zone`, {
      expected: 'an IANA name such as America/New_York',
    });
  }
  const { attributes = {} } = contact ?? {};
  for (const attribute of Object.keys(attributes)) {
    if (!OWN.has(attribute)) continue;
    const message = `"${attribute}" is known of everybody: it can not be declared`;
    report.add('wrong-value', tree.keyRange(attributes, attribute), message, { expected: 'another name' });
  }
  return {
    name,
    ...(locales === undefined ? {} : { locales }),
    ...(zone === undefined ? {} : { zone }),
    ...(country === undefined ? {} : { country }),
    ...(lifetime === undefined ? {} : { lifetimeMs: compileDuration(c, source, 'lifetime') }),
    ...(send === undefined ? {} : { send: compileSend(c, send) }),
    attributes: compileDeclarations(c, attributes),
    ...(connectors === undefined ? {} : { connectors: connectorsOf(c, connectors) }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(events === undefined ? {} : { events: compileEventTypes(c, events) }),
    ...(imports ? { imports: imports.map((path) => posix.join(posix.dirname(report.source.path), path)) } : {}),
  };
}

function connectorsOf(
  c: Pick<Compilation, 'report' | 'tree'>,
  sources: Readonly<Record<string, SourceConnector>>,
): ProjectConnectors {
  return Object.fromEntries(
    Object.entries(sources).map(([name, source]) => {
      const { receipts, 'reply-window': window } = source;
      const replyWindowMs = window === undefined ? undefined : compileDuration(c, source, 'reply-window');
      return [
        name,
        { ...(receipts === undefined ? {} : { receipts }), ...(replyWindowMs === undefined ? {} : { replyWindowMs }) },
      ];
    }),
  );
}
