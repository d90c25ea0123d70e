import { readFileSync } from 'node:fs';
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import fc from 'fast-check';
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Diagnostic } from '../../../dsl/diagnostics/diagnostic.ts';
import { renderReport, type Findings, type ReportFormat } from '../../../dsl/report/report.ts';

const BROKEN = 'test/dsl/broken/unknown-key.yaml';

function findingsOf(file: string): Findings {
  const compiled = compileText(readFileSync(file, 'utf8'), { file });
  return { files: [file], diagnostics: 'diagnostics' in compiled ? compiled.diagnostics : [] };
}

const findings = findingsOf(BROKEN);
const none: Findings = { files: ['fine.yaml'], diagnostics: [] };
const render = (format: ReportFormat, found: Findings) => renderReport(format, found, { version: '1.2.3' });

describe('the report as SARIF', () => {
  interface Log {
    readonly runs: readonly {
      readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number; readonly locations: unknown }[];
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly artifacts: readonly { readonly location: { readonly uri: string } }[];
    }[];
  }
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  // It is of draft 4, and uses nothing that draft 7 reads in another way but `id`.
  const schema: Record<string, unknown> = { ...sarifSchema };
  delete schema['$schema'];
  delete schema['id'];
  const validate = ajv.compile(schema);
  const logOf = (found: Findings) => JSON.parse(render('sarif', found)) as Log;

  it('fits the schema of SARIF 2.1.0, with problems and without', () => {
    for (const found of [findings, none, { ...none, files: ['/absolute/ä #1.yaml', 'a b/%.yaml'] }]) {
      expect(validate(logOf(found)), JSON.stringify(validate.errors)).to.equal(true);
    }
  });

  it('is refused by that schema where a result has no message (the check checks)', () => {
    const log = JSON.parse(render('sarif', findings)) as { runs: { results: { message?: unknown }[] }[] };
    delete log.runs[0]?.results[0]?.message;
    expect(validate(log)).to.equal(false);
  });

  it('names the rule of each result, and its place', () => {
    const [run] = logOf(findings).runs;
    const [result] = run?.results ?? [];
    expect(run?.tool.driver.rules[result?.ruleIndex ?? -1]?.id).to.equal('unknown-key');
    expect(result?.locations).to.deep.equal([
      {
        physicalLocation: {
          artifactLocation: { uri: BROKEN, uriBaseId: '%SRCROOT%' },
          region: { startLine: 5, startColumn: 5, endLine: 5, endColumn: 8 },
        },
      },
    ]);
  });

  it('keeps a problem recognizable when lines are added above it', () => {
    const text = readFileSync(BROKEN, 'utf8');
    const moved = compileText(`# one more line\n${text}`, { file: BROKEN });
    const prints = (found: Findings) =>
      [...render('sarif', found).matchAll(/"lineText\/v1": "(\w+)"/g)].map(([, print]) => print);
    expect('diagnostics' in moved && prints({ ...findings, diagnostics: moved.diagnostics })).to.deep.equal(
      prints(findings),
    );
  });
});

describe('the report for JUnit', () => {
  it('has a case per problem, and one that passes for a file without any', () => {
    expect(render('junit', none)).to.equal(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="parlance validate" tests="1" failures="0" errors="0">',
        '  <testsuite name="fine.yaml" tests="1" failures="0" errors="0" skipped="0">',
        '    <testcase classname="fine.yaml" name="no problems"/>',
        '  </testsuite>',
        '</testsuites>\n',
      ].join('\n'),
    );
    const xml = render('junit', findings);
    expect(xml).to.include('<testcase classname="test/dsl/broken/unknown-key.yaml" name="unknown-key at 5:5">');
    expect(xml).to.include('<failure type="unknown-key" message="this entry of &quot;steps&quot; has no key');
  });

  it('has no character that XML can not hold, whatever stands in a file', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (message) => {
        const [first] = findings.diagnostics;
        if (!first) throw new Error('the fixture has no problem any more');
        const xml = render('junit', { ...findings, diagnostics: [{ ...first, message }] });
        // eslint-disable-next-line no-control-regex -- the controls are what is looked for
        expect(xml).not.to.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
        expect(xml.replaceAll(/&(?:amp|lt|gt|quot|apos);/g, '')).not.to.include('&');
        expect(Buffer.from(xml).toString()).to.equal(xml);
      }),
    );
  });
});

describe('the report for GitHub', () => {
  it('is an annotation per problem, nothing where there is none', () => {
    expect(render('github', none)).to.equal('');
    const [line] = render('github', findings).split('\n');
    expect(line).to.match(
      /^::error file=test\/dsl\/broken\/unknown-key\.yaml,line=5,endLine=5,col=5,endColumn=7,title=unknown-key::this entry of "steps" has no key "sya"; did you mean: say; /,
    );
  });

  it('keeps to one line and its fields, whatever a name or message holds', () => {
    const [first] = findings.diagnostics;
    if (!first) throw new Error('the fixture has no problem any more');
    const diagnostic: Diagnostic = { ...first, file: 'a,b:c%.yaml', message: '100 %\r\n::error::no' };
    const text = render('github', { files: [], diagnostics: [diagnostic] });
    expect(text).to.match(/^::error file=a%2Cb%3Ac%25\.yaml,.*::100 %25%0D%0A::error::no.*\n$/);
    expect(text.trimEnd().split('\n')).to.have.length(1);
  });
});
